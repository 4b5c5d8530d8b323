use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header::DATE};
use serde_json::Value;
use vault_sessions::{ErrorBody, SessionCreated, SessionToken, wire::RetryAfter};

use crate::{token, validate};

/// What a service answered, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl From<Response<Bytes>> for Answer {
    fn from(response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Answer {
    /// The token of the session, if the answer is one.
    pub(super) fn token(&self) -> Option<SessionToken> {
        let created = SessionCreated::from_http(self.status, &self.headers, self.body.clone());
        created.ok().map(|created| created.token().clone())
    }

    /// The claims of the session, in the order in which they are written.
    pub(super) fn claims(&self) -> Option<Vec<(String, Value)>> {
        let payload = token::unverified_payload(self.token()?.expose_secret())?;
        members(&payload)
    }

    /// A claim, or a member of one, by its JSON pointer (RFC 6901).
    pub(super) fn claim(&self, pointer: &str) -> Option<Value> {
        let (_, path) = pointer.split_once('/')?;
        let (name, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        let claims = self.claims()?.into_iter();
        let mut found = claims.filter(|(known, _)| known == name);
        found.find_map(|(_, value)| value.pointer(rest).cloned())
    }

    /// The service's error, if the body is one.
    pub(super) fn error(&self) -> Option<ErrorBody> {
        let error: ErrorBody = serde_json::from_slice(&self.body).ok()?;
        error.is_recognized().then_some(error)
    }

    /// The service's time, to the second (RFC 9110 §6.6.1).
    pub(super) fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.headers.get(DATE)?.to_str().ok()?).ok()
    }

    /// The service's time in seconds since the epoch.
    pub(super) fn unix_seconds(&self) -> Option<u64> {
        let since = self.date()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(since.as_secs())
    }

    /// How long to wait before the next request, if the service says so and it can be read.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match RetryAfter::from_headers(&self.headers)? {
            RetryAfter::Delay(delay) => Some(delay),
            _ => None,
        }
    }
}

/// The members of a JSON object, in their order.
pub(super) fn members(json: &[u8]) -> Option<Vec<(String, Value)>> {
    let object = validate::parse(json).ok()?;
    let members = object.members();
    Some(
        members
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect(),
    )
}
