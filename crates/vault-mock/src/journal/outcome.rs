use std::fmt;

use serde_json::{Value, json};
use vault_sessions::{Claims, ErrorBody, Violation};

use super::mask::{masked_json, masked_text, masked_texts};

/// What became of a request.
///
/// `Debug` and `Display` mask credentials.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// A session was opened; the claims of its token.
    SessionCreated(Box<Claims>),
    /// Any other request that was answered with success or a redirect.
    Answered,
    /// The request was refused (4xx, 5xx); what the mock said.
    Refused(Box<ErrorBody>),
    /// A fault took the place of the answer, or spoiled it; the fault as its text. A delay alone is
    /// no such fault.
    FaultInjected(String),
    /// Nothing yet: the request is still arriving, held back, or being answered.
    Held,
    /// Its caller left before it was answered.
    Abandoned,
    /// The server stopped before it was answered, or closed the connection to make room for others.
    Cut,
    /// A reset of the mock ended it, or the end of the fault or the tenant that held it.
    EndedByReset,
}

impl Outcome {
    /// The claims of the session that was opened.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        match self {
            Self::SessionCreated(claims) => Some(claims),
            _ => None,
        }
    }

    /// What the mock said when it refused the request.
    #[must_use]
    pub fn refusal(&self) -> Option<&ErrorBody> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The variants, as the admin API calls them.
    pub(crate) const KINDS: [&'static str; 8] = [
        "session_created",
        "answered",
        "refused",
        "fault_injected",
        "held",
        "abandoned",
        "cut",
        "ended_by_reset",
    ];

    /// The one of [`KINDS`](Self::KINDS) that this is.
    pub(crate) fn kind(&self) -> &'static str {
        let [
            session_created,
            answered,
            refused,
            fault_injected,
            held,
            abandoned,
            cut,
            ended_by_reset,
        ] = Self::KINDS;
        match self {
            Self::SessionCreated(_) => session_created,
            Self::Answered => answered,
            Self::Refused(_) => refused,
            Self::FaultInjected(_) => fault_injected,
            Self::Held => held,
            Self::Abandoned => abandoned,
            Self::Cut => cut,
            Self::EndedByReset => ended_by_reset,
        }
    }

    /// As JSON, without credentials: what the admin API shows.
    pub(crate) fn masked(&self) -> Value {
        let kind = self.kind();
        match self {
            Self::SessionCreated(claims) => {
                let claims = serde_json::to_value(claims).map(masked_json);
                json!({ "kind": kind, "claims": claims.unwrap_or_default() })
            }
            Self::Answered | Self::Held | Self::Abandoned | Self::Cut | Self::EndedByReset => {
                json!({ "kind": kind })
            }
            Self::Refused(refusal) => {
                let refusal = serde_json::to_value(refusal).map(masked_texts);
                json!({ "kind": kind, "error": refusal.unwrap_or_default() })
            }
            Self::FaultInjected(fault) => json!({ "kind": kind, "fault": fault }),
        }
    }

    /// Reads what [`masked`](Self::masked) shows.
    #[cfg(feature = "remote")]
    pub(crate) fn told(mut shown: Value) -> Option<Self> {
        let [session_created, answered, refused, fault_injected, ..] = Self::KINDS;
        let kind = shown["kind"].take();
        let kind = kind.as_str()?;
        Some(if kind == session_created {
            Self::SessionCreated(serde_json::from_value(shown["claims"].take()).ok()?)
        } else if kind == answered {
            Self::Answered
        } else if kind == refused {
            Self::Refused(serde_json::from_value(shown["error"].take()).ok()?)
        } else if kind == fault_injected {
            Self::FaultInjected(shown["fault"].as_str()?.to_owned())
        } else {
            let plain = [Self::Held, Self::Abandoned, Self::Cut, Self::EndedByReset];
            plain.into_iter().find(|outcome| outcome.kind() == kind)?
        })
    }

    /// The violations of a body that was refused; empty for anything else.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.refusal().map_or_else(Vec::new, ErrorBody::violations)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SessionCreated(_) => formatter.write_str("session created"),
            Self::Answered => formatter.write_str("answered"),
            Self::Refused(refusal) => {
                write!(formatter, "refused: {}", masked_text(&refusal.to_string()))
            }
            Self::FaultInjected(fault) => write!(formatter, "fault injected: {fault}"),
            Self::Held => formatter.write_str("still held"),
            Self::Abandoned => formatter.write_str("abandoned by its caller"),
            Self::Cut => formatter.write_str("cut off by the server"),
            Self::EndedByReset => formatter.write_str("ended by reset"),
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SessionCreated(claims) => {
                let claims = serde_json::to_value(claims).map(masked_json);
                write!(formatter, "SessionCreated({})", claims.unwrap_or_default())
            }
            other => write!(formatter, "{other}"),
        }
    }
}
