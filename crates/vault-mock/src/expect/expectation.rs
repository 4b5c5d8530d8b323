use std::{
    fmt,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    check::{self, enough},
    failure::{Unmet, report},
    matching::Matching,
    times::Times,
};
use crate::{Vault, journal::Journal};

/// How many requests of one kind a test expects; at least one unless [`times`](Self::times) says
/// otherwise.
///
/// A handle: what is set later holds for [`Journal::verify`] too.
#[derive(Clone)]
pub struct Expectation {
    journal: Journal,
    terms: Arc<Mutex<Terms>>,
}

/// What is expected, and since which line.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(super) matching: Matching,
    pub(super) times: Times,
    pub(super) name: Option<String>,
    pub(super) within: Duration,
    pub(super) made_at: &'static Location<'static>,
}

impl Journal {
    /// Expects requests, and remembers it for [`verify`](Journal::verify).
    #[expect(clippy::must_use_candidate, reason = "it is remembered by the journal")]
    #[track_caller]
    pub fn expect(&self, matching: Matching) -> Expectation {
        let terms = Arc::new(Mutex::new(Terms::new(matching)));
        self.remember(Arc::clone(&terms));
        Expectation {
            journal: self.clone(),
            terms,
        }
    }
}

impl Vault {
    /// Expects requests, and remembers it for [`Journal::verify`].
    #[expect(clippy::must_use_candidate, reason = "it is remembered by the journal")]
    #[track_caller]
    pub fn expect(&self, matching: Matching) -> Expectation {
        self.journal().expect(matching)
    }
}

impl Terms {
    #[track_caller]
    pub(super) fn new(matching: Matching) -> Self {
        Self {
            matching,
            times: Times::default(),
            name: None,
            within: Duration::from_secs(5),
            made_at: Location::caller(),
        }
    }
}

impl Expectation {
    /// How many requests are expected: a number or a range.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "it is remembered by the journal"
    )]
    pub fn times(self, times: impl Into<Times>) -> Self {
        self.change(|terms| terms.times = times.into())
    }

    /// What the expectation is called in a failure text.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "it is remembered by the journal"
    )]
    pub fn named(self, name: impl Into<String>) -> Self {
        self.change(|terms| terms.name = Some(name.into()))
    }

    /// How long requests in flight are waited for; five seconds by default.
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "it is remembered by the journal"
    )]
    pub fn within(self, limit: Duration) -> Self {
        self.change(|terms| terms.within = limit)
    }

    /// Waits for requests in flight, then says what differs.
    ///
    /// # Errors
    ///
    /// [`Unmet`] is the text that [`verify`](Self::verify) panics with.
    pub async fn check(&self) -> Result<(), Unmet> {
        let terms = self.terms();
        check::settled(&self.journal, terms.within).await;
        check::check(&self.journal, &terms)
    }

    /// As [`check`](Self::check), blocking the thread.
    ///
    /// # Errors
    ///
    /// [`Unmet`] is the text that [`verify_blocking`](Self::verify_blocking) panics with.
    pub fn check_blocking(&self) -> Result<(), Unmet> {
        let terms = self.terms();
        check::settled_blocking(&self.journal, terms.within);
        check::check(&self.journal, &terms)
    }

    /// Waits for requests in flight, then asserts that the expectation is met.
    ///
    /// # Panics
    ///
    /// It is not met; the message says how. While the thread already panics, the message is only
    /// printed, so that a test is never aborted.
    #[track_caller]
    pub fn verify(&self) -> impl Future<Output = ()> + Send + use<> {
        let (this, caller) = (self.clone(), Location::caller());
        async move { report(this.check().await.err(), caller) }
    }

    /// As [`verify`](Self::verify), blocking the thread.
    ///
    /// # Panics
    ///
    /// As [`verify`](Self::verify).
    #[track_caller]
    pub fn verify_blocking(&self) {
        report(self.check_blocking().err(), Location::caller());
    }

    /// Waits until there are enough requests, then asserts that there are not too many.
    ///
    /// # Panics
    ///
    /// As [`verify`](Self::verify), once the time of [`within`](Self::within) is over.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = ()> + Send + use<> {
        let (this, caller) = (self.clone(), Location::caller());
        async move {
            let terms = this.terms();
            let is_met = |journal: &Journal| enough(journal, &terms);
            this.journal.until(terms.within, is_met).await;
            report(check::check(&this.journal, &terms).err(), caller);
        }
    }

    fn terms(&self) -> Terms {
        lock(&self.terms).clone()
    }

    fn change(self, change: impl FnOnce(&mut Terms)) -> Self {
        change(&mut lock(&self.terms));
        self
    }
}

pub(super) fn lock(terms: &Mutex<Terms>) -> std::sync::MutexGuard<'_, Terms> {
    terms.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Expectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = self.terms();
        formatter
            .debug_struct("Expectation")
            .field("name", &terms.name)
            .field("times", &terms.times)
            .field(
                "matching",
                &terms
                    .matching
                    .conditions()
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}
