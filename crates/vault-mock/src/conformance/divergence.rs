use std::{error::Error, fmt};

/// An answer that is not the one of the [model](super), with everything that led there.
#[derive(Clone, PartialEq, Eq)]
pub struct DivergenceError {
    pub(super) steps: Vec<String>,
    pub(super) expected: String,
    pub(super) answered: String,
}

impl DivergenceError {
    /// What was done, one line for each step; the last one diverged.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(String::as_str)
    }

    /// What the model expected, and why.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What the subject answered.
    #[must_use]
    pub fn answered(&self) -> &str {
        &self.answered
    }
}

impl fmt::Display for DivergenceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the subject diverges from the model at the last of these steps")?;
        for (index, step) in self.steps.iter().enumerate() {
            write!(formatter, "\n{:>4}. {step}", index + 1)?;
        }
        let Self {
            expected, answered, ..
        } = self;
        write!(formatter, "\nexpected: {expected}\nanswered: {answered}")
    }
}

/// The text of `Display`: test runners print failures by `Debug`, and it is made to be read.
impl fmt::Debug for DivergenceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Error for DivergenceError {}
