use std::time::SystemTime;

use tokio::{runtime::Handle, time::Instant};

/// What lets a running clock run: the time of the tokio runtime that it was made in, if any.
///
/// Outside tests that is the system's monotonic time. A test that pauses tokio's time also stops
/// the clock, and both move on together.
#[derive(Clone, Debug)]
pub(super) struct Source(Option<Handle>);

impl Source {
    pub(super) fn current() -> Self {
        Self(Handle::try_current().ok())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the monotonic time"
    )]
    pub(super) fn now(&self) -> Instant {
        // A clock may be read from a thread outside the runtime, where tokio knows no paused time.
        let _guard = self.0.as_ref().map(Handle::enter);
        Instant::now()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the system's time"
)]
pub(super) fn system_time() -> SystemTime {
    SystemTime::now()
}
