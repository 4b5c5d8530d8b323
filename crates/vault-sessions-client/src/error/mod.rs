//! One opaque error, which keeps whatever arrived.

mod kind;

#[cfg(feature = "tracing")]
use std::borrow::Cow;
use std::{error::Error as StdError, fmt, iter, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use vault_sessions::{
    Violation,
    wire::{ApiError, RetryAfter},
};

use crate::{chain::causes, exchange::ConnectFailure, retry::RetryPolicy};

pub(crate) use self::kind::{ErrorKind, Phase};

/// Why a call returned no session, with whatever the service answered.
///
/// One pointer wide. `Display` is one line with advice; causes are in [`source`](StdError::source),
/// and `Debug` shows them all. Neither `Display` nor `Debug` shows headers or the raw body, which may
/// hold a token.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    attempts: u32,
    previous: Option<Error>,
    retryable: bool,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, attempts: u32) -> Self {
        let error = Self(Box::new(Inner {
            kind,
            attempts,
            previous: None,
            retryable: false,
        }));
        error.judged_by(&RetryPolicy::default())
    }

    pub(crate) fn judged_by(mut self, policy: &RetryPolicy) -> Self {
        self.0.retryable = policy.covers(&self);
        self
    }

    pub(crate) fn set_previous(&mut self, previous: Option<Self>) {
        self.0.previous = previous;
    }

    /// Whether the connect, attempt or total timeout ended the call.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self.0.kind {
            ErrorKind::Timeout(..)
            | ErrorKind::NotSentInTime(_)
            | ErrorKind::NotConnectedInTime { .. } => true,
            ErrorKind::Connect { failure, .. } => failure == ConnectFailure::TimedOut,
            _ => false,
        }
    }

    pub(crate) fn is_total_timeout(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Timeout(Phase::Total(_), _)
                | ErrorKind::NotSentInTime(Phase::Total(_))
                | ErrorKind::NotConnectedInTime {
                    phase: Phase::Total(_),
                    ..
                }
        )
    }

    /// Whether the same call may succeed if it is made again, according to the client's [`RetryPolicy`]:
    /// the failure is of a kind that passes, and a second session is ruled out or accepted.
    ///
    /// The client has already retried as often as the policy and its budget allow. This is for callers
    /// that can wait longer, such as a queue.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether there was no connection: name not found, refused, TLS failed, or a timeout ended the wait
    /// for one.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect { .. } | ErrorKind::NotConnectedInTime { .. }
        )
    }

    /// Whether the server was reached but TLS with it failed: its certificate is for another host, has
    /// expired, or comes from an authority that is not trusted; or the two have no version in common.
    /// It [is a failure to connect](Self::is_connect), too.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect {
                failure: ConnectFailure::Tls(_),
                ..
            }
        )
    }

    /// Whether the status is 401: the API key is wrong, or does not belong to the app ID.
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

    /// Whether the connection failed before the whole answer had arrived, either before the status or
    /// within the body.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::NotProcessed(_)
                | ErrorKind::Lost { .. }
                | ErrorKind::UnreadableHead(_)
                | ErrorKind::Cut(..)
        )
    }

    /// Whether a complete answer says success but is not a created session.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.api_error().is_some_and(ApiError::is_unreadable)
    }

    /// The status of the answer, if its head arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.kind.answer().map(ApiError::status)
    }

    /// The headers of the answer, if its head arrived.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.kind.answer().map(ApiError::headers)
    }

    /// The body of the answer, byte for byte, or the part of it that arrived.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.0.kind.answer().map(ApiError::body)
    }

    /// The answer, if it is complete, or if what arrived of it can be read as the service's own error.
    ///
    /// If the service repeated the API key in its words, it is replaced by `[API key]`.
    #[must_use]
    pub fn api_error(&self) -> Option<&ApiError> {
        match &self.0.kind {
            ErrorKind::Api(error) => Some(error),
            kind => kind.answer().filter(|answer| answer.error_body().is_some()),
        }
    }

    /// The places in the request that broke a rule, if the service lists them.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.api_error()
            .map(ApiError::violations)
            .unwrap_or_default()
    }

    /// The answer's `x-request-id`, to quote to the service's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.headers()?.get("x-request-id")?.to_str().ok()
    }

    /// How long the service asks to wait (`Retry-After`), in whole seconds, rounded up; the longest
    /// wait if it names several. Also [`None`] if the header is there but cannot be read.
    ///
    /// Or how long a proxy asks to wait that opens no tunnel to the service. Its answer has no
    /// [headers](Self::headers) here: it is not one of the service.
    ///
    /// A date is measured from the answer's own `Date`, so that it does not matter whether the
    /// clocks of both sides agree; without a `Date` it cannot be read.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.asked_to_wait()? {
            RetryAfter::Delay(length) => Some(length),
            _ => None,
        }
    }

    pub(crate) fn asked_to_wait(&self) -> Option<RetryAfter> {
        match &self.0.kind {
            ErrorKind::Connect { failure, .. } => failure.asked_to_wait(),
            kind => RetryAfter::from_headers(kind.answer()?.headers()),
        }
    }

    /// How many times the request was tried, the last time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The error of the attempt before this one, which leads to those of earlier attempts.
    #[must_use]
    pub fn previous(&self) -> Option<&Self> {
        self.0.previous.as_ref()
    }

    /// Whether the service may have acted on the request, in this attempt or an earlier one.
    ///
    /// `false` only if it certainly did not: there was no connection, nothing was sent, or what came back
    /// says that the request was not processed. That is a connection that was closed while idle;
    /// HTTP/2's `REFUSED_STREAM`, and `GOAWAY` with an earlier stream as the last (RFC 9113 §8.7); or a status
    /// that means it (RFC 9110, RFC 8470, RFC 6585): 400, 401, 405, 407, 408, 411, 413 to 415, 417, 421, 422,
    /// 425, 426, 428, 431, 501, 505 and 511.
    #[must_use]
    pub fn may_have_reached_server(&self) -> bool {
        !self.0.kind.is_unprocessed() || self.previous().is_some_and(Self::may_have_reached_server)
    }

    /// Whether an earlier attempt may have created the session and the line of this one leaves that out,
    /// or even says that nothing was processed.
    fn earlier_may_have_created(&self) -> bool {
        let kind = &self.0.kind;
        let mut earlier = iter::successors(self.previous(), |error| error.previous());
        !kind.tells_of_session()
            && earlier.any(|error| {
                let earlier = &error.0.kind;
                earlier.tells_of_session() || (kind.is_unprocessed() && !earlier.is_unprocessed())
            })
    }

    /// Whether there was no connection and another try cannot change that.
    pub(crate) fn is_permanent(&self) -> bool {
        matches!(&self.0.kind, ErrorKind::Connect { failure, .. } if failure.is_permanent())
    }

    /// Whether the request certainly was not processed, because its connection ended first or its turn
    /// never came.
    pub(crate) fn is_not_processed(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::NotProcessed(_) | ErrorKind::NotSentInTime(_)
        )
    }
}

