use std::{sync::Arc, thread};

use tokio::sync::watch;

use super::{kept::Kept, key::Key, session_keeper::Shared};
use crate::error::Error;

/// What came of one call to the service, for all who wait for it.
pub(super) type Outcome = Result<Kept, Arc<Error>>;

/// A call that is under way; clones wait for the same one.
#[derive(Clone)]
pub(super) struct Flight {
    /// Tells a flight from one for the same key that was started after [`forget`].
    ///
    /// [`forget`]: super::SessionKeeper::forget
    pub(super) number: u64,
    progress: watch::Receiver<Progress>,
}

enum Progress {
    UnderWay,
    Landed(Outcome),
    Panicked,
}

impl Flight {
    /// Announces a call; whoever gets the other half makes it.
    pub(super) fn announce(number: u64, key: Arc<Key>, shared: Arc<Shared>) -> (Self, Crew) {
        let (announce, progress) = watch::channel(Progress::UnderWay);
        let crew = Crew {
            number,
            key,
            shared,
            announce,
        };
        (Self { number, progress }, crew)
    }

    /// Waits for the end of the call; [`None`] if its runtime was shut down before.
    ///
    /// # Panics
    ///
    /// The call panicked.
    pub(super) async fn landing(mut self) -> Option<Outcome> {
        let ended = |progress: &Progress| !matches!(progress, Progress::UnderWay);
        match &*self.progress.wait_for(ended).await.ok()? {
            Progress::Landed(outcome) => Some(outcome.clone()),
            Progress::Panicked => {
                panic!("the client's transport, or the keeper's clock, panicked during the call")
            }
            Progress::UnderWay => None,
        }
    }
}

/// The duty to end a flight: kept by [`land`](Self::land), or in whatever way the call ends.
pub(super) struct Crew {
    number: u64,
    key: Arc<Key>,
    shared: Arc<Shared>,
    announce: watch::Sender<Progress>,
}

impl Crew {
    pub(super) fn land(self, outcome: Outcome) {
        let kept = outcome.as_ref().ok();
        self.shared.end_flight(&self.key, self.number, kept);
        self.announce.send_replace(Progress::Landed(outcome));
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.shared.end_flight(&self.key, self.number, None);
        if thread::panicking() {
            self.announce.send_replace(Progress::Panicked);
        }
    }
}
