use std::{
    fmt,
    panic::Location,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    caller::RemoteCaller,
    checked::Checked,
    error::RemoteError,
    journal::Journal,
    vault::{Held, RemoteVault},
};
use crate::{
    argument::TimesArgument,
    expect::{Matching, SharedTerms, Terms, UnmetError, report},
    sync,
};

/// How many requests of one kind a test expects of a mock that runs elsewhere: what
/// [`Expectation`](crate::Expectation) is in process.
///
/// It expects at least one request, or as many as [`times`](Self::times) says. Clones are the same
/// expectation. It does not verify itself, and the mock does not store it.
///
/// # Panics
///
/// Dropping the last clone of an expectation that was never verified panics, so that a forgotten
/// `.verify()` fails the test. While the thread already panics, it is dropped quietly.
#[derive(Clone)]
#[must_use = "dropping an expectation that was never verified panics: add `.verify().await`"]
pub struct Expectation(Arc<Expected>);

/// What the clones share.
struct Expected {
    caller: RemoteCaller,
    held: Held,
    terms: SharedTerms,
}

impl Journal {
    /// Expects requests, and remembers it for [`assert_met`](Journal::assert_met) as long as the
    /// expectation is held.
    #[track_caller]
    pub fn expect(&self, matching: Matching) -> Expectation {
        let terms = Arc::new(Mutex::new(Terms::new(matching)));
        let held = self.held();
        sync::lock(held).push(Arc::clone(&terms));
        Expectation(Arc::new(Expected {
            caller: self.caller().clone(),
            held: Arc::clone(held),
            terms,
        }))
    }
}

impl RemoteVault {
    /// Expects requests, and remembers it for [`Journal::assert_met`] as long as the expectation is
    /// held.
    #[track_caller]
    pub fn expect(&self, matching: Matching) -> Expectation {
        self.journal().expect(matching)
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
    /// Outside: the mock cannot be reached. Inside: [`UnmetError`] is the mock's text, which
    /// [`verify`](Self::verify) panics with.
    pub async fn check(&self) -> Result<Result<(), UnmetError>, RemoteError> {
        let terms = self.terms();
        let checked = Checked::settled(&self.0.caller, &terms).await;
        self.verified(checked)
    }

    /// Waits for requests in flight, then asserts that the expectation is met.
    ///
    /// # Panics
    ///
    /// It is not met, and the message says how; or the mock cannot be reached. While the thread already
    /// panics, the message is only printed.
    #[track_caller]
    pub fn verify(&self) -> impl Future<Output = ()> + Send + use<> {
        let (this, caller) = (self.clone(), Location::caller());
        async move { report(failure(this.check().await), caller) }
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
            let checked = Checked::enough(&this.0.caller, &terms).await;
            report(failure(this.verified(checked)), caller);
        }
    }

    /// Counts as verified once somebody asked, whatever came of it: that is told already.
    fn verified(
        &self,
        checked: Result<Checked, RemoteError>,
    ) -> Result<Result<(), UnmetError>, RemoteError> {
        sync::lock(&self.0.terms).is_verified = true;
        checked.map(Checked::outcome)
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
        let mut held = sync::lock(&self.held);
        held.retain(|other| !Arc::ptr_eq(other, &self.terms));
        drop(held);
        let terms = sync::lock(&self.terms).clone();
        terms.assert_verified("`.verify().await`");
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

/// What an assertion fails with: what is not met, or why nobody can say.
pub(super) fn failure(outcome: Result<Result<(), UnmetError>, RemoteError>) -> Option<UnmetError> {
    match outcome {
        Ok(outcome) => outcome.err(),
        Err(error) => Some(UnmetError::told(error.told())),
    }
}
