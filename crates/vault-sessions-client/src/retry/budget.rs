use std::sync::atomic::{AtomicU32, Ordering};

/// What one retry costs, in the tenths that the budget counts. A success gives back one tenth.
const RETRY: u32 = 10;

/// A bucket of retries, so that an outage is not multiplied by everybody trying again.
pub(super) struct Budget {
    tenths: AtomicU32,
    capacity: u32,
}

impl Budget {
    pub(super) fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(RETRY);
        let tenths = AtomicU32::new(capacity);
        Self { tenths, capacity }
    }

    /// Whether a retry is left, for now.
    pub(super) fn has_any(&self) -> bool {
        self.tenths.load(Ordering::Relaxed) >= RETRY
    }

    pub(super) fn withdraw(&self) -> bool {
        let take = |tenths: u32| tenths.checked_sub(RETRY);
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }

    pub(super) fn deposit(&self) {
        let give = |tenths| (tenths < self.capacity).then(|| tenths + 1);
        // A full bucket stays full.
        let _ = self
            .tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_successes_pay_for_a_retry_and_no_more_is_saved_than_fits() {
        let budget = Budget::new(2);
        budget.deposit();
        assert!(budget.withdraw() && budget.withdraw() && !budget.withdraw());
        for _ in 0..9 {
            budget.deposit();
        }
        assert!(!budget.withdraw());
        budget.deposit();
        assert!(budget.withdraw() && !budget.withdraw());
    }
}
