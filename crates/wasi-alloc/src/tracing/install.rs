//! The traced allocator of a module, in the place of the one that the features name.

use super::Stats;

// SAFETY: the module has one thread (see the crate's documentation).
unsafe impl Sync for Stats {}

/// What the module's allocator did.
pub(super) static STATS: Stats = Stats::new();

#[cfg(not(feature = "system"))]
pub(crate) use named::{Allocator, new};

#[cfg(not(feature = "system"))]
mod named {
    use crate::select::chosen;
    use crate::tracing::Traced;

    pub(crate) type Allocator = Traced<'static, chosen::Allocator>;

    pub(crate) const fn new() -> Allocator {
        Traced::new(chosen::new(), &super::STATS)
    }
}

/// wasi-libc's allocator, as the standard library reaches it.
#[cfg(feature = "system")]
mod system {
    extern crate std;

    use crate::tracing::Traced;
    use std::alloc::System;

    #[global_allocator]
    static GLOBAL: Traced<'static, System> = Traced::new(System, &super::STATS);
}
