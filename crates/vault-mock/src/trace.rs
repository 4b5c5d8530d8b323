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

#[cfg(all(test, feature = "tracing"))]
mod tests {
    use tracing::{
        Event, Metadata, Subscriber,
        span::{Attributes, Id, Record},
        subscriber::{Interest, with_default},
    };

    use crate::vault::Vault;

    /// Looks at the journal whenever it is asked or told.
    struct Onlooker(Vault);

    impl Subscriber for Onlooker {
        fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
            Interest::sometimes()
        }

        fn enabled(&self, _: &Metadata<'_>) -> bool {
            self.0.journal().len() == 1
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {
            self.0.journal().clear();
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn who_listens_may_look_at_the_journal() {
        let vault = Vault::builder().build();
        let request = || http::Request::get("/").body(bytes::Bytes::new()).unwrap();
        with_default(Onlooker(vault.clone()), || drop(vault.handle(request())));
        assert!(vault.journal().is_empty());
    }
}
