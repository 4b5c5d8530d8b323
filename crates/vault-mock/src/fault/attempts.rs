use std::hash::{BuildHasher, RandomState};

use crate::recent::Recent;

/// Consumers whose attempts are counted; beyond it the one that has not called for longest is
/// forgotten, and starts again at the first attempt.
const CALLERS: usize = 65_536;

/// How often each consumer of each app has met each of the faults.
#[derive(Debug)]
pub(super) struct Attempts {
    /// By a hash, which is smaller than the IDs: nobody can choose them so that two share one.
    counts: Recent<u64, u32>,
    hash: RandomState,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            counts: Recent::with_limit(CALLERS),
            hash: RandomState::new(),
        }
    }
}

impl Attempts {
    /// Counts a call that meets a fault; the first one of a consumer is 1.
    pub(super) fn count(&mut self, fault: u64, app: &str, consumer: &str) -> u32 {
        let key = self.hash.hash_one((fault, app, consumer));
        let count = self.counts.get_or_insert_mut(key, || 0);
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_caller_by_itself_and_forgets_the_oldest() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.count(1, "a", "bc"), 1);
        assert_eq!(attempts.count(1, "ab", "c"), 1);
        assert_eq!(attempts.count(2, "a", "bc"), 1);
        assert_eq!(attempts.count(1, "a", "bc"), 2);
        for consumer in 0..CALLERS {
            attempts.count(1, "other", &consumer.to_string());
        }
        assert_eq!(attempts.counts.len(), CALLERS);
        assert_eq!(attempts.count(1, "a", "bc"), 1);
    }
}
