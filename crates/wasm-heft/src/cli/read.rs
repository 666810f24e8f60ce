//! Reading the files of numbers and criteria that several commands take.

use super::inputs::text;
use anyhow::{Context as _, anyhow};
use heft_data::bench_result::{BenchReport, SCHEMA};
use heft_data::source::json::parse;
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
    let (file, text) = (path.display().to_string(), text(path)?);
    let wrong = || format!("`{file}` is not what `wasm-heft bench --format json` writes");
    // The schema first: another one may have another shape.
    let Schema { schema } = parse(&file, &text).with_context(wrong)?;
    if schema != SCHEMA {
        return Err(anyhow!(
            "schema {schema} is not known, expected {SCHEMA}; run the bench again"
        ))
        .with_context(wrong);
    }
    parse(&file, &text).with_context(wrong)
}
