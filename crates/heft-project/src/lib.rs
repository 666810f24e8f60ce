//! `heft.toml`: which programs of a crate are built for WASI, with which allocators, and what holds them.
//!
//! [`find()`] looks for the file upwards and [`read()`] reads it; both give a [`Project`], whose
//! [`Variant`]s are what `build` makes and `gate`, `bench`, `report` and `accept` take. [`init`] starts a
//! file from what `cargo metadata` says, [`plan()`] computes the cargo commands of a build, and [`run`]
//! runs them. [`commands`] has both as subcommands of a command line.

pub mod commands;
mod error;
mod find;
pub mod init;
pub mod metadata;
mod near;
pub mod plan;
mod project;
mod read;
pub mod run;
pub mod state;
mod write;

pub use error::Error;
pub use find::{FILE_NAME, ReadText, find, load};
pub use near::near;
pub use plan::plan;
pub use project::{
    Allocator, Artifact, Converge, Effort, Files, Optimize, Panics, Project, Target, Variant,
};
pub use read::read;
pub use write::write;

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
