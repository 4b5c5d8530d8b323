//! Trying again: when, how long to wait first, and when to stop for everybody's sake.

mod budget;
mod jitter;
mod policy;

use std::time::Duration;

pub use self::policy::RetryPolicy;
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

    /// How long to wait before the call that ended with `error` is tried again, if it is to be.
    pub(crate) fn wait(&self, error: &Error) -> Option<Duration> {
        if error.attempts() >= self.policy.max_attempts || !self.policy.covers(error) {
            return None;
        }
        let asked = error.retry_after().unwrap_or_default();
        if asked > self.policy.max_retry_after {
            return None;
        }
        // On top of what the service asks for, so that not everybody comes back at that moment.
        let jitter = self.jitter.up_to(self.policy.ceiling(error.attempts()));
        Some(asked.saturating_add(jitter))
    }

    /// Takes one retry out of the budget, if there is one left.
    pub(crate) fn withdraw(&self) -> bool {
        self.budget.withdraw()
    }

    pub(crate) fn succeeded(&self) {
        self.budget.deposit();
    }
}
