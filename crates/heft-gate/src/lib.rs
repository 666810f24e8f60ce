//! Sizes and benchmarks of artifacts against what people set and what was last accepted.
//!
//! - [`artifact`]: artifacts and their sizes;
//! - [`budgets`] and [`judge_budgets`]: the ceilings a person set, and sizes against them;
//! - [`figure`]: what is looked at in a benchmark's cases;
//! - [`ratios`]: modules of one benchmark in relation to each other;
//! - [`baseline`]: what was last accepted, judging by it and accepting;
//! - [`report`] and [`render`](mod@render): all verdicts together, and as tables, sentences and annotations.

pub mod artifact;
pub mod baseline;
pub mod budgets;
pub mod codes;
pub mod figure;
pub mod judge_budgets;
pub mod ratios;
pub mod render;
pub mod report;

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
