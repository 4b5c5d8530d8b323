use std::{borrow::Cow, fmt, sync::Arc, time::SystemTime};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::Value;
use vault_sessions::{Claims, ErrorBody, SessionCreated, SessionToken};

use super::{
    compact::Compact,
    mask::{masked_header, masked_json, masked_uri},
    outcome::Outcome,
};
use crate::{
    identity::{Head, bearer_of},
    validate,
};

/// One request in the [`Journal`](super::Journal), and how it was answered.
///
/// Clones share their memory. Credentials are masked in `Debug`, `Display` and in every accessor,
/// except in the two bodies, in the IDs and in those whose name begins with `expose_`.
#[derive(Clone)]
pub struct Recorded {
    pub(super) number: u64,
    at: SystemTime,
    method: Method,
    status: Option<StatusCode>,
    end: End,
    pub(super) texts: Compact,
    fault: Option<Arc<str>>,
}

/// How a request has ended, if it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Held,
    Answered,
    Abandoned,
    Cut,
    Reset,
}

impl Recorded {
    /// Copies the head of a request that has arrived into `memory`.
    pub(super) fn of(head: &Head, number: u64, at: SystemTime, memory: Arc<Vec<u8>>) -> Self {
        Self {
            number,
            at,
            method: head.parts.method.clone(),
            status: None,
            end: End::Held,
            texts: Compact::of(memory, head),
            fault: None,
        }
    }

    /// Adds the answer, and what took its place or spoiled it.
    pub(crate) fn complete(
        &mut self,
        body: &[u8],
        answer: &Response<Bytes>,
        fault: Option<String>,
    ) {
        self.status = Some(answer.status());
        self.texts.complete(body, answer);
        self.fault = fault.map(Into::into);
    }

    pub(super) fn end(&mut self, end: End) {
        self.end = end;
    }

    /// Bytes that are taken.
    pub(super) fn memory(&self) -> usize {
        let fault = self.fault.as_ref().map_or(0, |fault| fault.len());
        size_of::<Self>() + self.method.as_str().len() + fault + self.texts.memory()
    }

