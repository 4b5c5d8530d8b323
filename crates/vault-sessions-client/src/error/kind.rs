use std::{error::Error as StdError, fmt, time::Duration};

use http::StatusCode;
use vault_sessions::wire::ApiError;

use crate::{
    exchange::{ConnectFailure, is_head_too_large, is_local, is_unreadable_frame},
    transport::BoxError,
};

/// What went wrong in a call.
pub(crate) enum ErrorKind {
    /// A complete answer that is not a created session.
    Api(ApiError),
    Connect {
        to: String,
        failure: ConnectFailure,
        cause: BoxError,
    },
    /// The transport was not ready to take the request.
    NotSent(BoxError),
    /// The time was up before the call got its turn.
    NotSentInTime(Phase),
    /// The time was up before there was a connection that could take the request.
    NotConnectedInTime {
        to: String,
        phase: Phase,
    },
    /// The connection failed, and the protocol says that the request was not processed.
    NotProcessed(BoxError),
    /// The request may have been sent; no status came back.
    Lost {
        to: String,
        cause: BoxError,
    },
    /// What came back is not the head of an answer, or one longer than the client accepts.
    UnreadableHead(BoxError),
    /// The answer's body ended early.
    Cut(ApiError, BoxError),
    /// The answer's body has more bytes than allowed.
    TooLarge(Option<ApiError>, usize),
    Timeout(Phase, Option<ApiError>),
}

/// Which timeout ended a call, and how long it was.
#[derive(Clone, Copy)]
pub(crate) enum Phase {
    Attempt(Duration),
    Total(Duration),
}

impl Phase {
    fn named(self) -> (&'static str, Duration) {
        match self {
            Self::Attempt(length) => ("attempt", length),
            Self::Total(length) => ("total", length),
        }
    }
}

impl ErrorKind {
    /// The answer, as far as it arrived, if at least its head did.
    pub(super) fn answer(&self) -> Option<&ApiError> {
        match self {
            Self::Api(answer) | Self::Cut(answer, _) => Some(answer),
            Self::TooLarge(answer, _) | Self::Timeout(_, answer) => answer.as_ref(),
            Self::Connect { .. }
            | Self::NotSent(_)
            | Self::NotSentInTime(_)
            | Self::NotConnectedInTime { .. }
            | Self::NotProcessed(_)
            | Self::Lost { .. }
            | Self::UnreadableHead(_) => None,
        }
    }

    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Api(error) => error.source(),
            Self::Connect { cause, .. }
            | Self::NotSent(cause)
            | Self::NotProcessed(cause)
            | Self::Lost { cause, .. }
            | Self::UnreadableHead(cause)
            | Self::Cut(_, cause) => Some(&**cause),
            Self::NotSentInTime(_)
            | Self::NotConnectedInTime { .. }
            | Self::TooLarge(..)
            | Self::Timeout(..) => None,
        }
    }

    /// Whether the line says that the session may have been created.
    pub(super) fn tells_of_session(&self) -> bool {
        match self {
            Self::Lost { .. } | Self::UnreadableHead(_) => true,
            Self::Cut(..) | Self::TooLarge(..) | Self::Timeout(..) => {
                !self.answer().is_some_and(is_refusal)
            }
            Self::Api(_)
            | Self::Connect { .. }
            | Self::NotSent(_)
            | Self::NotSentInTime(_)
            | Self::NotConnectedInTime { .. }
            | Self::NotProcessed(_) => false,
        }
    }

    /// Whether the request certainly was not acted upon.
    pub(super) fn is_unprocessed(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::NotSent(_)
            | Self::NotSentInTime(_)
            | Self::NotConnectedInTime { .. }
            | Self::NotProcessed(_) => true,
            // The head says it, however the body ends.
            Self::Api(_) | Self::Cut(..) | Self::TooLarge(..) | Self::Timeout(..) => self
                .answer()
                .is_some_and(|answer| says_unprocessed(answer.status())),
            Self::Lost { .. } | Self::UnreadableHead(_) => false,
        }
    }
}

/// Whether the status says already that there is no session, however the body ends.
fn is_refusal(answer: &ApiError) -> bool {
    !answer.status().is_success()
}

