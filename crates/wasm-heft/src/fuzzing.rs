//! What must hold for any bytes, called by the fuzzer and by the tests: names in every medium: what they hold changes nothing but themselves.

pub use heft_size::laws::read_any_file;

use heft_data::figure::Figure;
use heft_data::measure::Measure;
use heft_data::source::place::Place;
use heft_data::table::Style;
use heft_gate::baseline::{Causes, SizeJudgment, SizeRow, SizeTolerance, SizesGate};
use heft_gate::judge_budgets::{GateReport, Judgment, Row};
use heft_gate::ratios::{RatioJudgment, RatioRow};
use heft_gate::render as gate_text;
use heft_gate::report::FullReport;
use heft_report::plot;
use heft_report::{Report, markdown, page};
use heft_size::attribution::CrateSize;
use heft_size::breakdown::By;
use heft_size::diff::{self, Cause, Change, Diff, Fate, FingerprintChange, Fingerprints, State};
use heft_size::file_size::{FileSize, FunctionSize, OtherFunctions, SizeReport};
use heft_size::render as size_text;
use heft_size::why::Why;
use heft_wasm::binary::Kind;
use heft_wasm::bytes::{ByteDelta, Bytes};
use heft_wasm::section_sizes::SectionSize;

/// Shows reports with names made of `data` in every medium. Each has as many lines, columns, commands
/// and elements as the same report with plain names.
///
/// # Panics
///
/// When a name does more than be shown.
pub fn show_any_names(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut names = text.split('\0');
    let mut next = || names.next().unwrap_or(&text);
    let hostile = Names([next(), next(), next()]);
    let plain = Names(["plain"; 3]);
    for (medium, show) in MEDIA {
        let (found, expected) = (show(&hostile), show(&plain));
        assert_eq!(
            shape(*medium, &found),
            shape(*medium, &expected),
            "{medium:?}\n{found}"
        );
    }
}

struct Names<'a>([&'a str; 3]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Medium {
    Text,
    Markdown,
    Commands,
    Html,
}

