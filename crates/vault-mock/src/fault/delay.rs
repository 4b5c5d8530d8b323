use std::{fmt, time::Duration};

use super::invalid::FaultProblem;

/// How long an answer is held back: fixed, or anything between two bounds.
///
/// Which delay between the bounds is not left to chance: the same consumer at the same attempt
/// always waits equally long. Real time passes, unless the fault goes
/// [by the mock's clock](super::Fault::by_clock). Text: `250ms` or `100ms..300ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    least: Duration,
    most: Duration,
}

impl Delay {
    /// Anything between two bounds, which may come in either order.
    #[must_use]
    pub fn between(one: Duration, other: Duration) -> Self {
        Self {
            least: one.min(other),
            most: one.max(other),
        }
    }

    /// The shortest and the longest delay.
    #[must_use]
    pub fn bounds(self) -> (Duration, Duration) {
        (self.least, self.most)
    }

    /// The delay that a draw stands for, to the millisecond: tokio's timers know no finer step.
    pub(crate) fn drawn(self, draw: u64) -> Duration {
        let span = self.most.saturating_sub(self.least).as_millis();
        let by = u128::from(draw) % (span + 1);
        self.least + Duration::from_millis(u64::try_from(by).unwrap_or(u64::MAX))
    }

    pub(super) fn read(text: &str) -> Result<Self, FaultProblem> {
        match text.split_once("..") {
            None => read_duration(text).map(Self::from),
            Some((least, most)) => {
                let (least, most) = (read_duration(least)?, read_duration(most)?);
                if least > most {
                    return Err(FaultProblem::new("the first bound is the longer one"));
                }
                Ok(Self { least, most })
            }
        }
    }
}

impl From<Duration> for Delay {
    fn from(fixed: Duration) -> Self {
        Self {
            least: fixed,
            most: fixed,
        }
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&write_duration(self.least))?;
        if self.least == self.most {
            return Ok(());
        }
        write!(formatter, "..{}", write_duration(self.most))
    }
}

pub(super) fn read_duration(text: &str) -> Result<Duration, FaultProblem> {
    let text = text.trim();
    humantime::parse_duration(text).map_err(|error| {
        FaultProblem::new(format!(
            "`{text}` is not a duration such as 250ms or 1m30s: {error}"
        ))
    })
}

/// Without the spaces that humantime writes: one word, such as `1m30s`.
pub(super) fn write_duration(duration: Duration) -> String {
    humantime::format_duration(duration)
        .to_string()
        .replace(' ', "")
}
