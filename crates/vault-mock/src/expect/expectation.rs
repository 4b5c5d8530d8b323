use std::{
    fmt,
    panic::Location,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use super::{
    matching::Matching,
    times::Times,
    unmet::{UnmetError, report, report_here},
    wait_for::{check, enough, settled, settled_blocking},
};
use crate::{Vault, argument::TimesArgument, journal::Journal, sync};

/// How many requests of one kind a test expects: at least one, or as many as [`times`](Self::times)
/// says.
///
/// It does not verify itself: call [`verify`](Self::verify), [`wait`](Self::wait) or
/// [`check`](Self::check), or [`Journal::assert_met`] while the expectation is still held. The
/// [module](crate::expect) compares them.
///
/// Clones are the same expectation: what is set or verified on one applies to all of them.
///
/// # Panics
///
/// Dropping the last clone of an expectation that was never verified panics, so that a forgotten
/// `.verify()` fails the test; so does dropping the future of [`verify`](Self::verify) before it
/// ends. If the thread is already panicking, it is dropped quietly. An expectation that a runtime drops
/// with one of its tasks only ends that task: verify in the test itself.
#[derive(Clone)]
#[must_use = "dropping an expectation that was never verified panics: add `.verify().await` or \
              `.verify_blocking()`"]
pub struct Expectation(Arc<Expected>);

/// What the clones share.
struct Expected {
    journal: Journal,
    terms: SharedTerms,
}

/// How long requests in flight are waited for, unless a test says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) type SharedTerms = Arc<Mutex<Terms>>;

/// What is expected, and which line expects it.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) matching: Matching,
    pub(crate) times: Times,
    pub(crate) name: Option<String>,
    pub(crate) within: Duration,
    /// `None` if it was declared over HTTP.
    pub(crate) made_at: Option<&'static Location<'static>>,
    pub(crate) is_verified: bool,
}

impl Journal {
    /// Expects requests, and remembers it for [`assert_met`](Journal::assert_met) as long as the
    /// expectation is held.
    #[track_caller]
    pub fn expect(&self, matching: Matching) -> Expectation {
        let terms = Arc::new(Mutex::new(Terms::new(matching)));
        self.remember(terms.clone());
        Expectation(Arc::new(Expected {
            journal: self.clone(),
            terms,
        }))
    }
}

impl Vault {
    /// Expects requests, and remembers it for [`Journal::assert_met`] as long as the expectation is
    /// held.
    #[track_caller]
    pub fn expect(&self, matching: Matching) -> Expectation {
        self.journal().expect(matching)
    }
}

impl Terms {
    #[track_caller]
    pub(crate) fn new(matching: Matching) -> Self {
        Self {
            matching,
            times: Times::default(),
            name: None,
            within: PATIENCE,
            made_at: Some(Location::caller()),
            is_verified: false,
        }
    }

    /// As they come over HTTP.
    pub(crate) fn over_http(matching: Matching, times: Times, name: Option<String>) -> Self {
        Self {
            matching,
            times,
            name,
            within: PATIENCE,
            made_at: None,
            is_verified: false,
        }
    }

    /// Why no matching request can ever reach the journal, if none can.
    pub(super) fn never_seen(&self, journal: &Journal) -> Option<String> {
        journal.never_sees(&self.matching.named_app()?)
    }

    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("requests")
    }

    /// Fails a test that expects something and never looks, unless it is failing already; `cure` is what
    /// the test lacks.
    pub(crate) fn assert_verified(&self, cure: &str) {
        if let Some(made_at) = self.made_at
            && !self.is_verified
            && !thread::panicking()
        {
            let (name, times) = (self.name(), self.times);
            panic!("{made_at}\n{name}: expected {times}, and nobody verified it; add {cure}");
        }
    }
}

impl Expectation {
    /// How many requests are expected: a number or a range.
    ///
    /// # Panics
    ///
    /// Any number would do (`0..`): such an expectation cannot fail.
    #[track_caller]
    pub fn times(self, times: impl TimesArgument) -> Self {
        let times = times.into().that_can_fail();
        self.change(|terms| terms.times = times)
    }

    /// The name of the expectation in a failure text.
    pub fn named(self, name: impl Into<String>) -> Self {
        self.change(|terms| terms.name = Some(name.into()))
    }

    /// How long to wait for requests in flight. Default: five seconds.
    pub fn within(self, limit: Duration) -> Self {
        self.change(|terms| terms.within = limit)
    }

    /// Waits for requests in flight, then returns whether the expectation is met.
    ///
    /// # Errors
    ///
    /// It is not met: [`UnmetError`] is the text that [`verify`](Self::verify) panics with.
    pub async fn check(&self) -> Result<(), UnmetError> {
        let terms = self.terms();
        settled(&self.0.journal, terms.within).await;
        self.verified(&terms)
    }

    /// As [`check`](Self::check), blocking the thread.
    ///
    /// # Errors
    ///
    /// [`UnmetError`] is the text that [`verify_blocking`](Self::verify_blocking) panics with.
    pub fn check_blocking(&self) -> Result<(), UnmetError> {
        let terms = self.terms();
        settled_blocking(&self.0.journal, terms.within);
        self.verified(&terms)
    }

    /// Waits for requests in flight, then asserts that the expectation is met.
    ///
    /// # Panics
    ///
    /// It is not met; the message says why. If the thread is already panicking, the message is only
    /// printed, because a second panic would abort the test.
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
        report_here(self.check_blocking().err());
    }

    /// Waits until there are enough requests, then asserts that there are not too many.
    ///
    /// # Panics
    ///
    /// As [`verify`](Self::verify), once the limit of [`within`](Self::within) is over.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = ()> + Send + use<> {
        let (this, caller) = (self.clone(), Location::caller());
        async move {
            let terms = this.terms();
            let is_met = |journal: &Journal| enough(journal, &terms);
            this.0.journal.until(terms.within, is_met).await;
            report(this.verified(&terms).err(), caller);
        }
    }

    fn verified(&self, terms: &Terms) -> Result<(), UnmetError> {
        sync::lock(&self.0.terms).is_verified = true;
        check(&self.0.journal, terms)
    }

    fn terms(&self) -> Terms {
        sync::lock(&self.0.terms).clone()
    }

    fn change(self, change: impl FnOnce(&mut Terms)) -> Self {
        change(&mut sync::lock(&self.0.terms));
        self
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.journal.forget(&self.terms);
        let terms = sync::lock(&self.terms).clone();
        terms.assert_verified(
            "`.verify().await`, or `.verify_blocking()` where nothing can be awaited",
        );
    }
}

impl fmt::Debug for Expectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = self.terms();
        formatter
            .debug_struct("Expectation")
            .field("name", &terms.name)
            .field("times", &terms.times)
            .field("matching", &terms.matching)
            .finish_non_exhaustive()
    }
}
