//! One opaque error, which keeps whatever arrived.

mod kind;
mod retry_after;

#[cfg(feature = "tracing")]
use std::borrow::Cow;
use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use vault_sessions::http::ApiError;

pub(crate) use self::kind::{ErrorKind, Phase};

/// Why no session came back, and all that did.
///
/// One pointer wide. `Display` is one line with advice; causes are in [`source`](StdError::source)
/// only. Neither `Display` nor `Debug` shows headers or the raw body, which may hold a token.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    attempts: u32,
    previous: Option<Error>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, attempts: u32) -> Self {
        let previous = None;
        Self(Box::new(Inner {
            kind,
            attempts,
            previous,
        }))
    }

    pub(crate) fn set_previous(&mut self, previous: Option<Self>) {
        self.0.previous = previous;
    }

    /// Whether the connect, attempt or total timeout ended the call.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self.0.kind {
            ErrorKind::Timeout(..) | ErrorKind::NotSentInTime(_) => true,
            ErrorKind::Connect { timed_out, .. } => timed_out,
            _ => false,
        }
    }

    /// Whether there was no connection: name not found, refused, TLS failed, or the connect timeout.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connect { .. })
    }

    /// Whether the server was there and TLS with it failed: its certificate is for another host, has
    /// expired, or comes from an authority that is not trusted; or the two have no version in common.
    /// It [is a failure to connect](Self::is_connect), too.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connect { tls: true, .. })
    }

    /// Whether the status is 401: the API key is wrong, or not one of this app.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether the status is 429.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the status is one of 500 to 599.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }

    /// Whether the body was longer than the response limit. What fits is kept in
    /// [`body`](Self::body).
    #[must_use]
    pub fn is_body_too_large(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TooLarge(..))
    }

    /// Whether the connection failed before the whole answer was here, be it before the status or
    /// within the body.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Lost(_) | ErrorKind::Cut(..))
    }

    /// Whether a complete answer says success but is not a created session.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.api_error().is_some_and(ApiError::is_unreadable)
    }

    /// The status of the answer, if its head arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        let partial = self.0.kind.partial().map(|partial| partial.status);
        partial.or_else(|| self.api_error().map(ApiError::status))
    }

    /// The headers of the answer, if its head arrived.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        let partial = self.0.kind.partial().map(|partial| &partial.headers);
        partial.or_else(|| self.api_error().map(ApiError::headers))
    }

    /// The body of the answer, byte for byte, as far as it arrived.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        let partial = self.0.kind.partial().map(|partial| &partial.body);
        partial.or_else(|| self.api_error().map(ApiError::body))
    }

    /// The answer, if it is complete; it holds the service's own error if the body is one.
    ///
    /// Unlike this error's, its `Debug` and `Display` have the words of the service as they came,
    /// which repeat the API key if the service does.
    #[must_use]
    pub fn api_error(&self) -> Option<&ApiError> {
        match &self.0.kind {
            ErrorKind::Api { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The answer's `x-request-id`, to quote to the service's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.headers()?.get("x-request-id")?.to_str().ok()
    }

    /// How long the service asks to wait (`Retry-After`).
    ///
    /// A date is measured from the answer's own `Date`, so that it does not matter whether the
    /// clocks of both sides agree; without a `Date` it is [`None`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after::read(self.headers()?)
    }

    /// How many times the request was tried, the last time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What came of the attempt before this one, and through it of those before.
    #[must_use]
    pub fn previous(&self) -> Option<&Self> {
        self.0.previous.as_ref()
    }

    /// Whether the service may have acted on the request, in this attempt or an earlier one; `false`
    /// only if it certainly was never sent.
    #[must_use]
    pub fn may_have_reached_server(&self) -> bool {
        let never_sent = matches!(
            self.0.kind,
            ErrorKind::Connect { .. } | ErrorKind::NotSent(_) | ErrorKind::NotSentInTime(_)
        );
        !never_sent || self.previous().is_some_and(Self::may_have_reached_server)
    }
}

#[cfg(feature = "tracing")]
impl Error {
    /// A name of the kind, out of a short list, as OpenTelemetry's `error.type` asks for it.
    pub(crate) fn kind_name(&self) -> Cow<'static, str> {
        if let Some(status) = self.status().filter(|status| !status.is_success()) {
            return Cow::Owned(status.as_str().to_owned());
        }
        Cow::Borrowed(match &self.0.kind {
            ErrorKind::Connect { .. } if !self.is_timeout() => "connect",
            ErrorKind::Connect { .. } | ErrorKind::Timeout(..) | ErrorKind::NotSentInTime(_) => {
                "timeout"
            }
            ErrorKind::NotSent(_) => "not_sent",
            ErrorKind::Lost(_) | ErrorKind::Cut(..) => "interrupted",
            ErrorKind::TooLarge(..) => "body_too_large",
            ErrorKind::Api { .. } => "unreadable",
        })
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("message", &self.to_string())
            .field("attempts", &self.0.attempts)
            .field("source", &self.source().map(ToString::to_string))
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.kind)?;
        match self.0.attempts {
            1 => Ok(()),
            attempts => write!(formatter, "; tried {attempts} times"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.kind.source()
    }
}

const _: () = assert!(
    size_of::<Error>() == size_of::<usize>() && size_of::<Option<Error>>() == size_of::<usize>(),
    "an error is one pointer wide"
);
