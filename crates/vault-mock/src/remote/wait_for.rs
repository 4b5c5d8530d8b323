use std::{future::IntoFuture, panic::Location, pin::Pin, time::Duration};

use super::{
    checked::Checked, error::RemoteError, journal::Journal, recorded::Recorded, vault::RemoteVault,
};
use crate::expect::{Matching, Terms, UnmetError};

/// Waits for a request to a mock that runs elsewhere, and returns it as soon as its head has arrived; to
/// be awaited.
///
/// Awaiting panics with the text of a failed expectation when none has come within five seconds, or as
/// [`within`](WaitFor::within) says, and when the mock cannot be reached.
#[must_use = "it waits when it is awaited"]
#[derive(Debug)]
pub struct WaitFor {
    journal: Journal,
    terms: Terms,
    caller: &'static Location<'static>,
}

impl Journal {
    /// Waits until a request is there that is meant, and returns the latest such.
    #[track_caller]
    pub fn wait_for(&self, matching: Matching) -> WaitFor {
        WaitFor {
            journal: self.clone(),
            terms: Terms::new(matching),
            caller: Location::caller(),
        }
    }
}

impl RemoteVault {
    /// Waits until a request is there that is meant, and returns the latest such.
    #[track_caller]
    pub fn wait_for(&self, matching: Matching) -> WaitFor {
        self.journal().wait_for(matching)
    }
}

impl WaitFor {
    /// How long to wait. Default: five seconds.
    pub fn within(mut self, limit: Duration) -> Self {
        self.terms.within = limit;
        self
    }

    async fn found(&self) -> Result<Result<Recorded, UnmetError>, RemoteError> {
        let checked = Checked::enough(self.journal.caller(), &self.terms).await?;
        if checked.found > 0 {
            let mut found = self.journal.find(&self.terms.matching).await?;
            return Ok(found.pop().ok_or_else(|| {
                UnmetError::told(
                    "the request was dropped from the journal while it was waited for".to_owned(),
                )
            }));
        }
        Ok(match checked.outcome() {
            Err(unmet) => Err(unmet),
            Ok(()) => Err(UnmetError::told("no such request has come".to_owned())),
        })
    }
}

impl IntoFuture for WaitFor {
    type Output = Recorded;
    type IntoFuture = Pin<Box<dyn Future<Output = Recorded> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.found().await {
                Ok(Ok(found)) => found,
                Ok(Err(unmet)) => panic!("{}\n{unmet}", self.caller),
                Err(error) => panic!("{}\n{error:?}", self.caller),
            }
        })
    }
}
