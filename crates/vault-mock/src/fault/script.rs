use std::{fmt, str::FromStr};

use super::{
    fault::Fault,
    invalid::{FaultProblem, InvalidFault},
    terms::Steps,
    text::read_fault,
};

/// Which attempt meets which fault, in order; after the last step nothing goes wrong any more.
///
/// Attempts are counted for each pair of app and consumer by itself, so that what one consumer meets
/// does not depend on when another one calls. Text: steps between commas, `status=503; times=2, ok`.
///
/// ```
/// use vault_mock::fault::{Fault, Script, fail, ok};
///
/// let script = fail(503).times(2).then(ok()).then(Fault::reset().forever());
/// assert_eq!(script.to_string(), "status=503; times=2, ok, reset; times=forever");
/// assert_eq!(script.to_string().parse(), Ok(script));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Script(Vec<Step>);

#[derive(Clone, PartialEq, Eq)]
struct Step {
    fault: Fault,
    times: Times,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    Exactly(u32),
    Forever,
}

impl Script {
    /// Repeats the last step so many times; never, if zero.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        self.repeated(Times::Exactly(times))
    }

    /// Repeats the last step without end.
    #[must_use]
    pub fn forever(self) -> Self {
        self.repeated(Times::Forever)
    }

    fn repeated(mut self, times: Times) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.times = times;
        }
        self
    }

    /// Appends what comes afterwards.
    #[must_use]
    pub fn then(mut self, next: impl Into<Self>) -> Self {
        self.0.extend(next.into().0);
        self
    }

    /// What goes wrong at an attempt; the first one is 1.
    #[must_use]
    pub fn fault_at(&self, attempt: u32) -> Option<&Fault> {
        let mut left = attempt.checked_sub(1)?;
        for step in &self.0 {
            match step.times {
                Times::Exactly(times) if left >= times => left -= times,
                _ => return Some(&step.fault),
            }
        }
        None
    }
}

impl From<Fault> for Script {
    fn from(fault: Fault) -> Self {
        let times = Times::Exactly(1);
        Self(vec![Step { fault, times }])
    }
}

impl FromStr for Script {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let mut steps = Vec::new();
        for mut terms in Steps::read(text)?.0 {
            let times = match terms.take("times") {
                None => Times::Exactly(1),
                Some(term) if term.value()? == "forever" => Times::Forever,
                Some(term) => Times::Exactly(term.value()?.parse().map_err(|_| {
                    FaultProblem::new("`times` is a number or `forever`").at(term.position)
                })?),
            };
            steps.push(Step {
                fault: read_fault(terms)?,
                times,
            });
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Step { fault, times }) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(formatter, "{comma}{fault}")?;
            match times {
                Times::Exactly(1) => {}
                Times::Exactly(times) => write!(formatter, "; times={times}")?,
                Times::Forever => formatter.write_str("; times=forever")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Script({self})")
    }
}
