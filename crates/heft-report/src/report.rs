//! Every number of the page: sizes, budgets, what files are made of, the bench, the decision.

use crate::artifact::{ArtifactInput, ArtifactReport, Measured};
use crate::decision::{Criteria, Decision, decide};
use crate::error::ReportError;
use crate::functions::{self, FunctionTable};
use crate::plot::split;
use heft_data::bench_result::{BenchReport, BenchRow, Engine, Outcome};
use heft_data::counter::Counter;
use heft_gate::artifact::Coverage;
use heft_gate::baseline::{SizesBaseline, SizesGate, judge_sizes};
use heft_gate::budgets::Budgets;
use heft_gate::judge_budgets::{GateReport, judge};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the report's shape.
const SCHEMA: u32 = 1;

/// What a report is made of. Every part but the title may be missing.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The report's heading.
    pub title: String,
    /// The artifacts, in the order to be shown.
    pub artifacts: Vec<ArtifactInput>,
    /// Their limits.
    pub budgets: Option<Budgets>,
    /// What was last accepted of them.
    pub baseline: Option<SizesBaseline>,
    /// What was measured by running.
    pub bench: Option<BenchReport>,
    /// How to weigh that.
    pub criteria: Option<Criteria>,
}

/// Every number of the page.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// Version of this shape.
    pub schema: u32,
    /// The heading.
    pub title: String,
    /// The artifacts.
    pub artifacts: Vec<ArtifactReport>,
    /// Their sizes against the limits.
    pub budgets: Option<GateReport>,
    /// Their sizes against what was last accepted.
    pub baseline: Option<SizesGate>,
    /// What running them showed.
    pub bench: Option<BenchSummary>,
    /// What follows from that.
    pub decision: Option<Decision>,
    /// The parts that were not given, a sentence each.
    pub missing: Vec<String>,
    /// The functions of the artifacts; `None` where none has names.
    pub functions: Option<FunctionTable>,
    /// The artifacts, by their place, whose symbols file is not used, and why: for who gave it.
    #[serde(skip)]
    pub refused: Vec<(usize, String)>,
}

/// The counts of a bench, without times and outputs.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchSummary {
    /// What ran the modules.
    pub engine: Engine,
    /// Each case of each module, in the bench's order.
    pub rows: Vec<BenchLine>,
}

/// One case of one module.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BenchLine {
    /// The module.
    pub module: String,
    /// The case.
    pub case: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Its numbers, those that tables show.
    #[serde(flatten)]
    pub counts: Counts,
}

/// The numbers of a case that tables show, each under its own key; `None` where a run has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<Counter, Option<u64>>);

impl Counts {
    fn of(row: &BenchRow) -> Self {
        let shown = Counter::shown(|counter| counter.of(row).is_some());
        Self(
            shown
                .map(|(counter, _)| (counter, counter.of(row)))
                .collect(),
        )
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Counts {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Counts".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let always = |(counter, _): (Counter, _)| counter.key();
        let required: Vec<&str> = Counter::shown(|_| false).map(always).collect();
        let mut properties = serde_json::Map::new();
        for (counter, _) in Counter::shown(|_| true) {
            let number =
                heft_data::schema::described::<Option<u64>>(generator, counter.description());
            properties.insert(counter.key().to_owned(), number);
        }
        schemars::json_schema!({
            "type": "object",
            "properties": properties,
            "required": required,
        })
    }
}

impl From<&BenchRow> for BenchLine {
    fn from(row: &BenchRow) -> Self {
        Self {
            module: row.module.clone(),
            case: row.case.clone(),
            outcome: row.outcome,
            counts: Counts::of(row),
        }
    }
}

impl Report {
    /// Weighs, judges and decides.
    ///
    /// # Errors
    ///
    /// When parts do not fit together, or an artifact can't be read.
    pub fn collect(inputs: &Inputs) -> Result<Self, ReportError> {
        if inputs.artifacts.is_empty() && inputs.bench.is_none() {
            return Err(ReportError::Nothing);
        }
        let measured = inputs
            .artifacts
            .par_iter()
            .map(Measured::of)
            .collect::<Result<Vec<_>, _>>()?;
        let (mut artifacts, mut weighed) = (Vec::new(), Vec::new());
        let (mut functions, mut refused) = (Vec::new(), Vec::new());
        for (index, one) in measured.into_iter().enumerate() {
            artifacts.push(one.artifact);
            weighed.push(one.weighed);
            functions.push(one.functions);
            refused.extend(one.refused.map(|why| (index, why)));
        }
        let budgets = match &inputs.budgets {
            None => None,
            Some(budgets) => {
                let sizes: Vec<_> = weighed.iter().map(|one| one.artifact.clone()).collect();
                let judged = judge(budgets, &sizes, Coverage::Partial).map_err(|errors| {
                    let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
                    ReportError::Budgets(words.join("; "))
                });
                Some(judged?)
            }
        };
        let baseline = inputs
            .baseline
            .as_ref()
            .map(|baseline| judge_sizes(baseline, &weighed, Coverage::Partial, false));
        let decision = match (&inputs.criteria, &inputs.bench) {
            (None, _) => None,
            (Some(_), None) => return Err(ReportError::CriteriaWithoutBench),
            (Some(criteria), Some(bench)) => Some(decide(criteria, bench)?),
        };
        Ok(Self {
            schema: SCHEMA,
            title: inputs.title.clone(),
            missing: missing(inputs),
            artifacts,
            budgets,
            baseline,
            bench: inputs.bench.as_ref().map(|bench| BenchSummary {
                engine: bench.engine.clone(),
                rows: bench.rows.iter().map(BenchLine::from).collect(),
            }),
            decision,
            refused,
            functions: functions::table(&functions),
        })
    }

    /// The artifact that stands for all: of the allocator that was chosen, or else the smallest one.
    /// One that has names is taken before one that has none.
    #[must_use]
    pub fn recommended(&self) -> Option<usize> {
        let winner = self.decision.as_ref().map(|decision| &decision.winner);
        let rank = |artifact: &ArtifactReport| {
            let (label, group) = split(&artifact.name);
            let chosen = winner == Some(&label);
            // Of the chosen one the plain form: the group with the shortest name.
            let size = if chosen {
                group.len() as u64
            } else {
                artifact.raw_bytes.0
            };
            (!chosen, artifact.crates.is_none(), size)
        };
        let artifacts = self.artifacts.iter().enumerate();
        let best = artifacts.min_by_key(|(_, artifact)| rank(artifact));
        best.map(|(index, _)| index)
    }
}

/// Says what is not in the report, and what would put it there.
fn missing(inputs: &Inputs) -> Vec<String> {
    let parts = [
        (
            inputs.artifacts.is_empty(),
            "No artifacts were given (NAME=FILE), so there are no sizes.",
        ),
        (
            inputs.budgets.is_none(),
            "No budgets were given (--budgets).",
        ),
        (
            inputs.baseline.is_none(),
            "No baseline was given (--baseline), so there are no changes.",
        ),
        (
            inputs.bench.is_none(),
            "No bench was given (--bench), so there is nothing about fuel and memory.",
        ),
        (
            inputs.criteria.is_none(),
            "No criteria were given (--criteria), so nothing is decided.",
        ),
    ];
    let missing = parts.into_iter().filter(|(is_missing, _)| *is_missing);
    missing.map(|(_, words)| words.to_owned()).collect()
}
