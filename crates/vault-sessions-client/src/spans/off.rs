use std::time::Duration;

use vault_sessions::wire::BaseUri;

use crate::{error::Error, session_response::SessionResponse};

pub(crate) struct Spans;

pub(crate) struct Span;

impl Spans {
    pub(crate) fn new(_: &BaseUri) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "same as with `tracing`")]
    pub(crate) fn call(&self) -> Span {
        Span
    }

    #[expect(clippy::unused_self, reason = "same as with `tracing`")]
    pub(crate) fn attempt(&self, _: u32) -> Span {
        Span
    }
}

#[expect(clippy::unused_self, reason = "same as with `tracing`")]
impl Span {
    pub(crate) fn enter_with<F: Future>(&self, future: F) -> F {
        future
    }

    pub(crate) fn attempt_ended(&self, _: &Result<SessionResponse, Error>) {}

    pub(crate) fn call_ended(&self, _: &Result<SessionResponse, Error>) {}
}

pub(crate) fn tell_retry(_: &Error, _: Duration) {}

pub(crate) fn in_callers_span<F: Future>(future: F) -> F {
    future
}
