//! Baselines survive being written and read, whatever is in them.

use heft_data::bench_result::Outcome;
use heft_data::counter::Counter;
use heft_data::fingerprint::Fingerprint;
use heft_data::source::json::Map;
use heft_gate::baseline::{
    BenchBaseline, BenchTolerance, Entry, Figures, SizeTolerance, SizesBaseline,
};
use heft_wasm::bytes::Bytes;

const SEED: u64 = 0x5eed_0004;
const CASES: usize = 300;

/// A linear congruential generator: Knuth's MMIX constants.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 16
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn text(&mut self) -> String {
        const SIGNS: [char; 12] = [
            'a', 'Z', '0', '-', '"', '\\', '{', ':', '\n', 'ß', '雪', '\u{1}',
        ];
        let length = self.below(6);
        let mut sign = || SIGNS[usize::try_from(self.below(12)).unwrap()];
        (0..length).map(|_| sign()).collect()
    }

    fn map<V>(&mut self, mut value: impl FnMut(&mut Self) -> V) -> Map<V> {
        let length = self.below(4);
        (0..length).map(|_| (self.text(), value(self))).collect()
    }

    fn fingerprints(&mut self) -> Map<Fingerprint> {
        let prints = self.map(|random| Fingerprint(random.map(Self::text)));
        prints
            .0
            .into_values()
            .map(|print| (print.id(), print))
            .collect()
    }
}

fn sizes(random: &mut Random) -> SizesBaseline {
    let mut baseline = SizesBaseline::empty("sizes.json");
    let content = &mut baseline.content;
    content.tolerance = SizeTolerance {
        absolute_bytes: Bytes(random.next()),
        relative_ppm: u32::try_from(random.below(1_000_000)).unwrap(),
    };
    content.fingerprints = random.fingerprints();
    for id in content.fingerprints.keys() {
        let entries = random.map(|random| {
            let parts = random.map(|random| Bytes(random.next()));
            let raw_bytes = parts.values().copied().sum();
            let (crates, sections) = match random.below(3) {
                0 => (Some(parts), None),
                1 => (None, Some(parts)),
                _ => (None, None),
            };
            Entry {
                raw_bytes,
                gzip_bytes: Bytes(random.next()),
                brotli_bytes: Bytes(random.next()),
                crates,
                sections,
                source: random.map(Random::text),
            }
        });
        content.sizes.insert(id.clone(), entries);
    }
    baseline
}

fn numbers<const N: usize>(numbers: [(Counter, u64); N]) -> Figures {
    Figures {
        outcome: None,
        numbers: numbers.into(),
    }
}

fn bench(random: &mut Random) -> BenchBaseline {
    let mut baseline = BenchBaseline::empty("bench.json");
    let content = &mut baseline.content;
    content.tolerance = BenchTolerance {
        fuel_ppm: u32::try_from(random.below(1_000_000)).unwrap(),
        grown_pages: random.below(10),
    };
    content.fingerprints = random.fingerprints();
    for id in content.fingerprints.keys() {
        let modules = random.map(|random| {
            random.map(|random| match random.below(3) {
                0 => Figures {
                    outcome: Some(Outcome::Trapped),
                    ..Figures::default()
                },
                1 => numbers([(Counter::Fuel, random.next())]),
                _ => numbers([
                    (Counter::Fuel, random.next()),
                    (Counter::FuelBulkOnce, u64::MAX),
                    (Counter::GrownPages, random.next()),
                ]),
            })
        });
        content.rows.insert(id.clone(), modules);
    }
    baseline
}

#[test]
fn baselines_survive_being_written_and_read() {
    let mut random = Random(SEED);
    for case in 0..CASES {
        let baseline = sizes(&mut random);
        let text = baseline.to_text();
        let back = SizesBaseline::parse("sizes.json", &text);
        let back = back.unwrap_or_else(|err| panic!("seed {SEED:#x}, case {case}: {err}\n{text}"));
        assert_eq!(
            back.content, baseline.content,
            "seed {SEED:#x}, case {case}"
        );
        assert_eq!(back.to_text(), text, "seed {SEED:#x}, case {case}");

        let baseline = bench(&mut random);
        let text = baseline.to_text();
        let back = BenchBaseline::parse("bench.json", &text);
        let back = back.unwrap_or_else(|err| panic!("seed {SEED:#x}, case {case}: {err}\n{text}"));
        assert_eq!(
            back.content, baseline.content,
            "seed {SEED:#x}, case {case}"
        );
        assert_eq!(back.to_text(), text, "seed {SEED:#x}, case {case}");
    }
}

#[test]
fn a_baseline_that_is_cut_off_anywhere_is_refused() {
    let mut random = Random(SEED);
    let text = sizes(&mut random).to_text();
    let ends = text.char_indices().map(|(end, _)| end);
    for end in ends.filter(|end| text[*end..].trim() != "") {
        assert!(
            SizesBaseline::parse("sizes.json", &text[..end]).is_err(),
            "{end}"
        );
    }
}
