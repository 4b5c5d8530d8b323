use std::{fmt, time::Duration};

use http::StatusCode;
use vault_sessions::{Action, ActionSet, ConsumerId, SessionLength};

use crate::{clock::AroundExpiry, connections::ConnectionId};

/// Something that happens to a service; it prints to one line.
///
/// Sessions are numbered by the steps that open them, from 0 on, whether or not they succeed.
///
/// ```
/// use vault_mock::conformance::{NewSession, Step};
/// use vault_sessions::{Action, ActionSet, ConsumerId, SessionLength};
///
/// let step = Step::Create(NewSession {
///     consumer: ConsumerId::from_static("alice"),
///     length: const { SessionLength::from_minutes(30) },
///     allow_actions: Some(ActionSet::of([Action::Delete])),
/// });
/// assert_eq!(step.to_string(), "open a session for alice: 30m, allow_actions [delete]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The backend opens a session.
    Create(NewSession),
    /// The consumer looks at their connections with the token of a session.
    List {
        /// The number of the session.
        session: usize,
    },
    /// The consumer changes a connection with the token of a session.
    Switch {
        /// The number of the session.
        session: usize,
        /// Which connection.
        connection: ConnectionId,
        /// What becomes of it.
        to: Switch,
    },
    /// Asks what the token of a session is good for, without doing it.
    Ask {
        /// The number of the session.
        session: usize,
        /// What is asked about.
        action: Action,
    },
    /// Time passes.
    Advance(Duration),
    /// Time passes until shortly before, at or after the `exp` of a session; nothing happens if that
    /// time has passed already.
    AdvanceToExpiry {
        /// The number of the session.
        session: usize,
        /// When exactly.
        instant: AroundExpiry,
    },
    /// New tokens are signed with another key.
    RotateKey {
        /// How long tokens of the former key stay good.
        overlap: Duration,
    },
    /// The service stops and starts again.
    Restart,
    /// The next requests of each consumer fail, instead of what was to fail before.
    Fail {
        /// With which status.
        status: StatusCode,
        /// How many of each consumer.
        times: u32,
    },
}

/// A session to be opened.
// Exhaustive on purpose: tests write it as a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// For whom.
    pub consumer: ConsumerId,
    /// `settings.session_length`.
    pub length: SessionLength,
    /// `settings.allow_actions`; `None` if absent.
    pub allow_actions: Option<ActionSet>,
}

/// What a consumer does to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Switch {
    /// `PATCH {"enabled":true}`: adds it, too, if it is only available.
    Enable,
    /// `PATCH {"enabled":false}`.
    Disable,
    /// `DELETE`.
    Delete,
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let human = humantime::format_duration;
        match self {
            Self::Create(new) => write!(formatter, "open a session for {new}"),
            Self::List { session } => write!(formatter, "session {session}: list connections"),
            Self::Switch {
                session,
                connection,
                to,
            } => write!(formatter, "session {session}: {to} {connection}"),
            Self::Ask { session, action } => {
                write!(formatter, "session {session}: may it {action}?")
            }
            Self::Advance(by) => write!(formatter, "advance by {}", human(*by)),
            Self::AdvanceToExpiry { session, instant } => {
                write!(
                    formatter,
                    "advance to the expiry of session {session}: {instant}"
                )
            }
            Self::RotateKey { overlap } => {
                write!(
                    formatter,
                    "rotate the key with an overlap of {}",
                    human(*overlap)
                )
            }
            Self::Restart => formatter.write_str("restart"),
            Self::Fail { status, times } => {
                write!(formatter, "fail with {} {times} times", status.as_u16())
            }
        }
    }
}

impl fmt::Display for NewSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.consumer.as_str(), self.length)?;
        match &self.allow_actions {
            None => Ok(()),
            Some(set) => {
                let names: Vec<_> = set.iter().map(Action::as_str).collect();
                write!(formatter, ", allow_actions [{}]", names.join(", "))
            }
        }
    }
}

impl fmt::Display for Switch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Delete => "delete",
        })
    }
}
