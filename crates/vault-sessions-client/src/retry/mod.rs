//! Trying again: when, how long to wait first, and when to stop for everybody's sake.

mod budget;
mod jitter;
mod policy;

use std::time::Duration;

use vault_sessions::wire::RetryAfter;

pub use self::policy::RetryPolicy;
#[cfg(all(feature = "proxy", feature = "tls"))]
pub(crate) use self::policy::may_pass;
use self::{budget::Budget, jitter::Jitter};
use crate::error::Error;

/// A policy at work, shared by the clones of a client.
pub(crate) struct Retry {
    policy: RetryPolicy,
    budget: Budget,
    jitter: Jitter,
}

impl Retry {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self {
            budget: Budget::new(policy.budget),
            jitter: Jitter::new(policy.seed),
            policy,
        }
    }

    pub(crate) fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// How long to wait before the call that ended with `error` is tried again, if it is to be.
    pub(crate) fn wait(&self, error: &Error) -> Option<Duration> {
        if error.attempts() >= self.policy.max_attempts
            || !self.policy.covers(error)
            || !self.budget.has_any()
        {
            return None;
        }
        let asked = match error.asked_to_wait() {
            None => Duration::ZERO,
            Some(RetryAfter::Delay(asked)) if asked > self.policy.max_retry_after => return None,
            Some(RetryAfter::Delay(asked)) => asked,
            // A pause is asked for, but how long cannot be read, or not without a clock of our own.
            Some(_) => self.policy.longest,
        };
        // On top of what the service asks for, so that not everybody comes back at that moment.
        let jitter = self.jitter.up_to(self.policy.ceiling(error.attempts()));
        Some(asked.saturating_add(jitter))
    }

    /// Takes one retry out of the budget, if there is one left, as the retry is sent: a call that is
    /// dropped while it waits takes nothing.
    pub(crate) fn withdraw(&self) -> bool {
        self.budget.withdraw()
    }

    pub(crate) fn succeeded(&self) {
        self.budget.deposit();
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};
    use vault_sessions::SessionCreated;

    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn what_cannot_be_read_without_a_clock_is_not_absent() {
        let longest = Duration::from_secs(4);
        let retry = Retry::new(RetryPolicy::default().backoff(Duration::ZERO, longest));
        let delay = Duration::from_secs(2);
        for (value, read, wait) in [
            (None, None, Duration::ZERO),
            (Some("1.5"), Some(delay), delay),
            (Some("soon"), None, longest),
            (Some("Sun, 06 Nov 1994 08:50:07 GMT"), None, longest),
        ] {
            let value = value.map(|value| (RETRY_AFTER, HeaderValue::from_static(value)));
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let headers = HeaderMap::from_iter(value);
            let refused = SessionCreated::from_http(status, &headers, Bytes::new()).unwrap_err();
            let error = Error::new(ErrorKind::Api(refused), 1);
            assert_eq!(error.retry_after(), read);
            assert_eq!(retry.wait(&error), Some(wait));
        }
    }
}
