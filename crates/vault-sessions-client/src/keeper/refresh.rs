use std::time::Duration;

use tokio::time::Instant;
use vault_sessions::wire::RetryAfter;

use crate::config::LONGEST;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// When a kept session may be replaced.
#[derive(Default)]
pub(super) struct Refresh {
    not_before: Option<Instant>,
    failures: u32,
}

impl Refresh {
    pub(super) fn may_begin(&self, now: Instant) -> bool {
        self.not_before.is_none_or(|instant| instant <= now)
    }

    /// Leaves the session to one replacement for as long as a call can take. After that nobody is
    /// driving it any more.
    pub(super) fn begin(&mut self, now: Instant, longest: Duration) {
        self.not_before = now.checked_add(longest);
    }

    /// Waits before the next replacement: twice as long after each failure, and at least as long as the
    /// service asks for. If it asks for what cannot be read, that is the longest pause.
    pub(super) fn failed(&mut self, now: Instant, asked: Option<RetryAfter>) {
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        let asked = match asked {
            None => Duration::ZERO,
            Some(RetryAfter::Delay(length)) => length.min(LONGEST),
            Some(_) => LONGEST_PAUSE,
        };
        let pause = pause.min(LONGEST_PAUSE).max(asked);
        self.not_before = now.checked_add(pause);
    }

    /// The replacement was dropped before it had an outcome.
    pub(super) fn dropped(&mut self) {
        self.not_before = None;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_up_to_a_minute_and_the_service_may_ask_for_more() {
        let now = sleep(Duration::ZERO).deadline();
        let mut refresh = Refresh::default();
        assert!(refresh.may_begin(now));
        for (asked, pause) in [
            (None, 1),
            (None, 2),
            (Some(30), 30),
            (None, 8),
            (None, 16),
            (None, 32),
            (None, 60),
            (Some(61), 61),
        ] {
            let asked = asked.map(Duration::from_secs).map(RetryAfter::Delay);
            refresh.failed(now, asked);
            let pause = Duration::from_secs(pause);
            assert!(!refresh.may_begin(now + pause - Duration::from_nanos(1)));
            assert!(refresh.may_begin(now + pause));
        }
        refresh.failed(now, Some(RetryAfter::Delay(Duration::MAX)));
        assert!(!refresh.may_begin(now + Duration::from_secs(86_400)));
    }
}
