use std::{borrow::Cow, error::Error, fmt};

/// A text that is no fault, script or plan; says where and why.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidFault {
    position: usize,
    problem: FaultProblem,
}

/// What is wrong with a part of a text, wherever the part stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FaultProblem(Cow<'static, str>);

impl FaultProblem {
    pub(super) fn new(problem: impl Into<Cow<'static, str>>) -> Self {
        Self(problem.into())
    }

    /// Adds what else helps.
    pub(super) fn and(self, advice: &str) -> Self {
        Self::new(self.0.into_owned() + advice)
    }

    pub(super) fn at(self, position: usize) -> InvalidFault {
        InvalidFault {
            position,
            problem: self,
        }
    }
}

impl InvalidFault {
    /// Where the problem is, in bytes from the start of the text.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for InvalidFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, problem } = self;
        write!(formatter, "invalid fault at byte {position}: {}", problem.0)
    }
}

impl fmt::Debug for InvalidFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "InvalidFault({self})")
    }
}

impl Error for InvalidFault {}
