//! calamine: a workbook in, its cells as comma-separated values out.

use calamine::{Data, Reader, Xlsx, open_workbook};
use std::error::Error;
use std::io::Write as _;
use std::path::Path;

/// The cells of every sheet, a row a line.
pub(crate) fn work(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut workbook: Xlsx<_> = open_workbook(path)?;
    let mut printed = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name)?;
        writeln!(printed, "{name}")?;
        for row in range.rows() {
            let cells: Vec<String> = row.iter().map(cell).collect();
            writeln!(printed, "{}", cells.join(","))?;
        }
    }
    Ok(printed)
}

fn cell(data: &Data) -> String {
    match data {
        Data::String(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        other => other.to_string(),
    }
}
