//! Whether standard error tells how far a command is. Decided once, for all commands.

use clap::ValueEnum;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};

static SHOWN: AtomicBool = AtomicBool::new(false);

/// When to show progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    /// When standard error is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Progress {
    /// Makes this the choice of the whole program.
    pub(crate) fn choose(self) {
        let shown = match self {
            Self::Auto => std::io::stderr().is_terminal(),
            Self::Always => true,
            Self::Never => false,
        };
        SHOWN.store(shown, Ordering::Relaxed);
    }
}

/// Whether progress is to be shown.
pub(crate) fn shown() -> bool {
    SHOWN.load(Ordering::Relaxed)
}
