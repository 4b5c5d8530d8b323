use std::{future::IntoFuture, panic::Location, pin::Pin, sync::Mutex, time::Duration};

use super::{
    expectation::Terms,
    matching::Matching,
    unmet::{UnmetError, report, report_here},
};
use crate::{
    Vault,
    journal::{Expects, Journal, Recorded},
    sync,
};

impl Journal {
    /// The requests that match, the oldest first.
    #[must_use]
    pub fn find(&self, matching: &Matching) -> Vec<Recorded> {
        let mut requests = self.requests();
        requests.retain(|request| matching.is_match(request));
        requests
    }

    /// Waits until a matching request has arrived, and returns the latest one.
    #[track_caller]
    pub fn wait_for(&self, matching: Matching) -> WaitFor {
        WaitFor {
            journal: self.clone(),
            terms: Terms::new(matching),
        }
    }

    /// Waits for requests in flight, then asserts that all expectations are met: those that are still
    /// held, and those that were declared over HTTP.
    ///
    /// # Panics
    ///
    /// Some are not met; the message lists all of them. If the thread is already panicking, the message
    /// is only printed.
    #[track_caller]
    pub fn assert_met(&self) -> impl Future<Output = ()> + Send + use<> {
        let (this, caller) = (self.clone(), Location::caller());
        async move {
            this.settle().await;
            report(this.unmet(), caller);
        }
    }

    /// As [`assert_met`](Self::assert_met), blocking the thread.
    ///
    /// # Panics
    ///
    /// As [`assert_met`](Self::assert_met).
    #[track_caller]
    pub fn assert_met_blocking(&self) {
        settled_blocking(self, self.longest());
        report_here(self.unmet());
    }

    /// Waits for requests in flight, as long as the most patient of all expectations.
    pub(crate) async fn settle(&self) {
        settled(self, self.longest()).await;
    }

    /// All expectations that are not met now, without waiting for anything.
    pub(crate) fn unmet(&self) -> Option<UnmetError> {
        UnmetError::all(self.failures().into_iter().map(UnmetError).collect())
    }
}

impl Expects for Mutex<Terms> {
    fn within(&self) -> Duration {
        sync::lock(self).within
    }

    fn failure(&self, journal: &Journal) -> Option<String> {
        let terms = {
            let mut terms = sync::lock(self);
            terms.is_verified = true;
            terms.clone()
        };
        let unmet = check(journal, &terms).err()?;
        Some(unmet.expected_at(terms.made_at).to_string())
    }
}

impl Terms {
    pub(crate) fn matching(&self) -> &Matching {
        &self.matching
    }

    /// Compares with what the journal holds at present.
    pub(crate) fn check(&self, journal: &Journal) -> Result<(), UnmetError> {
        check(journal, self)
    }
}

impl Vault {
    /// Waits until a matching request has arrived, and returns the latest one.
    #[track_caller]
    pub fn wait_for(&self, matching: Matching) -> WaitFor {
        self.journal().wait_for(matching)
    }
}

/// Waits for a request: await it, or call [`blocking`](WaitFor::blocking).
///
/// Both return the request as soon as its head has arrived: its [`status`](crate::Recorded::status) may
/// still be `None`. If none arrives within five seconds, or within the limit that
/// [`within`](WaitFor::within) sets, they panic with the text of a failed expectation. Awaiting counts
/// tokio's time.
#[must_use]
#[derive(Debug)]
pub struct WaitFor {
    journal: Journal,
    terms: Terms,
}

impl WaitFor {
    /// How long to wait. Default: five seconds.
    pub fn within(mut self, limit: Duration) -> Self {
        self.terms.within = limit;
        self
    }

    /// Blocks the thread.
    ///
    /// # Panics
    ///
    /// No such request arrived in time.
    #[must_use]
    pub fn blocking(self) -> Recorded {
        let is_met = |journal: &Journal| enough(journal, &self.terms);
        self.journal.until_blocking(self.terms.within, is_met);
        self.found()
    }

    fn found(&self) -> Recorded {
        match self.journal.find(&self.terms.matching).pop() {
            Some(found) => found,
            None => match check(&self.journal, &self.terms) {
                Err(unmet) => panic!("{}", unmet.expected_at(self.terms.made_at)),
                Ok(()) => {
                    panic!("the request was dropped from the journal while it was waited for")
                }
            },
        }
    }
}

impl IntoFuture for WaitFor {
    type Output = Recorded;
    type IntoFuture = Pin<Box<dyn Future<Output = Recorded> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let is_met = |journal: &Journal| enough(journal, &self.terms);
            self.journal.until(self.terms.within, is_met).await;
            self.found()
        })
    }
}

pub(super) async fn settled(journal: &Journal, limit: Duration) {
    journal
        .until(limit, |journal| journal.in_flight() == 0)
        .await;
}

pub(super) fn settled_blocking(journal: &Journal, limit: Duration) {
    journal.until_blocking(limit, |journal| journal.in_flight() == 0);
}

pub(super) fn enough(journal: &Journal, terms: &Terms) -> bool {
    journal.find(&terms.matching).len() >= terms.times.least
}

/// An upper bound can only be trusted if the journal holds every request that counts: none was dropped,
/// and none arrives elsewhere.
pub(super) fn check(journal: &Journal, terms: &Terms) -> Result<(), UnmetError> {
    let found = journal.find(&terms.matching);
    let is_blind = || terms.never_seen(journal).is_some() || journal.dropped() > 0;
    let is_certain = terms.times.most.is_none() || !is_blind();
    if terms.times.contains(found.len()) && is_certain {
        Ok(())
    } else {
        Err(UnmetError::new(journal, terms, &found))
    }
}
