use std::{error::Error as StdError, fmt, time::Duration};

use vault_sessions::{ApiKey, http::ApiError};

use crate::{exchange::PartialResponse, transport::BoxError};

/// What went wrong in a call.
pub(crate) enum ErrorKind {
    /// A complete answer that is not a created session.
    Api {
        error: ApiError,
        /// What to say instead of the service's words, if they repeat the API key.
        redacted: Option<String>,
    },
    Connect {
        to: String,
        timed_out: bool,
        tls: bool,
        cause: BoxError,
    },
    /// The transport was not ready to take the request.
    NotSent(BoxError),
    /// The call had not got its turn when the time was over.
    NotSentInTime(Phase),
    /// The request may have been sent; no status came back.
    Lost(BoxError),
    /// The answer's body ended early.
    Cut(PartialResponse, BoxError),
    /// The answer's body has more bytes than allowed.
    TooLarge(Option<PartialResponse>, usize),
    Timeout(Phase, Option<PartialResponse>),
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
    pub(crate) fn api(error: ApiError, key: &ApiKey) -> Self {
        let line = error.to_string();
        let key = key.expose_secret();
        let redacted = line.contains(key).then(|| line.replace(key, "[API key]"));
        Self::Api { error, redacted }
    }

    pub(super) fn partial(&self) -> Option<&PartialResponse> {
        match self {
            Self::Cut(partial, _) => Some(partial),
            Self::TooLarge(partial, _) | Self::Timeout(_, partial) => partial.as_ref(),
            Self::Api { .. }
            | Self::Connect { .. }
            | Self::NotSent(_)
            | Self::NotSentInTime(_)
            | Self::Lost(_) => None,
        }
    }

    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Api { error, .. } => error.source(),
            Self::Connect { cause, .. }
            | Self::NotSent(cause)
            | Self::Lost(cause)
            | Self::Cut(_, cause) => Some(&**cause),
            Self::NotSentInTime(_) | Self::TooLarge(..) | Self::Timeout(..) => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api {
                redacted: Some(line),
                ..
            } => formatter.write_str(line),
            Self::Api { error, .. } => write!(formatter, "{error}"),
            Self::Connect { to, tls: true, .. } => write!(
                formatter,
                "could not agree on TLS with {to}; check that its certificate is for this host, is \
                 valid now, and comes from a trusted authority"
            ),
            Self::Connect { to, timed_out, .. } => {
                let how = if *timed_out { " in time" } else { "" };
                write!(
                    formatter,
                    "could not connect to {to}{how}; check the base URI, the network and any proxy"
                )
            }
            Self::NotSent(_) => formatter.write_str(
                "the transport took no request; check the service given to `transport` or `layer`",
            ),
            Self::Lost(_) => formatter.write_str(
                "the connection failed before an answer came; the session may have been created",
            ),
            Self::Cut(partial, _) => write!(
                formatter,
                "the service answered {} and the connection failed after {} bytes of body; \
                 the session may have been created",
                partial.status,
                partial.body.len()
            ),
            Self::TooLarge(partial, limit) => {
                formatter.write_str("the service answered ")?;
                if let Some(partial) = partial {
                    write!(formatter, "{} ", partial.status)?;
                }
                write!(
                    formatter,
                    "with a body of more than {limit} bytes; raise the response limit if it is \
                     expected"
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
            Self::Timeout(phase, partial) => {
                let (name, length) = phase.named();
                match partial {
                    None => write!(formatter, "no answer within {length:?}")?,
                    Some(partial) => write!(
                        formatter,
                        "the service answered {} and its body did not end within {length:?}",
                        partial.status
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
