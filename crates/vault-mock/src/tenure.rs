use std::future::pending;

use tokio::sync::watch;

use crate::race::race;

/// What requests are held by, such as a fault: when it goes, so do they.
#[derive(Debug)]
pub(crate) struct Tenure(watch::Sender<()>);

/// Until when a request may be held.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    own: watch::Receiver<()>,
    other: Option<watch::Receiver<()>>,
}

impl Default for Tenure {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

impl Tenure {
    pub(crate) fn lease(&self) -> Lease {
        Lease {
            own: self.0.subscribe(),
            other: None,
        }
    }
}

impl Lease {
    /// Lets it end with another one, too.
    pub(crate) fn and(mut self, other: Option<Self>) -> Self {
        self.other = other.map(|other| other.own);
        self
    }

    /// Whether what gave it has ended.
    pub(crate) fn is_over(&self) -> bool {
        let is_gone = |tenure: &watch::Receiver<()>| tenure.has_changed().is_err();
        is_gone(&self.own) || self.other.as_ref().is_some_and(is_gone)
    }

    /// Waits for the end of what gave it.
    pub(crate) async fn ended(&mut self) {
        race(gone(&mut self.own), gone_if_any(self.other.as_mut())).await;
    }
}

async fn gone_if_any(tenure: Option<&mut watch::Receiver<()>>) {
    match tenure {
        Some(tenure) => gone(tenure).await,
        None => pending().await,
    }
}

async fn gone(tenure: &mut watch::Receiver<()>) {
    while tenure.changed().await.is_ok() {}
}
