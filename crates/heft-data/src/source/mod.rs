//! Files that people edit: what is wrong in one, and in which line.

pub mod json;
pub mod place;
#[cfg(feature = "toml")]
pub mod toml_file;
