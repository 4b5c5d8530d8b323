use std::fmt;

use crate::response::OneLine;

/// One place in a body that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub(crate) pointer: String,
    pub(crate) rule: String,
}

impl Violation {
    /// The place, as a JSON pointer (RFC 6901); empty for the body itself.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The rule that is broken, or what to write instead.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for Violation {
    /// Pointer and rule on one line, with control characters escaped.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(formatter, "{}: ", OneLine(&self.pointer))?;
        }
        write!(formatter, "{}", OneLine(&self.rule))
    }
}