type Show = fn(&Names<'_>) -> String;

const MEDIA: &[(Medium, Show)] = &[
    (Medium::Text, |n| size_text::tables(&n.sizes(), Style::Text)),
    (Medium::Markdown, |n| {
        size_text::tables(&n.sizes(), Style::Markdown)
    }),
    (Medium::Commands, |n| size_text::github(&n.sizes())),
    (Medium::Text, |n| {
        let (diff, prints) = n.diff();
        diff::render::tables(&diff, &prints, 9, Style::Text)
    }),
    (Medium::Markdown, |n| {
        let (diff, prints) = n.diff();
        diff::render::tables(&diff, &prints, 9, Style::Markdown)
    }),
    (Medium::Commands, |n| {
        let (diff, prints) = n.diff();
        diff::render::github(&diff, &prints, 9)
    }),
    (Medium::Text, |n| gate_text::render(&n.gate(), Style::Text)),
    (Medium::Text, |n| gate_text::lines(&n.gate()).join("\n")),
    (Medium::Markdown, |n| {
        gate_text::render(&n.gate(), Style::Markdown)
    }),
    (Medium::Markdown, |n| gate_text::summary(&n.gate())),
    (Medium::Commands, |n| gate_text::annotations(&n.gate())),
    (Medium::Markdown, |n| markdown::write(&n.report())),
    (Medium::Html, |n| {
        page::write(&n.report(), None).expect("numbers are JSON")
    }),
    (Medium::Html, |n| {
        plot::crates(n.0[0], &n.crates()).to_inline().to_owned()
    }),
];

/// What a reader of a medium counts in a text.
fn shape(medium: Medium, text: &str) -> Vec<[usize; 5]> {
    let quiet = |c: char| c == '\n' || !c.is_control();
    assert!(
        text.chars().all(quiet),
        "{medium:?} moves a terminal\n{text}"
    );
    if medium == Medium::Html {
        // A picture leaves out words that do not fit, so only what opens an element is of one sort.
        let scripts = text.matches("<script").count();
        let ends = text.matches("</script").count();
        let handlers = text.matches("<img").count() + text.matches("<b>").count();
        let names = elements(text);
        return vec![[text.matches('\n').count(), scripts, ends, handlers, names]];
    }
    text.lines()
        .map(|line| {
            if medium == Medium::Text {
                return [0; 5];
            }
            let command = usize::from(line.trim_start().starts_with("::"));
            if command == 1 {
                let head = line.split("::").nth(1).unwrap_or_default();
                return [command, head.matches(',').count(), 0, 0, 0];
            }
            if line.starts_with('<') {
                // A block of HTML: no sign of Markdown means anything in it.
                return [command, 0, line.matches('<').count(), 0, 0];
            }
            let bare = unescaped(line);
            let count = |sign: &str| bare.matches(sign).count();
            let bars = if line.starts_with('|') { count("|") } else { 0 };
            [command, bars, count("<"), count("]("), block(line)]
        })
        .collect()
}

/// The elements of a page, less words of a picture, of which there are fewer where names are long, and
/// less code, which is what stands between back ticks of a name as well.
fn elements(page: &str) -> usize {
    let left_out = ["<text", "</text", "<code", "</code"];
    let left_out: usize = left_out.iter().map(|tag| page.matches(tag).count()).sum();
    page.matches('<').count() - left_out
}

/// What a Markdown line begins.
fn block(line: &str) -> usize {
    let line = line.trim_start();
    let line = line.strip_prefix("- ").map_or((line, 0), |rest| (rest, 1));
    usize::from(line.0.starts_with(['#', '>', '-', '+'])) * 2 + line.1
}

/// A Markdown line without what is escaped, and without code.
fn unescaped(line: &str) -> String {
    let mut bare = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '`' => {
                // Code ends at the next back tick, whatever is before that.
                if !chars.by_ref().any(|c| c == '`') {
                    panic!("code without an end: {line}");
                }
            }
            c => bare.push(c),
        }
    }
    bare
}

