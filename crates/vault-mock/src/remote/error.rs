use std::{error::Error, fmt};

use http::StatusCode;
use vault_sessions::{
    InvalidToken,
    wire::{BaseUri, InvalidBaseUri},
};

use super::{transport::LIMIT, version::Version};

/// Why a mock that runs elsewhere could not be reached, or refused a call.
///
/// `Display` is one sentence that names the mock's URI and what to do; where a connection failed, the
/// [`source`](Error::source) has the system's reason. Neither shows a secret.
pub struct RemoteError(Box<Problem>);

struct Problem {
    uri: String,
    kind: RemoteProblem,
}

pub(super) enum RemoteProblem {
    Uri(InvalidBaseUri),
    #[cfg(not(feature = "tls"))]
    Https,
    #[cfg(feature = "tls")]
    Authority(Option<Box<dyn Error + Send + Sync>>),
    NoAnswer(Box<dyn Error + Send + Sync>),
    TimedOut,
    NoMock(StatusCode),
    Incompatible(Version),
    Unlike(String),
    WantsToken,
    WrongToken,
    Refused {
        call: String,
        status: StatusCode,
        detail: String,
    },
    Unreadable {
        call: String,
        line: usize,
        column: usize,
    },
    Token(InvalidToken),
}

impl RemoteError {
    pub(super) fn new(base: &BaseUri, kind: RemoteProblem) -> Self {
        let uri = base.to_string();
        Self(Box::new(Problem { uri, kind }))
    }

    pub(super) fn uri(invalid: InvalidBaseUri) -> Self {
        Self(Box::new(Problem {
            uri: String::new(),
            kind: RemoteProblem::Uri(invalid),
        }))
    }

    /// The sentence, and after it those of the causes.
    pub(super) fn told(&self) -> String {
        let mut told = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            told = format!("{told}: {error}");
            cause = error.source();
        }
        told
    }

    /// Nobody answered: nothing listens there, or the connection broke or took too long.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            RemoteProblem::NoAnswer(_) | RemoteProblem::TimedOut
        )
    }

    /// The mock wants an admin token, and had none or another one.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(
            self.0.kind,
            RemoteProblem::WantsToken | RemoteProblem::WrongToken
        )
    }

    /// The mock is older or newer than this crate, and has another admin API.
    #[must_use]
    pub fn is_incompatible(&self) -> bool {
        matches!(self.0.kind, RemoteProblem::Incompatible(_))
    }

    /// One of several replicas is not like the first: another version, API key, app, secret or clock.
    #[must_use]
    pub fn is_unlike(&self) -> bool {
        matches!(self.0.kind, RemoteProblem::Unlike(_))
    }

    /// The status that the mock refused the call with, if it did.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self.0.kind {
            RemoteProblem::WantsToken | RemoteProblem::WrongToken => Some(StatusCode::UNAUTHORIZED),
            RemoteProblem::Refused { status, .. } | RemoteProblem::NoMock(status) => Some(status),
            _ => None,
        }
    }

    /// What the mock said when it refused the call.
    pub(super) fn detail(&self) -> Option<&str> {
        match &self.0.kind {
            RemoteProblem::Refused { detail, .. } => Some(detail),
            _ => None,
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { uri, kind } = &*self.0;
        let own = Version::own();
        match kind {
            RemoteProblem::Uri(invalid) => {
                match invalid.text() {
                    Some(text) => write!(formatter, "`{text}`")?,
                    None => formatter.write_str("this")?,
                }
                formatter.write_str(
                    " is not the URI of a vault-mock: write it like `http://127.0.0.1:8080`",
                )
            }
            #[cfg(not(feature = "tls"))]
            RemoteProblem::Https => write!(
                formatter,
                "{uri} needs TLS: enable the feature `tls` of vault-mock, or call the mock by http"
            ),
            #[cfg(feature = "tls")]
            RemoteProblem::Authority(None) => write!(
                formatter,
                "{uri} needs TLS: say with `.ca_pem(..)` whose certificates to trust"
            ),
            #[cfg(feature = "tls")]
            RemoteProblem::Authority(Some(_)) => write!(
                formatter,
                "no certificate of an authority can be read from the text of `.ca_pem(..)` for {uri}"
            ),
            RemoteProblem::NoAnswer(_) => write!(
                formatter,
                "no answer from a vault-mock at {uri}: check that it was started and is still running"
            ),
            RemoteProblem::TimedOut => write!(
                formatter,
                "no answer from a vault-mock at {uri} within {} s: check that it is still running, \
                 and whether a fault holds the answer back",
                LIMIT.as_secs()
            ),
            RemoteProblem::NoMock(status) => write!(
                formatter,
                "what answers at {uri} is not a vault-mock, or one without its admin API: \
                 /__vault_mock/health answers {}",
                status.as_u16()
            ),
            RemoteProblem::Incompatible(theirs) => {
                let (age, cure) = if *theirs < own {
                    ("older", "start a newer one")
                } else {
                    ("newer", "raise the version of the crate vault-mock")
                };
                write!(
                    formatter,
                    "the vault-mock at {uri} is {age} ({theirs}) than this handle ({own}): {cure}"
                )
            }
            RemoteProblem::Unlike(difference) => {
                write!(formatter, "the vault-mock at {uri} {difference}")
            }
            RemoteProblem::WantsToken => write!(
                formatter,
                "the vault-mock at {uri} wants its admin token: add `.admin_token(..)` to \
                 `RemoteVault::connect(..)`"
            ),
            RemoteProblem::WrongToken => write!(
                formatter,
                "the vault-mock at {uri} has another admin token than the one given"
            ),
            RemoteProblem::Refused {
                call,
                status,
                detail,
            } => {
                let status = status.as_u16();
                write!(
                    formatter,
                    "the vault-mock at {uri} refused {call} with {status}: {detail}"
                )
            }
            RemoteProblem::Unreadable { call, line, column } => write!(
                formatter,
                "the vault-mock at {uri} answered {call} with what this handle cannot read at line \
                 {line}, column {column}"
            ),
            RemoteProblem::Token(_) => {
                formatter.write_str("the token holds no session to go to the end of")
            }
        }
    }
}

impl fmt::Debug for RemoteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RemoteError({})", self.told())
    }
}

impl Error for RemoteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.kind {
            RemoteProblem::Uri(cause) => Some(cause),
            #[cfg(feature = "tls")]
            RemoteProblem::Authority(Some(cause)) => Some(&**cause),
            RemoteProblem::NoAnswer(cause) => Some(&**cause),
            RemoteProblem::Token(cause) => Some(cause),
            _ => None,
        }
    }
}
