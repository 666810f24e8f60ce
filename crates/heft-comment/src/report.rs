//! What a comment is made from: the parts of the gate's JSON (docs/schemas/gate.schema.json) that it shows.

use heft_data::source::json::parse;
use serde::Deserialize;

/// The version of the gate's shape that this reads.
const SCHEMA: u32 = 1;

/// The result of `wasm-heft gate --format json`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Report {
    schema: u32,
    pub(crate) passed: bool,
    pub(crate) budgets: Option<String>,
    pub(crate) rows: Vec<BudgetRow>,
    pub(crate) baseline: Option<Sizes>,
    pub(crate) bench: Option<Bench>,
    pub(crate) ratios: Vec<Ratio>,
    pub(crate) unsound: Option<Vec<Unsound>>,
}

impl Report {
    /// Reads the JSON of the file named `file`.
    ///
    /// # Errors
    ///
    /// When it is something else, in one line.
    pub fn parse(file: &str, json: &str) -> Result<Self, String> {
        let report: Self = parse(file, json)
            .map_err(|err| format!("{err}; expected the JSON of `wasm-heft gate --format json`"))?;
        if report.schema != SCHEMA {
            let found = report.schema;
            return Err(format!(
                "{file}: schema {found} is not known, expected {SCHEMA}; gate and comment are to be of one version"
            ));
        }
        Ok(report)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Measure {
    Raw,
    Gzip,
    Brotli,
}

impl Measure {
    pub(crate) const ALL: [Self; 3] = [Self::Raw, Self::Gzip, Self::Brotli];
}

/// One size against its limit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct BudgetRow {
    pub(crate) artifact: String,
    pub(crate) measure: Measure,
    pub(crate) size_bytes: Option<u64>,
    pub(crate) limit_bytes: Option<u64>,
    #[serde(default)]
    pub(crate) guard_bytes: Option<u64>,
    pub(crate) judgment: Judgment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Judgment {
    Ok,
    Over,
    NotBudgeted,
}

/// Sizes against what was last accepted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Sizes {
    pub(crate) baseline: String,
    pub(crate) locked: bool,
    pub(crate) rows: Vec<SizeRow>,
    pub(crate) causes: Vec<Causes>,
    pub(crate) notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct SizeRow {
    pub(crate) artifact: String,
    pub(crate) measure: Measure,
    pub(crate) size_bytes: Option<u64>,
    pub(crate) change_bytes: Option<i64>,
    pub(crate) judgment: SizeJudgment,
}

/// In the order of how much a reader wants to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SizeJudgment {
    Same,
    Within,
    UnknownFingerprint,
    Shrank,
    Missing,
    Extra,
    Grew,
}

/// Why an artifact is not as large as it was.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Causes {
    pub(crate) artifact: String,
    pub(crate) rows: Vec<Cause>,
    pub(crate) source_changed: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Cause {
    pub(crate) name: String,
    pub(crate) change_bytes: i64,
}

/// Fuel and pages against what was last accepted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Bench {
    pub(crate) baseline: String,
    pub(crate) locked: bool,
    pub(crate) rows: Vec<BenchRow>,
    pub(crate) notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct BenchRow {
    pub(crate) module: String,
    pub(crate) case: String,
    pub(crate) figure: String,
    pub(crate) value: Option<u64>,
    pub(crate) change: Option<i64>,
    pub(crate) judgment: BenchJudgment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BenchJudgment {
    Same,
    Within,
    Worse,
    Better,
    Broke,
    Missing,
    Extra,
    UnknownFingerprint,
}

/// One module in relation to another.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Ratio {
    pub(crate) of: String,
    pub(crate) to: String,
    pub(crate) figure: String,
    pub(crate) mean: f64,
    pub(crate) limit: f64,
    pub(crate) judgment: RatioJudgment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RatioJudgment {
    Ok,
    Over,
    Broke,
}

/// An artifact whose memory is not known to be sound.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Unsound {
    pub(crate) artifact: String,
    pub(crate) memory: Memory,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Memory {
    Sound,
    Corrupts,
    Unknown,
}
