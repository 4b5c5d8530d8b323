use std::time::Duration;

use serde::Deserialize;
use tokio::time::{sleep, timeout};

use super::{caller::RemoteCaller, error::RemoteError};
use crate::expect::{Terms, Unmet};

/// How long it takes until the mock is asked again.
const INTERVAL: Duration = Duration::from_millis(20);

/// What the mock says of an expectation.
#[derive(Deserialize)]
pub(super) struct Checked {
    /// The numbers of the requests that count.
    pub(super) found: Vec<u64>,
    in_flight: usize,
    report: Option<String>,
}

impl Checked {
    /// Asks once.
    pub(super) async fn now(caller: &RemoteCaller, terms: &Terms) -> Result<Self, RemoteError> {
        caller.ask("/expectations/check", &terms.to_json()).await
    }

    /// Asks until no request is in flight any more, or the patience of the expectation is over.
    pub(super) async fn settled(caller: &RemoteCaller, terms: &Terms) -> Result<Self, RemoteError> {
        Self::until(caller, terms, |checked| checked.in_flight == 0).await
    }

    /// Asks until there are as many requests as expected, or the patience is over.
    pub(super) async fn enough(caller: &RemoteCaller, terms: &Terms) -> Result<Self, RemoteError> {
        let least = terms.times.least;
        Self::until(caller, terms, |checked| checked.found.len() >= least).await
    }

    pub(super) fn outcome(self) -> Result<(), Unmet> {
        match self.report {
            None => Ok(()),
            Some(report) => Err(Unmet::told(report)),
        }
    }

    async fn until(
        caller: &RemoteCaller,
        terms: &Terms,
        is_over: impl Fn(&Self) -> bool,
    ) -> Result<Self, RemoteError> {
        let mut latest = Self::now(caller, terms).await?;
        let waiting = async {
            while !is_over(&latest) {
                sleep(INTERVAL).await;
                latest = Self::now(caller, terms).await?;
            }
            Ok(())
        };
        match timeout(terms.within, waiting).await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(())) | Err(_) => Ok(latest),
        }
    }
}
