use std::{fmt, panic::Location};

use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::{
    caller::RemoteCaller, checked::Checked, error::RemoteError, expectation::failure,
    recorded::Recorded, vault::Held,
};
use crate::expect::{Matching, SharedTerms, Terms, UnmetError, report};
use crate::sync;

/// The latest requests to a mock that runs elsewhere and what became of them, the oldest first: what
/// [`Journal`](crate::Journal) is in process.
#[derive(Clone)]
pub struct Journal {
    caller: RemoteCaller,
    held: Held,
}

impl Journal {
    pub(super) fn new(caller: RemoteCaller, held: Held) -> Self {
        Self { caller, held }
    }

    /// The requests that are still in the journal.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn requests(&self) -> Result<Vec<Recorded>, RemoteError> {
        Ok(self.page("/journal").await?.entries)
    }

    /// The latest request.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn last(&self) -> Result<Option<Recorded>, RemoteError> {
        Ok(self.page("/journal?limit=1").await?.entries.pop())
    }

    /// The requests that match, the oldest first.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn find(&self, matching: &Matching) -> Result<Vec<Recorded>, RemoteError> {
        let terms = Terms::new(matching.clone()).to_json();
        let mut all = Vec::new();
        for one in self.caller.each() {
            let Found { found } = one.ask("/expectations/check", &terms).await?;
            let mut page: Page = one.get("/journal").await?;
            page.entries.retain(|entry| found.contains(&entry.number()));
            all.extend(page.entries);
        }
        all.sort_by_key(Recorded::at);
        Ok(all)
    }

    /// How many requests are in the journal.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn len(&self) -> Result<usize, RemoteError> {
        Ok(self.requests().await?.len())
    }

    /// Whether no request is in the journal.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn is_empty(&self) -> Result<bool, RemoteError> {
        Ok(self.last().await?.is_none())
    }

    /// How many requests were dropped to make room for later ones.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn dropped(&self) -> Result<u64, RemoteError> {
        Ok(self.page("/journal?limit=0").await?.dropped)
    }

    /// Removes every request, and resets the count of dropped ones. Expectations stay.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn clear(&self) -> Result<(), RemoteError> {
        self.caller.tell(Method::DELETE, "/journal", None).await
    }

    /// Waits for requests in flight, then asserts that every expectation is met that is still held by
    /// clones of this handle, or was declared over HTTP.
    ///
    /// # Panics
    ///
    /// Something is not met, and the message has all of it; or the mock cannot be reached. While the
    /// thread already panics, the message is only printed.
    #[track_caller]
    pub fn assert_met(&self) -> impl Future<Output = ()> + Send + use<> {
        let (this, caller) = (self.clone(), Location::caller());
        async move { report(UnmetError::all(this.unmet().await), caller) }
    }

    async fn unmet(&self) -> Vec<UnmetError> {
        let mut unmet = Vec::new();
        for shared in self.expected() {
            let terms = sync::lock(&shared).clone();
            let checked = Checked::settled(&self.caller, &terms).await;
            sync::lock(&shared).is_verified = true;
            let failure = failure(checked.map(Checked::outcome));
            unmet.extend(failure.map(|unmet| unmet.expected_at(terms.made_at)));
        }
        for one in self.caller.each() {
            unmet.extend(unmet_over_http(&one).await);
        }
        unmet
    }

    fn expected(&self) -> Vec<SharedTerms> {
        let held = sync::lock(&self.held);
        held.clone()
    }

    pub(super) fn caller(&self) -> &RemoteCaller {
        &self.caller
    }

    pub(super) fn held(&self) -> &Held {
        &self.held
    }

    async fn page(&self, path: &str) -> Result<Page, RemoteError> {
        let mut all = Page::default();
        for one in self.caller.each() {
            let Page { entries, dropped } = one.get(path).await?;
            all.entries.extend(entries);
            all.dropped += dropped;
        }
        // Requests of one replica stay in their order.
        all.entries.sort_by_key(Recorded::at);
        Ok(all)
    }
}

/// What is not met of the expectations that a mock itself remembers.
async fn unmet_over_http(caller: &RemoteCaller) -> Option<UnmetError> {
    let answer: Result<Value, _> = caller.get("/expectations/verify").await;
    let error = answer.err()?;
    match error.detail() {
        Some(report) if error.status().is_some_and(|status| status == 409) => {
            Some(UnmetError::told(report.to_owned()))
        }
        _ => failure(Err(error)),
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Journal")
            .field("uri", &self.caller.uri())
            .finish_non_exhaustive()
    }
}

/// The numbers of the requests that count.
#[derive(Deserialize)]
struct Found {
    found: Vec<u64>,
}

#[derive(Default, Deserialize)]
struct Page {
    entries: Vec<Recorded>,
    dropped: u64,
}
