//! Subcommands of a command line: their arguments, and what they print.

pub mod build;
pub mod init;