/// Statuses by which a server or a proxy says that it neither acted on the request nor passed it on.
///
/// Of the others, no RFC says it in so many words: a proxy may answer 403 because of what the service
/// answered, and with 409 or 500 the service may have begun.
fn says_unprocessed(status: StatusCode) -> bool {
    matches!(
        status,
        // RFC 9110 §15.5.1, §15.5.2, §15.5.6, §15.5.8, §15.5.9, §15.5.12, §15.5.14 to §15.5.16, §15.5.18 and
        // §15.5.20 to §15.5.22.
        StatusCode::BAD_REQUEST
            | StatusCode::UNAUTHORIZED
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::PROXY_AUTHENTICATION_REQUIRED
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::LENGTH_REQUIRED
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::URI_TOO_LONG
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::EXPECTATION_FAILED
            | StatusCode::MISDIRECTED_REQUEST
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::UPGRADE_REQUIRED
            // RFC 8470 §5.2.
            | StatusCode::TOO_EARLY
            // RFC 6585 §3, §5 and §6.
            | StatusCode::PRECONDITION_REQUIRED
            | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            | StatusCode::NETWORK_AUTHENTICATION_REQUIRED
            // RFC 9110 §15.6.2 and §15.6.6.
            | StatusCode::NOT_IMPLEMENTED
            | StatusCode::HTTP_VERSION_NOT_SUPPORTED
    )
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => write!(formatter, "{error}"),
            Self::Connect { to, failure, .. } => failure.describe(to, formatter),
            Self::NotSent(_) => formatter.write_str(
                "the transport did not accept the request; check the service given to `transport` or \
                 `layer`",
            ),
            Self::NotProcessed(_) => formatter.write_str(
                "the connection ended and the request was not processed; it can be sent again",
            ),
            Self::Lost { to, .. } => {
                formatter.write_str(
                    "the connection failed before an answer came; the session may have been created",
                )?;
                if is_local(to) {
                    formatter.write_str(
                        "; if this was a mock, check that its handle is still alive: a mock stops when \
                         its handle is dropped or its runtime ends",
                    )?;
                }
                Ok(())
            }
            Self::UnreadableHead(cause) if is_head_too_large(&**cause) => formatter.write_str(
                "the answer has more headers than the client accepts; check for proxies between it and \
                 the service; the session may have been created",
            ),
            Self::UnreadableHead(cause) if is_unreadable_frame(&**cause) => formatter.write_str(
                "the answer has more headers than the client accepts, or is not valid HTTP/2; check for \
                 proxies between it and the service; the session may have been created",
            ),
            Self::UnreadableHead(_) => formatter.write_str(
                "what came back is not HTTP; check scheme and port of the base URI, and any proxy; the \
                 session may have been created",
            ),
            Self::Cut(answer, _) if is_refusal(answer) => write!(
                formatter,
                "{answer}; the connection failed after {} bytes of its body",
                answer.body().len()
            ),
            Self::Cut(answer, _) => write!(
                formatter,
                "the service answered {} and the connection failed after {} bytes of body; \
                 the session may have been created",
                answer.status(),
                answer.body().len()
            ),
            Self::TooLarge(Some(answer), limit) if is_refusal(answer) => write!(
                formatter,
                "{answer}; its body has more than {limit} bytes: raise the response limit if it is expected"
            ),
            Self::TooLarge(answer, limit) => {
                formatter.write_str("the service answered ")?;
                if let Some(answer) = answer {
                    write!(formatter, "{} ", answer.status())?;
                }
                write!(
                    formatter,
                    "with a body of more than {limit} bytes; raise the response limit if it is \
                     expected; the session may have been created"
                )
            }
            Self::NotSentInTime(phase) => {
                let (name, length) = phase.named();
                write!(
                    formatter,
                    "the request did not get its turn within {length:?} ({name} timeout); make \
                     fewer calls at a time, or allow more"
                )
            }
            Self::NotConnectedInTime { to, phase } => {
                let (name, length) = phase.named();
                write!(
                    formatter,
                    "could not connect to {to} within {length:?} ({name} timeout); check the base URI, \
                     the network and any proxy"
                )
            }
            Self::Timeout(phase, answer) => {
                let (name, length) = phase.named();
                match answer {
                    None => write!(formatter, "no answer within {length:?}")?,
                    Some(answer) if is_refusal(answer) => {
                        return write!(
                            formatter,
                            "{answer}; its body did not end within {length:?} ({name} timeout)"
                        );
                    }
                    Some(answer) => write!(
                        formatter,
                        "the service answered {} and its body did not end within {length:?}",
                        answer.status()
                    )?,
                }
                write!(
                    formatter,
                    " ({name} timeout); the session may have been created"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_of_this_machine_may_have_been_a_mock() {
        for (to, is_hinted) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("https://unify.apideck.com", false),
            (
                "http://127.0.0.1:8080 through the proxy http://127.0.0.1:1",
                false,
            ),
        ] {
            let lost = ErrorKind::Lost {
                to: to.to_owned(),
                cause: "because".into(),
            };
            let text = lost.to_string();
            assert!(text.contains("may have been created"), "{text}");
            assert_eq!(text.contains("a mock"), is_hinted, "{to}: {text}");
        }
    }
}
