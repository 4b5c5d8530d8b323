//! Events for whoever listens with `tracing`; no credential is part of one.

use crate::journal::Recorded;

#[cfg(feature = "tracing")]
pub(crate) fn answered(entry: &Recorded) {
    tracing::info!(
        method = %entry.method(),
        path = %entry.path(),
        status = entry.status().as_u16(),
        app_id = entry.app_id(),
        consumer_id = entry.consumer_id(),
        "answered"
    );
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn answered(_: &Recorded) {}
