use tokio::sync::Semaphore;

use crate::builder::ClientBuilder;

impl ClientBuilder {
    /// The most requests that a client and its clones may have under way at once, each until the body
    /// of its answer has arrived. Default: no limit.
    ///
    /// Over HTTP/1.1 this is also the most connections that are in use, so a pool of 8 is
    /// `.concurrency_limit(8).pool_max_idle(8)`. A call that finds no idle connection starts a new
    /// one and takes whichever is free first, so there may be a few more for a moment.
    ///
    /// Attempts wait for their turn in the order in which they came. The total timeout includes
    /// that wait, the attempt timeout does not. An attempt that does not get its turn in time
    /// certainly did not reach the service.
    ///
    /// A call keeps its turn until it ends or is dropped. One that is no longer polled but not
    /// dropped keeps it, too, and can make the others wait, each until its own total timeout: drop such
    /// calls, or give them to `tokio::spawn`.
    pub fn concurrency_limit(mut self, requests: usize) -> Self {
        self.concurrency_limit = Some(requests);
        self
    }
}

pub(crate) fn semaphore(permits: usize) -> Semaphore {
    Semaphore::new(permits.min(Semaphore::MAX_PERMITS))
}
