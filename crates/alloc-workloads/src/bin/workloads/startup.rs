//! Nothing but starting and ending: what every run pays before its first line.

use crate::definition::{Outcome, Workload};
use alloc_workloads::checksum::Fnv;

pub(crate) const WORKLOAD: Workload = Workload {
    name: "startup",
    summary: "starts, prints its line and ends",
    rounds: 1,
    run: |_| Outcome {
        checksum: Fnv::new(),
        operations: None,
    },
};
