use std::{error::Error, fmt, time::Duration};

use vault_sessions::Action;

/// Why a token was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError(TokenProblem);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenProblem {
    TooLong {
        length: usize,
    },
    Malformed(&'static str),
    Header(String),
    Algorithm,
    Signature,
    Claims(String),
    OtherApp,
    Expired {
        ago: Duration,
    },
    IssuedInFuture {
        ahead: Duration,
    },
    NotYetGood {
        ahead: Duration,
    },
    NotAllowed(Action),
    /// What a mock that runs elsewhere says of a forged token.
    #[cfg(feature = "remote")]
    Forged(String),
    /// What a mock that runs elsewhere says of any other token.
    #[cfg(feature = "remote")]
    Other(String),
}

impl TokenError {
    pub(super) fn new(reason: TokenProblem) -> Self {
        Self(reason)
    }

    /// A refusal that another mock told of, when it was asked for an action.
    #[cfg(feature = "remote")]
    pub(crate) fn told(
        kind: &str,
        detail: String,
        expired_since: Option<Duration>,
        action: Option<Action>,
    ) -> Self {
        Self(match (kind, expired_since, action) {
            ("expired", Some(ago), _) => TokenProblem::Expired { ago },
            ("not_allowed", _, Some(action)) => TokenProblem::NotAllowed(action),
            ("forged", ..) => TokenProblem::Forged(detail),
            _ => TokenProblem::Other(detail),
        })
    }

    pub(crate) fn not_allowed(action: Action) -> Self {
        Self(TokenProblem::NotAllowed(action))
    }

    /// Whether the token is genuine and has expired.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self.0, TokenProblem::Expired { .. })
    }

    /// How long ago the token expired, if it is genuine and was refused for that.
    #[must_use]
    pub fn expired_since(&self) -> Option<Duration> {
        match self.0 {
            TokenProblem::Expired { ago } => Some(ago),
            _ => None,
        }
    }

    /// Whether the token is genuine, but for an app that the mock does not accept.
    #[must_use]
    pub fn is_other_app(&self) -> bool {
        matches!(self.0, TokenProblem::OtherApp)
    }

    /// Whether the token is valid, but its session does not allow the action.
    #[must_use]
    pub fn is_not_allowed(&self) -> bool {
        matches!(self.0, TokenProblem::NotAllowed(_))
    }

    /// Whether the token was not signed by this mock: it is malformed, edited, or signed with another
    /// secret.
    #[must_use]
    pub fn is_forged(&self) -> bool {
        #[cfg(feature = "remote")]
        if matches!(self.0, TokenProblem::Forged(_)) {
            return true;
        }
        matches!(
            self.0,
            TokenProblem::TooLong { .. }
                | TokenProblem::Malformed(_)
                | TokenProblem::Header(_)
                | TokenProblem::Algorithm
                | TokenProblem::Signature
        )
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            TokenProblem::TooLong { length } => {
                write!(
                    formatter,
                    "the token of {length} bytes is longer than any session token"
                )
            }
            TokenProblem::Malformed(what) => write!(formatter, "the token is malformed: {what}"),
            TokenProblem::Header(why) => write!(formatter, "the token's header is refused: {why}"),
            TokenProblem::Algorithm => formatter.write_str("the token is not signed with HS256"),
            TokenProblem::Signature => formatter.write_str(
                "the signature does not fit: the token was edited or signed with another secret",
            ),
            TokenProblem::Claims(why) => write!(formatter, "the token holds no session: {why}"),
            TokenProblem::OtherApp => {
                formatter.write_str("the session is another app's than the one that the mock knows")
            }
            TokenProblem::Expired { ago } if ago.is_zero() => {
                formatter.write_str("the session expired at this very instant")
            }
            TokenProblem::Expired { ago } => {
                write!(formatter, "the session expired {} ago", Span(*ago))
            }
            TokenProblem::IssuedInFuture { ahead } => {
                write!(
                    formatter,
                    "the session is issued {} in the future",
                    Span(*ahead)
                )
            }
            TokenProblem::NotYetGood { ahead } => {
                write!(
                    formatter,
                    "the session begins {} in the future (nbf)",
                    Span(*ahead)
                )
            }
            #[cfg(feature = "remote")]
            TokenProblem::Forged(detail) | TokenProblem::Other(detail) => {
                formatter.write_str(detail)
            }
            TokenProblem::NotAllowed(action) => {
                write!(
                    formatter,
                    "the session's allow_actions does not name `{action}`"
                )
            }
        }
    }
}

impl Error for TokenError {}

/// Seconds, with a fraction only where there is one.
struct Span(Duration);

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_millis() {
            0 => write!(formatter, "{} s", self.0.as_secs()),
            _ => write!(formatter, "{:.3} s", self.0.as_secs_f64()),
        }
    }
}
