use std::{fmt::Write, time::Duration};

use serde::Deserialize;
use tokio::time::{sleep, timeout};

use super::{caller::RemoteCaller, error::RemoteError};
use crate::expect::{Terms, UnmetError};

/// How long it takes until the mock is asked again.
const INTERVAL: Duration = Duration::from_millis(20);

/// What has become of an expectation.
pub(super) struct Checked {
    /// How many requests count.
    pub(super) found: usize,
    in_flight: usize,
    report: Option<String>,
}

/// What a mock says of it.
#[derive(Deserialize)]
struct Told {
    found: Vec<u64>,
    in_flight: usize,
    report: Option<String>,
}

impl Checked {
    /// Asks once.
    async fn now(caller: &RemoteCaller, terms: &Terms) -> Result<Self, RemoteError> {
        let replicas = caller.each();
        if replicas.len() > 1 {
            return Self::at_all(&replicas, terms).await;
        }
        let Told {
            found,
            in_flight,
            report,
        } = told(caller, terms).await?;
        Ok(Self {
            found: found.len(),
            in_flight,
            report,
        })
    }

    /// Counts at all replicas; how it differs is each one's text.
    async fn at_all(replicas: &[RemoteCaller], terms: &Terms) -> Result<Self, RemoteError> {
        // What is left to complain of is a journal that has dropped what would have to be counted.
        let mut bounded = terms.clone();
        bounded.times.least = 0;
        let (mut found, mut in_flight, mut is_certain) = (0, 0, true);
        for replica in replicas {
            let told = told(replica, &bounded).await?;
            found += told.found.len();
            in_flight += told.in_flight;
            is_certain &= told.report.is_none();
        }
        let report = if is_certain && terms.times.contains(found) {
            None
        } else {
            Some(report(replicas, terms, found).await?)
        };
        Ok(Self {
            found,
            in_flight,
            report,
        })
    }

    /// Asks until no request is in flight any more, or the patience of the expectation is over.
    pub(super) async fn settled(caller: &RemoteCaller, terms: &Terms) -> Result<Self, RemoteError> {
        Self::until(caller, terms, |checked| checked.in_flight == 0).await
    }

    /// Asks until there are as many requests as expected, or the patience is over.
    pub(super) async fn enough(caller: &RemoteCaller, terms: &Terms) -> Result<Self, RemoteError> {
        let least = terms.times.least;
        Self::until(caller, terms, |checked| checked.found >= least).await
    }

    pub(super) fn outcome(self) -> Result<(), UnmetError> {
        match self.report {
            None => Ok(()),
            Some(report) => Err(UnmetError::told(report)),
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

async fn told(caller: &RemoteCaller, terms: &Terms) -> Result<Told, RemoteError> {
    caller.ask("/expectations/check", &terms.to_json()).await
}

async fn report(
    replicas: &[RemoteCaller],
    terms: &Terms,
    found: usize,
) -> Result<String, RemoteError> {
    let (name, times) = (terms.name(), terms.times);
    let mut text = format!("{name}: expected {times}, found {found} at all replicas");
    for replica in replicas {
        let told = told(replica, terms).await?;
        let told = told.report.unwrap_or_else(|| told.found.len().to_string());
        let _ = write!(text, "\nat {}: {told}", replica.uri());
    }
    Ok(text)
}
