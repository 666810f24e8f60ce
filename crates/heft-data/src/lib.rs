//! What wasm-heft writes and reads, and how it is shown.
//!
//! - [`record`] and [`record_reader`]: what was done to an artifact; `provenance`: the part of it that
//!   baselines need (feature `compress`);
//! - [`fingerprint`]: what makes two measurements comparable;
//! - [`bench_result`] with [`statistics`], and [`profile`] with [`stats_layout`]: what running programs
//!   showed;
//! - [`counter`] and [`measure`]: what can be measured, by name; `compress`: sizes on the wire (feature
//!   `compress`);
//! - [`code`]: what a refusal is known by;
//! - [`source`]: files that people edit, with the line of whatever is wrong;
//! - [`sha256`]: how files are told apart;
//! - [`table`] and [`escape`]: text for terminals, Markdown, HTML and logs; [`bytes`]: numbers in it.

pub mod bench_result;
pub mod code;
#[cfg(feature = "compress")]
pub mod compress;
pub mod counter;
pub mod escape;
pub mod fingerprint;
pub mod measure;
pub mod profile;
#[cfg(feature = "compress")]
pub mod provenance;
pub mod record;
pub mod record_reader;
#[cfg(feature = "schema")]
pub mod schema;
pub mod sha256;
pub mod source;
pub mod statistics;
pub mod stats_layout;
pub mod table;

pub use heft_wasm::bytes;

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
