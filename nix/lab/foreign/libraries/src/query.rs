//! jaq: a question in jq's language about a JSON document.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};
use std::error::Error;
use std::io::Write as _;
use std::path::Path;

/// What is asked.
const QUESTION: &str = include_str!("query/orders.jq");

/// The answers, a line each.
pub(crate) fn work(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let document = std::fs::read(path)?;
    let input = read::parse_single(&document).map_err(|error| error.to_string())?;
    let definitions = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs());
    let functions = jaq_core::funs::<data::JustLut<Val>>()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs());
    let arena = Arena::default();
    let program = File {
        code: QUESTION,
        path: (),
    };
    let modules = Loader::new(definitions)
        .load(&arena, program)
        .map_err(|errors| format!("{errors:?}"))?;
    let filter = Compiler::default()
        .with_funs(functions)
        .compile(modules)
        .map_err(|errors| format!("{errors:?}"))?;
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let mut printed = Vec::new();
    for answer in filter.id.run((context, input)).map(unwrap_valr) {
        let answer = answer.map_err(|error| error.to_string())?;
        writeln!(printed, "{answer}")?;
    }
    Ok(printed)
}
