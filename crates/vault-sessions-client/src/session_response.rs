use std::fmt;

use http::{HeaderMap, StatusCode};
use vault_sessions::{SessionCreated, SessionToken, SessionUri};

/// A session that the service created, with the headers of its answer.
///
/// `Debug` shows neither the token nor the headers.
#[derive(Clone)]
pub struct SessionResponse {
    session: SessionCreated,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
}

impl SessionResponse {
    pub(crate) fn new(
        session: SessionCreated,
        status: StatusCode,
        headers: HeaderMap,
        attempts: u32,
    ) -> Self {
        Self {
            session,
            status,
            headers,
            attempts,
        }
    }

    /// Where to send the consumer.
    #[must_use]
    pub fn uri(&self) -> &SessionUri {
        self.session.uri()
    }

    /// The session's JWT.
    #[must_use]
    pub fn token(&self) -> &SessionToken {
        self.session.token()
    }

    /// The status of the answer: 200, or another that says success.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How many times the request was tried, the last time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The body of the answer.
    #[must_use]
    pub fn session(&self) -> &SessionCreated {
        &self.session
    }

    /// The body of the answer, without the headers.
    #[must_use]
    pub fn into_inner(self) -> SessionCreated {
        self.session
    }
}

impl fmt::Debug for SessionResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionResponse")
            .field("session", &self.session)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
