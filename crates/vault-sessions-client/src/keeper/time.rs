use std::{sync::Arc, time::SystemTime};

use tokio::time::Instant;

use crate::now::now;

/// Tells the time of day, which may be wrong and may go back.
pub(super) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// One moment on both clocks.
#[derive(Clone, Copy)]
pub(super) struct Now {
    /// The time of day, which tokens are written in and which can be set.
    pub(super) wall: SystemTime,
    /// Only ever goes forward, at one second per second.
    pub(super) monotonic: Instant,
}

impl Now {
    pub(super) fn on(clock: &Clock) -> Self {
        Self {
            wall: clock(),
            monotonic: now(),
        }
    }
}

pub(super) fn system() -> Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the keeper's clock unless it is given another; the client itself reads none"
    )]
    Arc::new(SystemTime::now)
}
