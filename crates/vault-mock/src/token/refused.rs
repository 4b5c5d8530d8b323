use std::{error::Error, fmt, time::Duration};

use vault_sessions::Action;

/// Why a token was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRefused(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
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

impl TokenRefused {
    pub(super) fn new(reason: Reason) -> Self {
        Self(reason)
    }

    pub(crate) fn not_allowed(action: Action) -> Self {
        Self(Reason::NotAllowed(action))
    }

    /// Whether the token is genuine and has expired.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self.0, Reason::Expired { .. })
    }

    /// How long ago the token expired, if it is genuine and was refused for that.
    #[must_use]
    pub fn expired_since(&self) -> Option<Duration> {
        match self.0 {
            Reason::Expired { ago } => Some(ago),
            _ => None,
        }
    }

    /// Whether the token is genuine, but for an app that the mock does not accept.
    #[must_use]
    pub fn is_other_app(&self) -> bool {
        matches!(self.0, Reason::OtherApp)
    }

    /// Whether the token is valid, but its session does not allow the action.
    #[must_use]
    pub fn is_not_allowed(&self) -> bool {
        matches!(self.0, Reason::NotAllowed(_))
    }

    /// Whether the token was not signed by this mock: it is malformed, edited, or signed with another
    /// secret.
    #[must_use]
    pub fn is_forged(&self) -> bool {
        #[cfg(feature = "remote")]
        if matches!(self.0, Reason::Forged(_)) {
            return true;
        }
        matches!(
            self.0,
            Reason::TooLong { .. }
                | Reason::Malformed(_)
                | Reason::Header(_)
                | Reason::Algorithm
                | Reason::Signature
        )
    }
}

impl fmt::Display for TokenRefused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::TooLong { length } => {
                write!(
                    formatter,
                    "the token of {length} bytes is longer than any session token"
                )
            }
            Reason::Malformed(what) => write!(formatter, "the token is malformed: {what}"),
            Reason::Header(why) => write!(formatter, "the token's header is refused: {why}"),
            Reason::Algorithm => formatter.write_str("the token is not signed with HS256"),
            Reason::Signature => formatter.write_str(
                "the signature does not fit: the token was edited or signed with another secret",
            ),
            Reason::Claims(why) => write!(formatter, "the token holds no session: {why}"),
            Reason::OtherApp => {
                formatter.write_str("the session is another app's than the one that the mock knows")
            }
            Reason::Expired { ago } if ago.is_zero() => {
                formatter.write_str("the session expired at this very instant")
            }
            Reason::Expired { ago } => {
                write!(formatter, "the session expired {} ago", Span(*ago))
            }
            Reason::IssuedInFuture { ahead } => {
                write!(
                    formatter,
                    "the session is issued {} in the future",
                    Span(*ahead)
                )
            }
            Reason::NotYetGood { ahead } => {
                write!(
                    formatter,
                    "the session begins {} in the future (nbf)",
                    Span(*ahead)
                )
            }
            #[cfg(feature = "remote")]
            Reason::Forged(detail) | Reason::Other(detail) => formatter.write_str(detail),
            Reason::NotAllowed(action) => {
                write!(
                    formatter,
                    "the session's allow_actions does not name `{action}`"
                )
            }
        }
    }
}

impl Error for TokenRefused {}

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
