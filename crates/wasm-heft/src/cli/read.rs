//! Reading the files of numbers and criteria that several commands take.

use super::inputs::text;
use anyhow::{Context as _, anyhow};
use heft_data::bench_result::{BenchReport, SCHEMA};
use heft_report::decision::Criteria;
use std::path::Path;

/// Reads a decision file.
pub(crate) fn criteria(path: &Path) -> anyhow::Result<Criteria> {
    Ok(Criteria::parse(&path.display().to_string(), &text(path)?)?)
}

/// Reads a bench file.
pub(crate) fn bench(path: &Path) -> anyhow::Result<BenchReport> {
    #[derive(serde::Deserialize)]
    struct Schema {
        schema: u32,
    }
    let text = text(path)?;
    let wrong = || {
        format!(
            "`{}` is not what `wasm-heft bench --format json` writes",
            path.display()
        )
    };
    // The schema first: another one may have another shape.
    let Schema { schema } = serde_json::from_str(&text).with_context(wrong)?;
    if schema != SCHEMA {
        return Err(anyhow!(
            "schema {schema} is not known, expected {SCHEMA}; run the bench again"
        ))
        .with_context(wrong);
    }
    serde_json::from_str(&text).with_context(wrong)
}
