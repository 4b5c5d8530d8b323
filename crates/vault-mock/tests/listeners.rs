//! Whoever listens with `tracing`. A process of its own: what a listener wants is remembered by all of one.

use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
    subscriber::{Interest, with_default},
};
use vault_mock::Vault;

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
