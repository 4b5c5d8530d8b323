use std::time::Duration;

use super::{ConfigError, ConfigProblem};

const CONNECT: Duration = Duration::from_secs(10);
const ATTEMPT: Duration = Duration::from_secs(30);
const TOTAL: Duration = Duration::from_secs(60);

/// Ten years: as good as forever, and can still be added to an instant.
pub(crate) const LONGEST: Duration = Duration::from_secs(3650 * 24 * 60 * 60);

/// The timeouts that were set; the others give way to them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChosenTimeouts {
    pub(crate) connect: Option<Duration>,
    pub(crate) attempt: Option<Duration>,
    pub(crate) total: Option<Duration>,
}

/// Three timeouts, none longer than the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) total: Duration,
}

impl ChosenTimeouts {
    pub(crate) fn check(self) -> Result<Timeouts, ConfigError> {
        let attempt = self.attempt.unwrap_or_else(|| {
            let attempt = self.connect.unwrap_or_default().max(ATTEMPT);
            self.total.map_or(attempt, |total| attempt.min(total))
        });
        let timeouts = Timeouts {
            connect: self.connect.unwrap_or_else(|| CONNECT.min(attempt)),
            attempt,
            total: self.total.unwrap_or_else(|| TOTAL.max(attempt)),
        };
        let named = [
            ("connect timeout", timeouts.connect),
            ("attempt timeout", timeouts.attempt),
            ("total timeout", timeouts.total),
        ];
        // Outermost first, so that a zero is not blamed on a default that gave way to it.
        for (name, length) in named.into_iter().rev() {
            if length.is_zero() {
                return Err(ConfigProblem::Zero(name).into());
            }
        }
        for pair in named.windows(2) {
            let (inner, outer) = (pair[0], pair[1]);
            if inner.1 > outer.1 {
                return Err(ConfigProblem::Order { inner, outer }.into());
            }
        }
        Ok(Timeouts {
            connect: timeouts.connect.min(LONGEST),
            attempt: timeouts.attempt.min(LONGEST),
            total: timeouts.total.min(LONGEST),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(connect: u64, attempt: u64, total: u64) -> Result<(u64, u64, u64), String> {
        let chosen = |seconds| (seconds != u64::MAX).then(|| Duration::from_secs(seconds));
        let chosen = ChosenTimeouts {
            connect: chosen(connect),
            attempt: chosen(attempt),
            total: chosen(total),
        };
        let seconds = |t: Timeouts| (t.connect.as_secs(), t.attempt.as_secs(), t.total.as_secs());
        chosen
            .check()
            .map(seconds)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn unset_timeouts_give_way_to_set_ones() {
        const UNSET: u64 = u64::MAX;
        for (chosen, expected) in [
            ((UNSET, UNSET, UNSET), (10, 30, 60)),
            ((UNSET, UNSET, 5), (5, 5, 5)),
            ((UNSET, 90, UNSET), (10, 90, 90)),
            ((40, UNSET, UNSET), (40, 40, 60)),
            ((1, 2, 3), (1, 2, 3)),
            ((2, 2, 2), (2, 2, 2)),
        ] {
            assert_eq!(check(chosen.0, chosen.1, chosen.2), Ok(expected));
        }
    }

    #[test]
    fn contradictions_are_refused_in_a_sentence() {
        const UNSET: u64 = u64::MAX;
        for (chosen, begin) in [
            ((0, UNSET, UNSET), "the connect timeout is zero"),
            ((UNSET, 0, UNSET), "the attempt timeout is zero"),
            ((UNSET, UNSET, 0), "the total timeout is zero"),
            (
                (UNSET, 3, 2),
                "the attempt timeout of 3s is longer than the total timeout of 2s",
            ),
            (
                (3, 2, UNSET),
                "the connect timeout of 3s is longer than the attempt timeout of 2s",
            ),
            (
                (3, UNSET, 2),
                "the connect timeout of 3s is longer than the attempt timeout of 2s",
            ),
        ] {
            let error = check(chosen.0, chosen.1, chosen.2).unwrap_err();
            assert!(error.starts_with(begin), "{error}");
        }
    }
}
