use std::fmt;

use http::HeaderMap;
use vault_sessions::{SessionCreated, SessionToken, SessionUri};

/// A session that the service created, with the headers of its answer.
///
/// `Debug` shows neither the token nor the headers.
#[derive(Clone)]
pub struct Created {
    session: SessionCreated,
    headers: HeaderMap,
}

impl Created {
    pub(crate) fn new(session: SessionCreated, headers: HeaderMap) -> Self {
        Self { session, headers }
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

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
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

impl fmt::Debug for Created {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Created")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
