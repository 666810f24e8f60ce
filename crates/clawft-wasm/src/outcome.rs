//! What a command came to.

/// What a command has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The result, with a line break at its end.
    pub text: String,
    /// What the person should know, one line each.
    pub warnings: Vec<String>,
}

impl<T: Into<String>> From<T> for Outcome {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            warnings: Vec::new(),
        }
    }
}
