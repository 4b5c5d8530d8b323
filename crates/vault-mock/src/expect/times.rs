use std::{
    fmt,
    ops::{RangeFrom, RangeInclusive, RangeToInclusive},
};

/// How many requests are expected: a number, or a range such as `1..`, `2..=3` or `..=5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub(crate) least: usize,
    pub(crate) most: Option<usize>,
}

impl Times {
    /// Whether no number of requests is wrong.
    pub(crate) fn can_only_be_met(self) -> bool {
        self.least == 0 && self.most.is_none()
    }

    /// Refuses, with the line of the test, what cannot fail.
    #[track_caller]
    pub(crate) fn that_can_fail(self) -> Self {
        assert!(
            !self.can_only_be_met(),
            "an expectation of any number of requests cannot fail: say at least one, or at most how \
             many"
        );
        self
    }

    pub(crate) fn contains(self, count: usize) -> bool {
        count >= self.least && self.most.is_none_or(|most| count <= most)
    }
}

impl Default for Times {
    /// At least once.
    fn default() -> Self {
        Self::from(1..)
    }
}

impl From<usize> for Times {
    fn from(times: usize) -> Self {
        Self::from(times..=times)
    }
}

impl From<RangeFrom<usize>> for Times {
    fn from(range: RangeFrom<usize>) -> Self {
        Self {
            least: range.start,
            most: None,
        }
    }
}

impl From<RangeInclusive<usize>> for Times {
    fn from(range: RangeInclusive<usize>) -> Self {
        Self {
            least: *range.start(),
            most: Some(*range.end()),
        }
    }
}

impl From<RangeToInclusive<usize>> for Times {
    fn from(range: RangeToInclusive<usize>) -> Self {
        Self::from(0..=range.end)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => write!(formatter, "exactly {least}"),
            (0, Some(most)) => write!(formatter, "at most {most}"),
            (least, Some(most)) => write!(formatter, "{least} to {most}"),
            (least, None) => write!(formatter, "at least {least}"),
        }
    }
}
