//! Trying again: when, how long to wait first, and when to stop for everybody's sake.

mod budget;
mod jitter;
mod policy;

use std::time::Duration;

pub use self::policy::RetryPolicy;
use self::{budget::Budget, jitter::Jitter};
use crate::error::{Error, RetryAfter};

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
            RetryAfter::Absent => Duration::ZERO,
            RetryAfter::Wait(asked) if asked > self.policy.max_retry_after => return None,
            RetryAfter::Wait(asked) => asked,
            RetryAfter::Unreadable => self.policy.longest,
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
