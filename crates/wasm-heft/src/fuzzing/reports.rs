//! Reports in which every name is one of three.

use heft_comment::{Key, render as comment};
use heft_data::bench_result::{self, BenchReport, BenchedModule, Engine, Outcome};
use heft_data::counter::Counter;
use heft_data::measure::Measure;
use heft_data::record::{Step, StepRecord};
use heft_data::source::place::Place;
use heft_gate::baseline::{
    BenchGate, BenchJudgment, BenchRow, BenchTolerance, Causes, SizeJudgment, SizeRow,
    SizeTolerance, SizesGate,
};
use heft_gate::figure::Figure;
use heft_gate::judge_budgets::{GateReport, Judgment, Row};
use heft_gate::ratios::{RatioJudgment, RatioRow};
use heft_gate::report::{FullReport, Unsound};
use heft_report::decision::{
    Column, Decision, EvidenceRow, EvidenceTable, Excluded, GivenUp, Measure as Evidence,
    Row as Candidate, Sensitivity, Upkeep,
};
use heft_report::{ArtifactReport, BenchLine, BenchSummary, Counts, FunctionTable, Report};
use heft_size::attribution::CrateSize;
use heft_size::breakdown::By;
use heft_size::diff::{
    Cause, Change, Diff, Fate, FingerprintChange, Fingerprints, FunctionChange, State,
};
use heft_size::file_size::{FileSize, FunctionSize, OtherFunctions, SizeReport};
use heft_size::soundness::{Memory, Soundness};
use heft_size::why::Why;
use heft_wasm::binary::Kind;
use heft_wasm::bytes::{ByteDelta, Bytes};
use heft_wasm::section_sizes::SectionSize;

/// The names of a report.
pub(super) struct Names<'a>(pub(super) [&'a str; 3]);

