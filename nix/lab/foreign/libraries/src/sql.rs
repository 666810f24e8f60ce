//! sqlparser: a script parsed to trees, the trees printed as SQL and parsed again.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// The script in the library's own spelling.
pub(crate) fn work(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let dialect = PostgreSqlDialect {};
    let script = std::fs::read_to_string(path)?;
    let statements = Parser::parse_sql(&dialect, &script)?;
    let mut printed = String::new();
    for statement in &statements {
        writeln!(printed, "{statement};")?;
    }
    if Parser::parse_sql(&dialect, &printed)? != statements {
        return Err("what was printed is another script".into());
    }
    Ok(printed.into_bytes())
}
