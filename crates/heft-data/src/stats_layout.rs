//! Reading the bytes that a traced program leaves (docs/tracing-layout.md).

use super::profile::{Profile, Sample, SizeClass, memory};
use heft_wasm::bytes::{Bytes, group_thousands};

/// The first eight bytes.
const MAGIC: [u8; 8] = *b"heftheap";
/// The version that is understood.
const VERSION: u64 = 1;
/// Magic, version and length.
const HEADER: usize = 24;
/// How many size classes there are.
const CLASSES: usize = 19;
/// The largest request of the first of them, in bytes.
const FIRST_CLASS_BYTES: u64 = 8;
/// How many samples there is room for.
const SAMPLES: usize = 256;
/// Where the size classes begin.
const CLASSES_AT: usize = 104;
/// Where the interval of samples is.
const INTERVAL_AT: usize = CLASSES_AT + 8 * CLASSES;
/// Where the samples begin.
const SAMPLES_AT: usize = INTERVAL_AT + 16;
/// Bytes of a sample.
const SAMPLE_BYTES: usize = 24;
/// The whole length.
pub const BYTES: usize = SAMPLES_AT + SAMPLES * SAMPLE_BYTES;

/// Why bytes are not a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// They end too early.
    #[error("the profile has {found} bytes, expected {expected}; it is cut off")]
    Truncated {
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// They are something else.
    #[error(
        "the profile begins with `{found}`, expected `heftheap`; is it a tracer of another kind?"
    )]
    Magic {
        /// The first bytes as text.
        found: String,
    },
    /// They are of another version.
    #[error(
        "the profile has layout version {0}, and only version {VERSION} is understood; build the \
         module with the wasi-alloc that belongs to this wasm-heft"
    )]
    Version(u64),
    /// Their length is not that of the version.
    #[error("the profile says that it has {0} bytes, expected {BYTES} of layout version {VERSION}")]
    Length(u64),
    /// A number can't be.
    #[error("the profile is damaged: {0}")]
    Damaged(String),
}

/// Reads a profile. Bytes after its end do not matter.
///
/// # Errors
///
/// When they are not a profile, of another version, cut off, or contradict themselves.
pub fn read(bytes: &[u8]) -> Result<Profile, LayoutError> {
    let truncated = |expected| LayoutError::Truncated {
        expected,
        found: bytes.len(),
    };
    let Some((header, _)) = bytes.split_at_checked(HEADER) else {
        return Err(truncated(BYTES));
    };
    if header[..8] != MAGIC {
        let found = header[..8].escape_ascii().to_string();
        return Err(LayoutError::Magic { found });
    }
    if word(bytes, 8) != VERSION {
        return Err(LayoutError::Version(word(bytes, 8)));
    }
    if word(bytes, 16) != BYTES as u64 {
        return Err(LayoutError::Length(word(bytes, 16)));
    }
    if bytes.len() < BYTES {
        return Err(truncated(BYTES));
    }
    let pages = word(bytes, 96);
    let [allocations, frees, reallocations, failures] = [24, 32, 40, 48].map(|at| word(bytes, at));
    let counts = [allocations, frees, reallocations, failures];
    let operations = counts.iter().fold(0_u64, |sum, n| sum.wrapping_add(*n));
    let end = Sample {
        operations,
        live_bytes: Bytes(word(bytes, 64)),
        pages,
    };
    let peak_live_bytes = Bytes(word(bytes, 72));
    Ok(Profile {
        layout_version: VERSION,
        allocations,
        frees,
        reallocations,
        failures,
        requested_bytes: Bytes(word(bytes, 56)),
        live_bytes: end.live_bytes,
        peak_live_bytes,
        live_blocks: word(bytes, 80),
        first_pages: word(bytes, 88),
        pages,
        memory_bytes: memory(pages),
        peak_live_percent: percent(peak_live_bytes, memory(pages)),
        size_classes: classes(bytes),
        sample_interval_operations: word(bytes, INTERVAL_AT),
        samples: samples(bytes, end)?,
    })
}

/// The `u64` at an offset.
fn word(bytes: &[u8], at: usize) -> u64 {
    let word = bytes[at..at + 8].try_into();
    u64::from_le_bytes(word.expect("a slice of eight bytes"))
}

fn classes(bytes: &[u8]) -> Vec<SizeClass> {
    let class = |index: usize| SizeClass {
        up_to_bytes: (index < CLASSES - 1).then_some(Bytes(FIRST_CLASS_BYTES << index)),
        requests: word(bytes, CLASSES_AT + 8 * index),
    };
    (0..CLASSES).map(class).collect()
}

/// The samples, with the end of the run behind them.
fn samples(bytes: &[u8], end: Sample) -> Result<Vec<Sample>, LayoutError> {
    let damaged = |words: String| Err(LayoutError::Damaged(words));
    let count = word(bytes, INTERVAL_AT + 8);
    if count > SAMPLES as u64 {
        return damaged(format!(
            "it has {} samples, and room for {SAMPLES}",
            group_thousands(count)
        ));
    }
    let count = usize::try_from(count).expect("at most 256");
    let mut samples: Vec<Sample> = Vec::new();
    for index in 0..count {
        let at = SAMPLES_AT + index * SAMPLE_BYTES;
        let sample = Sample {
            operations: word(bytes, at),
            live_bytes: Bytes(word(bytes, at + 8)),
            pages: word(bytes, at + 16),
        };
        let before = samples.last().map_or(0, |sample| sample.operations);
        if sample.operations <= before || sample.operations > end.operations {
            return damaged(format!(
                "sample {index} is of operation {}, after {before} and with {} in all",
                sample.operations, end.operations
            ));
        }
        samples.push(sample);
    }
    if samples
        .last()
        .is_none_or(|last| last.operations < end.operations)
    {
        samples.push(end);
    }
    Ok(samples)
}

