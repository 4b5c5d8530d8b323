use tokio::time::Instant;

/// The instant that timeouts count from. It never goes back, and stands still while a test pauses tokio's
/// time.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks; a `Sleep` made for its deadline costs twice as much"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
