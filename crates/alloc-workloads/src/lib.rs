//! What the guest programs of this package share: checksums and repeatable random numbers.
//!
//! The programs are in `src/bin`: `soundness` takes everything a host hands in and churns it,
//! `workloads` runs one workload by name.

pub mod checksum;
pub mod random;