impl Names<'_> {
    /// Names that mean nothing anywhere: the same where these are the same.
    pub(super) fn plain(&self) -> Names<'static> {
        let first = |name: &str| self.0.iter().position(|other| *other == name);
        Names(
            self.0
                .map(|name| ["one", "two", "three"][first(name).unwrap_or_default()]),
        )
    }

    pub(super) fn name(&self, at: usize) -> String {
        self.0[at % 3].to_owned()
    }

    fn place(&self) -> Place {
        Place {
            file: self.name(2),
            line: 7,
        }
    }

    pub(super) fn crates(&self) -> Vec<CrateSize> {
        let row = |at: usize| CrateSize {
            name: self.name(at),
            bytes: Bytes(10),
            code_bytes: Bytes(5),
            ..CrateSize::default()
        };
        (0..3).map(row).collect()
    }

    pub(super) fn sizes(&self) -> SizeReport {
        let corrupts = Soundness {
            memory: Memory::Corrupts,
            ..self.soundness()
        };
        SizeReport::new(vec![self.size(self.soundness()), self.size(corrupts)])
    }

    fn size(&self, soundness: Soundness) -> FileSize {
        FileSize {
            soundness: Some(soundness),
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
                index: Some(3),
                ..FunctionSize::default()
            }]),
            other_functions: Some(OtherFunctions {
                count: 0,
                bytes: Bytes(0),
            }),
            allocators: Some(Vec::new()),
            hint: Some(format!("`{}` and {}", self.0[1], self.0[2])),
            notes: vec![format!("`{}` is not used: {}", self.0[0], self.0[1])],
            why: Some(Why {
                function: self.name(0),
                root: Some(self.name(1)),
                path: vec![self.name(2), self.name(0)],
            }),
            ..FileSize::bare(&self.name(0), Kind::Module, Bytes(30))
        }
    }

    pub(super) fn diff(&self) -> (Diff, Fingerprints) {
        let change = |at: usize| Change {
            name: self.name(at),
            old_bytes: Bytes(1),
            new_bytes: Bytes(2),
            delta_bytes: ByteDelta(1),
        };
        let function = FunctionChange {
            fate: Fate::Renamed,
            name: self.name(0),
            old_name: Some(self.name(1)),
            krate: self.name(2),
            old_place: None,
            new_place: None,
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
                guard_bytes: None,
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
            figure: Counter::Fuel,
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

    fn figures(&self) -> BenchGate {
        BenchGate {
            baseline: self.name(1),
            tolerance: BenchTolerance::default(),
            locked: false,
            passed: false,
            rows: vec![BenchRow {
                module: self.name(0),
                case: self.name(1),
                figure: Figure::Outcome,
                value: None,
                baseline: None,
                change: None,
                change_percent: None,
                allowed: None,
                outcome: Some(Outcome::Trapped),
                baseline_outcome: Some(Outcome::Ok),
                detail: Some(self.name(2)),
                judgment: BenchJudgment::Broke,
                place: Some(self.place()),
            }],
            notes: vec![format!("`{}` is unknown: {}", self.0[1], self.0[2])],
        }
    }

    /// Of a component that can't be read: the validator's words may hold a name.
    fn soundness(&self) -> Soundness {
        Soundness {
            memory: Memory::Unknown,
            realloc_allocator: None,
            free_allocator: None,
            unknown_because: Some(self.name(1)),
        }
    }

    pub(super) fn gate(&self) -> FullReport {
        let unsound = Unsound::new(self.0[2], self.soundness());
        FullReport::new(
            Some(self.budgets()),
            Some(self.baseline()),
            Some(self.figures()),
            vec![self.ratio()],
        )
        .with_unsound(unsound.into_iter().collect())
    }

    /// The comment on a pull request that is made from the gate's JSON, which may be from anywhere, too.
    pub(super) fn comment(&self) -> String {
        let mut json = serde_json::to_value(self.gate()).expect("numbers are JSON");
        let mut row = json["bench"]["rows"][0].clone();
        (row["figure"], row["judgment"]) = (self.name(0).into(), "worse".into());
        (row["value"], row["change"]) = (2.into(), 1.into());
        json["bench"]["rows"] = vec![json["bench"]["rows"][0].clone(), row].into();
        json["ratios"][0]["figure"] = self.name(1).into();
        let json = json.to_string();
        let report =
            heft_comment::Report::parse("gate.json", &json).expect("as the gate writes it");
        let key: Key = "sizes".parse().expect("a key");
        comment(&report, &key, None)
    }

    pub(super) fn engine(&self) -> Engine {
        Engine {
            wasmtime: self.name(1),
            platform: self.name(2),
        }
    }

    pub(super) fn decision(&self) -> Decision {
        Decision {
            schema: 1,
            criteria: self.name(0),
            engine: self.engine(),
            reference: self.name(0),
            targets: vec![self.name(1)],
            columns: vec![Column {
                name: self.name(2),
                weight: 1.0,
                share_percent: 100.0,
                ratios: 1,
            }],
            rows: vec![Candidate {
                rank: 1,
                candidate: self.name(1),
                ratios: vec![1.1],
                total: 1.1,
            }],
            winner: self.name(1),
            margin_percent: None,
            gives_up: vec![GivenUp {
                criterion: self.name(2),
                ratio: 1.1,
            }],
            excluded: vec![Excluded {
                candidate: self.name(2),
                reasons: vec![self.name(0)],
            }],
            sensitivity: vec![Sensitivity {
                criterion: self.name(2),
                factor: 2.0,
                winner: self.name(0),
                holds: false,
            }],
            evidence: vec![EvidenceTable {
                title: self.name(0),
                measure: Evidence::Count(Counter::Fuel),
                case: Some(self.name(1)),
                rows: vec![EvidenceRow {
                    candidate: self.name(2),
                    values: vec![None],
                    words: vec![self.name(0)],
                }],
            }],
            maintenance: vec![Upkeep {
                candidate: self.name(0),
                mark: None,
                reason: self.name(1),
            }],
        }
    }

    /// What ran: two allocators in a group of pictures, one of them by a name from anywhere.
    pub(super) fn bench(&self) -> BenchReport {
        let names = [format!("{}-wasip1", self.0[0]), "dlmalloc-wasip1".into()];
        let module = |name: &String| BenchedModule {
            raw_bytes: Bytes(1),
            ..BenchedModule::bare(name, Kind::Module)
        };
        BenchReport {
            schema: bench_result::SCHEMA,
            engine: self.engine(),
            modules: names.iter().map(module).collect(),
            cases: Vec::new(),
            rows: names.iter().map(|name| self.bench_row(name)).collect(),
        }
    }

    fn bench_row(&self, module: &str) -> bench_result::BenchRow {
        bench_result::BenchRow {
            fuel: Some(7),
            fuel_bulk_once: Some(7),
            initial_pages: Some(1),
            grown_pages: Some(1),
            total_pages: Some(2),
            output: Some(self.name(2)),
            memory_curve: Some(vec![(0, 0), (7, 1)]),
            ..bench_result::BenchRow::ended(module, &self.name(1), Outcome::Ok, None)
        }
    }

    fn artifact(&self) -> ArtifactReport {
        ArtifactReport {
            name: self.name(0),
            kind: Kind::Component,
            raw_bytes: Bytes(30),
            gzip_bytes: Bytes(20),
            brotli_bytes: Bytes(10),
            steps: vec![StepRecord {
                step: Step::Input,
                bytes: Bytes(40),
            }],
            tools: [(self.name(1), self.name(2))].into(),
            crates: Some(self.crates()),
        }
    }

    pub(super) fn report(&self) -> Report {
        Report {
            schema: 1,
            title: self.name(0),
            artifacts: vec![self.artifact()],
            budgets: Some(self.budgets()),
            baseline: Some(self.baseline()),
            bench: Some(BenchSummary {
                engine: self.engine(),
                rows: vec![BenchLine {
                    module: self.name(2),
                    case: self.name(0),
                    outcome: Outcome::Ok,
                    counts: Counts([(Counter::Fuel, Some(7))].into()),
                }],
            }),
            decision: Some(self.decision()),
            missing: vec![self.name(1)],
            refused: Vec::new(),
            functions: Some(FunctionTable {
                names: (0..3).map(|at| self.name(at)).collect(),
                at_least_bytes: Bytes(0),
                artifacts: vec![vec![
                    vec![(0, Bytes(3)), (1, Bytes(2))],
                    vec![(2, Bytes(1))],
                ]],
            }),
        }
    }
}
