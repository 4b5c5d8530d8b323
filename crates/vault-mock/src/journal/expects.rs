use std::{
    ptr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use super::ring::Journal;
use crate::sync;

/// Expects something of the requests of a journal.
pub(crate) trait Expects: Send + Sync {
    /// How long requests in flight are waited for.
    fn within(&self) -> Duration;

    /// Verifies now what is expected, and says what differs.
    fn failure(&self, journal: &Journal) -> Option<String>;
}

/// All that is expected and not yet forgotten.
#[derive(Default)]
pub(super) struct Expected(Mutex<Vec<Arc<dyn Expects>>>);

impl Journal {
    /// Keeps an expectation until it is forgotten; clearing the journal does not forget it.
    pub(crate) fn remember(&self, expected: Arc<dyn Expects>) {
        self.expected().lock().push(expected);
    }

    pub(crate) fn forget(&self, expected: &Arc<impl Expects>) {
        let is_other =
            |other: &Arc<dyn Expects>| !ptr::addr_eq(Arc::as_ptr(other), Arc::as_ptr(expected));
        self.expected().lock().retain(is_other);
    }

    pub(crate) fn forget_expected(&self) {
        self.expected().lock().clear();
    }

    /// How many expectations are remembered.
    pub(crate) fn expects(&self) -> usize {
        self.expected().lock().len()
    }

    /// How long the most patient expectation waits.
    pub(crate) fn longest(&self) -> Duration {
        let limits = self.expected().all().into_iter();
        limits
            .map(|expected| expected.within())
            .max()
            .unwrap_or_default()
    }

    /// What is not met now of all that is expected, without waiting for anything.
    pub(crate) fn failures(&self) -> Vec<String> {
        let expected = self.expected().all().into_iter();
        expected
            .filter_map(|expected| expected.failure(self))
            .collect()
    }
}

impl Expected {
    /// A copy, so that nothing is locked while the journal is read.
    fn all(&self) -> Vec<Arc<dyn Expects>> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<dyn Expects>>> {
        sync::lock(&self.0)
    }
}
