//! Read, check and rewrite WebAssembly modules and components.
//!
//! - [`binary`] and [`section_id`]: headers and sections; [`walk`](mod@walk): everything in a file, at any
//!   depth; [`core_modules`]: the core modules of it;
//! - [`section_sizes`] and [`references`]: how large each section is, and what code refers to;
//! - [`custom_sections`] and [`producers`]: what is stripped, and what says who made a file;
//! - [`validate`](mod@validate), [`features`], [`interface`](mod@interface): whether a file is valid, which proposals
//!   it needs, what it imports and exports;
//! - [`functions`](mod@functions): what a module's functions are called, and which of them never return;
//! - [`shadow_stack`]: the stack in linear memory;
//! - [`exports`], [`keep_imports`], [`target_features`]: what an optimizer is told, and what it must keep;
//! - [`component`]: which exports of its modules a component uses, and what it holds twice.
//!
//! [`bytes::Bytes`] is the unit of all sizes.

pub mod binary;
pub mod bytes;
pub mod component;
pub mod core_modules;
pub mod custom_sections;
pub mod exports;
pub mod features;
pub mod functions;
pub mod interface;
pub mod keep_imports;
pub mod producers;
pub mod references;
pub mod section_id;
pub mod section_sizes;
pub mod shadow_stack;
pub mod target_features;
pub mod validate;
pub mod walk;

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