/// A part in percent, rounded to a digit after the point.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn percent(part: Bytes, whole: Bytes) -> f64 {
    if whole.0 == 0 {
        return 0.0;
    }
    (part.0 as f64 * 1000.0 / whole.0 as f64).round() / 10.0
}

/// The writer's own constants, which the tests compare with those above.
#[cfg(test)]
#[expect(unreachable_pub, reason = "public in the crate that writes it")]
#[path = "../../wasi-alloc/src/tracing/layout.rs"]
mod written;

#[cfg(test)]
mod tests {
    use super::written::{self, at};
    use super::*;

    fn put(bytes: &mut [u8], at: usize, value: u64) {
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }

    /// Five operations, two samples.
    fn example() -> Vec<u8> {
        let mut bytes = vec![0; written::BYTES];
        bytes[..8].copy_from_slice(&written::MAGIC);
        for (at, value) in [
            (at::VERSION, written::VERSION),
            (at::BYTES, written::BYTES as u64),
            (at::ALLOCATIONS, 2),
            (at::FREES, 1),
            (at::REALLOCATIONS, 1),
            (at::FAILURES, 1),
            (at::REQUESTED_BYTES, 300),
            (at::LIVE_BYTES, 200),
            (at::PEAK_LIVE_BYTES, 250),
            (at::LIVE_BLOCKS, 1),
            (at::FIRST_PAGES, 17),
            (at::PAGES, 18),
            (at::CLASSES + 8, 3),
            (at::CLASSES + 8 * (written::CLASSES - 1), 4),
            (at::INTERVAL, 2),
            (at::SAMPLE_COUNT, 2),
            (at::SAMPLES, 2),
            (at::SAMPLES + 8, 50),
            (at::SAMPLES + 16, 17),
            (at::SAMPLES + written::SAMPLE_BYTES, 4),
            (at::SAMPLES + written::SAMPLE_BYTES + 8, 250),
            (at::SAMPLES + written::SAMPLE_BYTES + 16, 18),
        ] {
            put(&mut bytes, at, value);
        }
        bytes
    }

    #[test]
    fn every_field_is_read_from_where_the_tracer_writes_it() {
        let found = read(&example()).expect("a profile");
        assert_eq!(
            (
                found.allocations,
                found.frees,
                found.reallocations,
                found.failures
            ),
            (2, 1, 1, 1)
        );
        assert_eq!(found.requested_bytes, Bytes(300));
        assert_eq!(
            (found.live_bytes, found.peak_live_bytes),
            (Bytes(200), Bytes(250))
        );
        assert_eq!(
            (found.live_blocks, found.first_pages, found.pages),
            (1, 17, 18)
        );
        assert_eq!(found.sample_interval_operations, 2);
        let classes = |n: u64| -> Vec<SizeClass> {
            let of = |class: &&SizeClass| class.requests == n;
            found.size_classes.iter().filter(of).copied().collect()
        };
        assert_eq!(
            classes(3)[0].up_to_bytes,
            Some(Bytes(2 * written::FIRST_CLASS_BYTES))
        );
        assert_eq!(classes(4)[0].up_to_bytes, None);
        let sample = |operations, live, pages| Sample {
            operations,
            live_bytes: Bytes(live),
            pages,
        };
        // The last one is the end of the run.
        assert_eq!(
            found.samples,
            [sample(2, 50, 17), sample(4, 250, 18), sample(5, 200, 18)]
        );
        assert_eq!(found.size_classes.len(), written::CLASSES);
        assert_eq!((SAMPLES, VERSION), (written::SAMPLES, written::VERSION));
    }

    #[test]
    fn a_moment_is_the_newest_sample_before_it() {
        let found = read(&example()).expect("a profile");
        let at = |part| found.at(part, 10).map(|sample| sample.operations);
        assert_eq!(
            [0, 3, 4, 7, 8, 9, 10].map(at),
            [2, 2, 2, 2, 4, 4, 5].map(Some)
        );
    }

    #[test]
    fn what_is_no_profile_is_refused() {
        let with = |at: usize, value: u64| {
            let mut bytes = example();
            put(&mut bytes, at, value);
            read(&bytes).expect_err("refused")
        };
        assert_eq!(with(at::VERSION, 2), LayoutError::Version(2));
        assert_eq!(with(at::BYTES, 100), LayoutError::Length(100));
        assert!(matches!(with(at::MAGIC, 0), LayoutError::Magic { .. }));
        for (at, value, words) in [
            (at::SAMPLE_COUNT, 257, "257 samples"),
            (at::SAMPLES, 9, "sample 0 is of operation 9"),
            (at::SAMPLES, 4, "sample 1 is of operation 4, after 4"),
        ] {
            let said = with(at, value).to_string();
            assert!(said.contains(words), "{said}");
        }
        for length in [0, 7, 24, BYTES - 1] {
            let said = read(&example()[..length]).expect_err("refused");
            let expected = LayoutError::Truncated {
                expected: BYTES,
                found: length,
            };
            assert_eq!(said, expected);
        }
        assert!(read(&[example(), vec![1; 9]].concat()).is_ok());
    }
}
