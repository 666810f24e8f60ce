//! How far the work is.

/// A progress event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// These modules are about to be compiled.
    Compiling {
        /// How many.
        modules: usize,
    },
    /// A module was run with a case to count fuel and pages.
    Counted {
        /// Its name.
        module: String,
        /// The case's name.
        case: String,
        /// Counts made so far, this one included.
        done: usize,
        /// Counts to make.
        total: usize,
    },
    /// A round of timed runs is about to start.
    Round {
        /// Which one; zero is for warming up.
        round: u32,
        /// How many count.
        rounds: u32,
    },
}
