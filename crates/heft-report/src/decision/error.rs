//! Why nothing can be decided.

use super::measure::Measure;
use heft_data::source::place::Place;

/// Why nothing can be decided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// A candidate was not measured.
    #[error("the bench file has no module `{module}`; run it too, or take it out of {file}")]
    NoModule {
        /// The module.
        module: String,
        /// The decision file.
        file: String,
    },
    /// A case was not measured.
    #[error("the bench file has no case `{case}` of module `{module}`; run the bench again")]
    NoRow {
        /// The module.
        module: String,
        /// The case.
        case: String,
    },
    /// A run that ended well has no number.
    #[error(
        "the bench file has no {measure} for case `{case}` of module `{module}`; run the bench again"
    )]
    NotMeasured {
        /// The module.
        module: String,
        /// The case.
        case: String,
        /// The number.
        measure: Measure,
    },
    /// A pattern fits nothing.
    #[error(
        "{place}: criterion \"{criterion}\": no case is named \"{pattern}\"; there are {known}"
    )]
    NoCase {
        /// Where the criterion is.
        place: Place,
        /// Its name.
        criterion: String,
        /// The pattern.
        pattern: String,
        /// The cases of the bench file.
        known: String,
    },
    /// There is nothing to compare with.
    #[error("the reference `{reference}` is out: {why}; choose another reference")]
    ReferenceFails {
        /// The reference.
        reference: String,
        /// What happened.
        why: String,
    },
}
