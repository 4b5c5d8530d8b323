use std::time::Duration;

use vault_sessions::{Session, SessionLength, SessionToken, Settings};

use super::{
    asker::Asker,
    exam::{Exam, ExamOutcome, Failure},
    question::Question,
};

/// How often is asked around the end: more than once in each second of the service's `Date`.
const STEP: Duration = Duration::from_millis(250);

/// Lengths that end soon enough, the shortest first.
const LENGTHS: [SessionLength; 2] = [
    SessionLength::from_seconds(1),
    SessionLength::from_minutes(1),
];

impl<A: Asker> Exam<'_, A> {
    /// Opens a short session, and asks with its token until that is refused.
    pub(super) async fn expiry(&mut self) -> Result<ExamOutcome, Failure> {
        let mut outcome = ExamOutcome::not_asked("no session of a minute or less is opened");
        for length in LENGTHS {
            let settings = Settings::builder().session_length(length).build();
            let session = Session::builder().settings(settings).build();
            let created = self.send(self.caller.session(session)).await?;
            let end = created.claim("/exp").and_then(|exp| exp.as_f64());
            let (Some(token), Some(end)) = (created.token(), end) else {
                continue;
            };
            outcome = self.end_of(&token, end).await?;
            if outcome.observed().is_some() {
                break;
            }
        }
        Ok(outcome)
    }

    /// When a token is refused that ends at a time, in seconds since the epoch.
    async fn end_of(&mut self, token: &SessionToken, end: f64) -> Result<ExamOutcome, Failure> {
        let mut waited = Duration::ZERO;
        // Seconds from the end of the token to the last time that it was good.
        let mut last_good = None;
        loop {
            let answer = self.send(self.caller.list(token)).await?;
            let Some(now) = answer.unix_seconds() else {
                return Ok(ExamOutcome::not_asked(
                    "the answers have no Date to judge by",
                ));
            };
            let after = seconds_between(end, now);
            if !answer.status.is_success() {
                return Ok(refused(last_good, after));
            }
            last_good = Some(after);
            let left = Question::LONGEST_WAIT.saturating_sub(waited);
            let until_shortly_before = Duration::from_secs((-after - 1).max(0).unsigned_abs());
            if left.is_zero() || until_shortly_before > left {
                return Ok(if after < 0 {
                    ExamOutcome::not_asked("the shortest session that is opened lives for too long")
                } else {
                    ExamOutcome::Observed(format!("still good {after} s after exp"))
                });
            }
            let interval = self.asker.interval();
            let pause = until_shortly_before.max(STEP);
            self.asker.pause(pause.saturating_sub(interval)).await;
            waited += pause.max(interval);
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "times of today are far from where an f64 loses seconds"
)]
fn seconds_between(end: f64, now: u64) -> i64 {
    (now as f64 - end).floor() as i64
}

/// What it means that a token was refused so many seconds after its end.
fn refused(last_good: Option<i64>, after: i64) -> ExamOutcome {
    match last_good {
        _ if after < 0 => ExamOutcome::Observed("refused before exp".to_owned()),
        Some(good) if good == after => {
            ExamOutcome::Observed(format!("refused within second {after} after exp"))
        }
        Some(good) if good != after - 1 => {
            ExamOutcome::not_asked("answers came too slowly to tell: ask again")
        }
        None if after > 0 => {
            ExamOutcome::not_asked("the session had ended before it could be used")
        }
        _ if after == 0 => ExamOutcome::Observed("refused from exp on".to_owned()),
        _ => ExamOutcome::Observed(format!("refused from {after} s after exp on")),
    }
}

/// The rule of expiry that fits, as a setting.
pub(super) fn rule(observed: &str) -> Option<String> {
    let seconds = |before, after| -> Option<u32> {
        let number = observed.strip_prefix(before)?.strip_suffix(after)?;
        number.parse().ok()
    };
    if let Some(second) = seconds("refused within second ", " after exp") {
        return Some(match second {
            0 => "inclusive".to_owned(),
            // Somewhere between the two seconds.
            second => format!("leeway={second}.5"),
        });
    }
    let leeway = match seconds("still good ", " s after exp") {
        // The least that answers so: the end was not waited for.
        Some(good) => good.checked_add(1)?,
        None => seconds("refused from ", " s after exp on")?,
    };
    Some(format!("leeway={leeway}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_follows_from_the_seconds() {
        for (last_good, after, text, setting) in [
            (Some(-1), 0, "refused from exp on", None),
            (None, 0, "refused from exp on", None),
            (
                Some(0),
                0,
                "refused within second 0 after exp",
                Some("inclusive"),
            ),
            (
                Some(0),
                1,
                "refused from 1 s after exp on",
                Some("leeway=1"),
            ),
            (
                Some(4),
                5,
                "refused from 5 s after exp on",
                Some("leeway=5"),
            ),
            (
                Some(5),
                5,
                "refused within second 5 after exp",
                Some("leeway=5.5"),
            ),
            (Some(-2), -1, "refused before exp", None),
        ] {
            let outcome = refused(last_good, after);
            assert_eq!(outcome.observed(), Some(text));
            assert_eq!(rule(text).as_deref(), setting, "{text}");
        }
        let unseen = rule("still good 30 s after exp");
        assert_eq!(unseen.as_deref(), Some("leeway=31"));
        assert_eq!(rule("still good 4294967295 s after exp"), None);
        assert_eq!(refused(None, 3).observed(), None);
        assert_eq!(refused(Some(-1), 2).observed(), None);
    }
}