    /// The number of the request, counted from 1 since the mock was made.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// When the request's head arrived, on the mock's clock.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// The method of the request.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path of the request, without its query; `***` takes the place of a session's token.
    #[must_use]
    pub fn path(&self) -> Cow<'_, str> {
        masked_uri(self.expose_path())
    }

    pub(crate) fn expose_path(&self) -> &str {
        self.expose_uri().split('?').next().unwrap_or_default()
    }

    /// The path and query as they came, including credentials.
    #[must_use]
    pub fn expose_uri(&self) -> &str {
        self.texts.uri()
    }

    /// The app that the request named, as it came: by `x-apideck-app-id`, else by its token, else by its
    /// path. Nothing is verified; what is no valid ID counts as absent.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.texts.app()
    }

    /// The consumer that the request named, as it came: by `x-apideck-consumer-id`, else by its token.
    /// Nothing is verified; what is no valid ID counts as absent.
    #[must_use]
    pub fn consumer_id(&self) -> Option<&str> {
        self.texts.consumer()
    }

    /// Names (in lower case) and values of the headers; of a credential only its scheme.
    pub fn headers(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let headers = self.texts.headers();
        headers.map(|(name, value)| (name, masked_header(name, value)))
    }

    /// The first value of a header; of a credential only its scheme. The name's case is ignored.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut headers = self.headers();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// The first value of a header as it came, a credential too. The name's case is ignored.
    #[must_use]
    pub fn expose_header(&self, name: &str) -> Option<&[u8]> {
        let mut headers = self.texts.headers();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// All values of a header as one, in the order of the field lines (RFC 9110 §5.2; of cookies
    /// RFC 9113 §8.2.3), a credential too.
    pub(crate) fn expose_field(&self, name: &str) -> Option<Vec<u8>> {
        let separator: &[u8] = if name.eq_ignore_ascii_case("cookie") {
            b"; "
        } else {
            b", "
        };
        let lines = self.texts.headers();
        let values = lines.filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let values: Vec<_> = values.map(|(_, value)| value).collect();
        (!values.is_empty()).then(|| values.join(separator))
    }

    /// The body as it arrived; empty if it was not read to its end.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.texts.body()
    }

    /// The body as JSON, if it is JSON. Of a member given twice, the last one counts.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        validate::value(self.body())
    }

    /// The status of the answer, or of the one that a fault lost. `None` if the request is still held,
    /// or ended without an answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The answer's body, including any token, if it was JSON; empty otherwise.
    #[must_use]
    pub fn answer(&self) -> &[u8] {
        self.texts.answer()
    }

    /// What became of the request.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.end {
            End::Held => return Outcome::Held,
            End::Abandoned => return Outcome::Abandoned,
            End::Cut => return Outcome::Cut,
            End::Reset => return Outcome::EndedByReset,
            End::Answered => {}
        }
        if let Some(fault) = &self.fault {
            return Outcome::FaultInjected(fault.as_ref().to_owned());
        }
        let is_refusal = |status: StatusCode| status.is_client_error() || status.is_server_error();
        if self.status.is_some_and(is_refusal) {
            let refusal: Option<ErrorBody> = serde_json::from_slice(self.answer()).ok();
            return Outcome::Refused(Box::new(refusal.unwrap_or_default()));
        }
        let claims = self
            .created()
            .and_then(|created| created.token().claims().ok());
        claims.map_or(Outcome::Answered, |claims| {
            Outcome::SessionCreated(Box::new(claims))
        })
    }

    /// The session that was opened, with its token.
    #[must_use]
    pub fn created(&self) -> Option<SessionCreated> {
        if self.method != Method::POST || self.expose_path() != "/vault/sessions" {
            return None;
        }
        serde_json::from_slice(self.answer()).ok()
    }

    /// The claims of the token that the request came with, unverified; an API key has none.
    #[must_use]
    pub fn bearer_claims(&self) -> Option<Claims> {
        let credentials = str::from_utf8(self.expose_header("authorization")?).ok()?;
        let token = bearer_of(credentials)?;
        SessionToken::new(token).ok()?.claims().ok()
    }

    /// As `Display`, without the number.
    pub(crate) fn unnumbered(&self) -> String {
        let (method, uri) = (&self.method, masked_uri(self.expose_uri()));
        let outcome = self.outcome();
        match self.status {
            Some(status) => format!("{method} {uri}: {}, {outcome}", status.as_u16()),
            None => format!("{method} {uri}: {outcome}"),
        }
    }

    /// Whether it is a CORS preflight.
    pub(crate) fn is_preflight(&self) -> bool {
        let has = |name| self.expose_header(name).is_some();
        self.method == Method::OPTIONS && has("origin") && has("access-control-request-method")
    }

    /// The body as JSON without its credentials: for texts that are read by others.
    pub(crate) fn masked_body(&self) -> Option<Value> {
        self.json().map(masked_json)
    }
}

impl fmt::Display for Recorded {
    /// One line, such as `#2 POST /vault/sessions: 200, session created`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{} {}", self.number, self.unnumbered())
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Recorded");
        shown
            .field("number", &self.number)
            .field("at", &self.at)
            .field("method", &self.method)
            .field("uri", &masked_uri(self.expose_uri()))
            .field("headers", &Headers(self));
        match self.masked_body() {
            Some(body) => shown.field("body", &format_args!("{body}")),
            None => shown.field("body", &format_args!("{} bytes", self.body().len())),
        };
        shown
            .field("status", &self.status)
            .field("outcome", &self.outcome())
            .finish_non_exhaustive()
    }
}

struct Headers<'a>(&'a Recorded);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.0.headers()).finish()
    }
}
