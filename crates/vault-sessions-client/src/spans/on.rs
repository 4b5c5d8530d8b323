use std::time::Duration;

use http::uri::Scheme;
use tracing::{
    Instrument, debug,
    field::Empty,
    info_span,
    instrument::{Instrumented, WithDispatch, WithSubscriber},
};
use vault_sessions::{CreateSession, wire::BaseUri};

use crate::{error::Error, session_response::SessionResponse};

/// Opens spans with the attributes of OpenTelemetry's semantic conventions for HTTP clients, 1.23 and
/// later. None of them is about the consumer, and a base URI has no credentials.
pub(crate) struct Spans {
    url: String,
    address: String,
    port: u16,
}

pub(crate) struct Span(tracing::Span);

impl Spans {
    pub(crate) fn new(base: &BaseUri) -> Self {
        let uri = base.as_uri();
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().unwrap_or_default();
        Self {
            url: format!("{base}{}", CreateSession::PATH),
            address: host.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        }
    }

    /// Around all attempts of a call.
    pub(crate) fn call(&self) -> Span {
        Span(info_span!(
            "create_session",
            otel.kind = "internal",
            server.address = self.address,
            server.port = self.port,
            http.request.resend_count = Empty,
            "error.type" = Empty,
            otel.status_code = Empty,
        ))
    }

    /// Around one request and its answer.
    pub(crate) fn attempt(&self, number: u32) -> Span {
        let span = Span(info_span!(
            "POST /vault/sessions",
            otel.kind = "client",
            http.request.method = "POST",
            server.address = self.address,
            server.port = self.port,
            url.full = self.url,
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            "error.type" = Empty,
            otel.status_code = Empty,
        ));
        span.resent(number - 1);
        span
    }
}

impl Span {
    pub(crate) fn enter_with<F: Future>(&self, future: F) -> Instrumented<F> {
        future.instrument(self.0.clone())
    }

    pub(crate) fn attempt_ended(&self, outcome: &Result<SessionResponse, Error>) {
        let status = match outcome {
            Ok(created) => Some(created.status()),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            self.0.record("http.response.status_code", status.as_u16());
        }
        self.failed(outcome);
    }

    pub(crate) fn call_ended(&self, outcome: &Result<SessionResponse, Error>) {
        let attempts = match outcome {
            Ok(created) => created.attempts(),
            Err(error) => error.attempts(),
        };
        self.resent(attempts - 1);
        self.failed(outcome);
    }

    fn failed(&self, outcome: &Result<SessionResponse, Error>) {
        if let Err(error) = outcome {
            self.0.record("error.type", &*error.kind_name());
            self.0.record("otel.status_code", "ERROR");
        }
    }

    /// The conventions want the count only on requests that were sent again.
    fn resent(&self, count: u32) {
        if count > 0 {
            self.0.record("http.request.resend_count", count);
        }
    }
}

pub(crate) fn tell_retry(error: &Error, wait: Duration) {
    debug!(
        "error.type" = &*error.kind_name(),
        wait = ?wait,
        "the request will be sent again"
    );
}

/// For a future that another thread or task will run.
pub(crate) fn in_callers_span<F: Future>(future: F) -> WithDispatch<Instrumented<F>> {
    future.in_current_span().with_current_subscriber()
}