#[cfg(feature = "tracing")]
impl Error {
    /// A name of the kind, from a short list, as OpenTelemetry's `error.type` asks for it.
    pub(crate) fn kind_name(&self) -> Cow<'static, str> {
        if let Some(status) = self.status().filter(|status| !status.is_success()) {
            return Cow::Owned(status.as_str().to_owned());
        }
        Cow::Borrowed(match &self.0.kind {
            ErrorKind::Connect { .. } if !self.is_timeout() => "connect",
            ErrorKind::Connect { .. }
            | ErrorKind::Timeout(..)
            | ErrorKind::NotSentInTime(_)
            | ErrorKind::NotConnectedInTime { .. } => "timeout",
            ErrorKind::NotSent(_) => "not_sent",
            ErrorKind::NotProcessed(_)
            | ErrorKind::Lost { .. }
            | ErrorKind::UnreadableHead(_)
            | ErrorKind::Cut(..) => "interrupted",
            ErrorKind::TooLarge(..) => "body_too_large",
            ErrorKind::Api(_) => "unreadable",
        })
    }
}

/// Begins with the line of `Display`, since `main` and `unwrap` print this.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("message", &format_args!("{self}"))
            .field("attempts", &self.0.attempts)
            .field("source", &causes(self))
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.kind)?;
        if self.earlier_may_have_created() {
            formatter.write_str("; an earlier attempt may have created the session")?;
        }
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

#[cfg(all(test, feature = "tracing"))]
mod tests {
    use vault_sessions::SessionCreated;

    use super::*;

    #[test]
    fn every_kind_has_a_name() {
        let cause = || "because".into();
        let connect = |failure| ErrorKind::Connect {
            to: "http://h".to_owned(),
            failure,
            cause: cause(),
        };
        let answered =
            |status| SessionCreated::from_http(status, &HeaderMap::new(), "").unwrap_err();
        let ok = || answered(StatusCode::OK);
        let total = Phase::Total(Duration::from_secs(1));
        for (kind, name) in [
            (connect(ConnectFailure::Refused), "connect"),
            (connect(ConnectFailure::TimedOut), "timeout"),
            (ErrorKind::Timeout(total, None), "timeout"),
            (ErrorKind::Timeout(total, Some(ok())), "timeout"),
            (ErrorKind::NotSentInTime(total), "timeout"),
            (ErrorKind::NotSent(cause()), "not_sent"),
            (ErrorKind::NotProcessed(cause()), "interrupted"),
            (
                ErrorKind::Lost {
                    to: "http://h".to_owned(),
                    cause: cause(),
                },
                "interrupted",
            ),
            (ErrorKind::UnreadableHead(cause()), "interrupted"),
            (ErrorKind::Cut(ok(), cause()), "interrupted"),
            (ErrorKind::TooLarge(Some(ok()), 1), "body_too_large"),
            (ErrorKind::TooLarge(None, 1), "body_too_large"),
            // A status other than success says more than how the answer ended.
            (
                ErrorKind::Cut(answered(StatusCode::BAD_GATEWAY), cause()),
                "502",
            ),
        ] {
            assert_eq!(Error::new(kind, 1).kind_name(), name);
        }
    }
}