impl Names<'_> {
    fn name(&self, at: usize) -> String {
        self.0[at % 3].to_owned()
    }

    fn place(&self) -> Place {
        Place {
            file: self.name(2),
            line: 7,
        }
    }

    fn crates(&self) -> Vec<CrateSize> {
        let row = |at: usize| CrateSize {
            name: self.name(at),
            bytes: Bytes(10),
            code_bytes: Bytes(5),
            data_bytes: Bytes(5),
        };
        (0..3).map(row).collect()
    }

    fn sizes(&self) -> SizeReport {
        SizeReport::new(vec![FileSize {
            path: self.name(0),
            kind: Kind::Module,
            raw_bytes: Bytes(30),
            gzip_bytes: None,
            brotli_bytes: None,
            soundness: None,
            sections: vec![SectionSize {
                name: format!("custom {}", self.0[1]),
                bytes: Bytes(30),
            }],
            names: Some(self.name(2)),
            crates: Some(self.crates()),
            code_bytes: Some(Bytes(15)),
            attributed_code_bytes: Some(Bytes(15)),
            functions: Some(vec![FunctionSize {
                name: self.name(0),
                krate: self.name(1),
                bytes: Bytes(5),
                instances: 1,
                module: None,
                index: Some(3),
            }]),
            other_functions: Some(OtherFunctions {
                count: 0,
                bytes: Bytes(0),
            }),
            allocators: Some(Vec::new()),
            hint: None,
            notes: vec![format!("`{}` is not used: {}", self.0[0], self.0[1])],
            why: Some(Why {
                function: self.name(0),
                root: Some(self.name(1)),
                path: vec![self.name(2), self.name(0)],
            }),
        }])
    }

    fn diff(&self) -> (Diff, Fingerprints) {
        let change = |at: usize| Change {
            name: self.name(at),
            old_bytes: Bytes(1),
            new_bytes: Bytes(2),
            delta_bytes: ByteDelta(1),
        };
        let function = heft_size::diff::FunctionChange {
            fate: Fate::Renamed,
            name: self.name(0),
            old_name: Some(self.name(1)),
            krate: self.name(2),
            old_bytes: Bytes(1),
            new_bytes: Bytes(2),
            delta_bytes: ByteDelta(1),
        };
        let changed = FingerprintChange {
            key: self.name(0),
            cause: Cause::Toolchain,
            old: Some(self.name(1)),
            new: None,
        };
        let diff = Diff {
            kind: Kind::Module,
            old_bytes: Bytes(1),
            new_bytes: Bytes(2),
            delta_bytes: ByteDelta(1),
            sections: vec![change(0)],
            crates: Some(vec![change(1), change(2)]),
            functions: Some(vec![function]),
            elsewhere_delta_bytes: Some(ByteDelta(0)),
            unchanged_functions: Some(1),
        };
        let prints = Fingerprints {
            known: true,
            toolchain: State::Different,
            arguments: State::Same,
            lock: State::Same,
            changed: vec![changed],
            verdict: format!("{} {} -> {}", self.0[0], self.0[1], self.0[2]),
        };
        (diff, prints)
    }

    fn budgets(&self) -> GateReport {
        GateReport {
            schema: 1,
            budgets: self.name(1),
            passed: false,
            rows: vec![Row {
                artifact: self.name(0),
                measure: Measure::Raw,
                size_bytes: Some(Bytes(3)),
                limit_bytes: Some(Bytes(2)),
                room_bytes: Some(ByteDelta(-1)),
                stretch_bytes: None,
                stretch_met: None,
                judgment: Judgment::Over,
                place: Some(self.place()),
            }],
        }
    }

    fn baseline(&self) -> SizesGate {
        SizesGate {
            baseline: self.name(2),
            tolerance: SizeTolerance::default(),
            locked: false,
            passed: false,
            rows: vec![SizeRow {
                artifact: self.name(1),
                measure: Measure::Raw,
                size_bytes: Some(Bytes(9)),
                baseline_bytes: Some(Bytes(1)),
                change_bytes: Some(ByteDelta(8)),
                allowed_bytes: Some(Bytes(1)),
                over_bytes: Some(Bytes(7)),
                judgment: SizeJudgment::Grew,
                place: Some(self.place()),
            }],
            causes: vec![Causes {
                artifact: self.name(1),
                by: By::Crate,
                rows: vec![heft_gate::baseline::Cause {
                    name: self.name(2),
                    baseline_bytes: Bytes(1),
                    size_bytes: Bytes(9),
                    change_bytes: ByteDelta(8),
                }],
                source_changed: vec![self.name(0)],
            }],
            notes: vec![format!("{} of `{}` has sections", self.0[2], self.0[0])],
        }
    }

    fn ratio(&self) -> RatioRow {
        RatioRow {
            of: self.name(0),
            to: self.name(1),
            figure: Figure::Fuel,
            cases: 2,
            mean: 1.1,
            limit: 1.0,
            worst: 1.2,
            worst_case: self.name(2),
            worst_limit: Some(1.0),
            judgment: RatioJudgment::Over,
            place: self.place(),
        }
    }

    fn gate(&self) -> FullReport {
        FullReport::new(
            Some(self.budgets()),
            Some(self.baseline()),
            None,
            vec![self.ratio()],
        )
    }

    fn report(&self) -> Report {
        Report {
            schema: 1,
            title: self.name(0),
            artifacts: Vec::new(),
            budgets: Some(self.budgets()),
            baseline: Some(self.baseline()),
            bench: None,
            decision: None,
            missing: vec![self.name(1)],
        }
    }
}
