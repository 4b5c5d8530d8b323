//! Events for whoever listens with `tracing`; no credential is part of one.

use crate::journal::Recorded;
#[cfg(feature = "tracing")]
use crate::journal::masked_id;

/// Whether anybody would be told of a request's end.
#[cfg(feature = "tracing")]
pub(crate) fn is_listened_to() -> bool {
    tracing::enabled!(tracing::Level::INFO)
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn is_listened_to() -> bool {
    false
}

#[cfg(feature = "tracing")]
pub(crate) fn ended(entry: &Recorded) {
    tracing::info!(
        method = %entry.method(),
        path = %entry.path(),
        status = entry.status().map(|status| status.as_u16()),
        app_id = entry.app_id().map(masked_id).as_deref(),
        consumer_id = entry.consumer_id().map(masked_id).as_deref(),
        "{}",
        how(entry)
    );
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn ended(_: &Recorded) {}

/// The status says how a request was answered; what ended without one has nothing but its outcome.
#[cfg(feature = "tracing")]
fn how(entry: &Recorded) -> String {
    match entry.status() {
        Some(_) => "answered".to_owned(),
        None => entry.outcome().to_string(),
    }
}
