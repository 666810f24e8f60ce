//! lalrpop: a grammar in, an LR(1) parser in Rust out.

use std::error::Error;
use std::path::Path;

/// The parser that lalrpop generates from the grammar of the file, in a folder that may be written to.
pub(crate) fn work(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    lalrpop::Configuration::new()
        .never_use_colors()
        .force_build(true)
        .log_quiet()
        .set_out_dir("generated")
        .process_file(path)?;
    let name = path.with_extension("rs");
    let name = name.file_name().ok_or("the grammar has no name")?;
    Ok(std::fs::read(Path::new("generated").join(name))?)
}
