use std::{fmt, time::Duration};

use bytes::Bytes;
use http::Request;
use vault_sessions::{Session, SessionToken};

use super::{answer::Answer, caller::Caller, questions};

/// One thing that the documentation of a service leaves open: a request, and how to read its answer.
pub struct Question {
    pub(super) name: &'static str,
    pub(super) why: &'static str,
    pub(super) ask: Ask,
}

/// How a question is put.
pub(super) enum Ask {
    /// A session, as our types have it.
    Session(fn() -> Session, Read),
    /// A body that our types do not allow.
    Body(&'static str, Read),
    /// Any other request.
    Request(fn(&Caller) -> Request<Bytes>, Read),
    /// A request with the token of a session.
    Token(fn(&Caller, &SessionToken) -> Request<Bytes>, Read),
    /// Bodies of growing size.
    BodySizes,
    /// The token of a short session, again and again until it is refused.
    Expiry,
    /// An action that the session does not allow.
    Action,
    /// What all answers together say.
    RateLimit,
}

/// Makes a short text of an answer, which shows nothing of what is in it.
pub(super) type Read = fn(&Answer) -> String;

impl Question {
    /// All questions, in the order in which they are asked. The first one is asked in any case.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        questions::ALL.iter().copied().flatten()
    }

    /// The question of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|question| question.name == name)
    }

    /// Its name, such as `length-fraction`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it asks and why that matters, in one sentence without a full stop.
    #[must_use]
    pub fn why(&self) -> &'static str {
        self.why.trim_start()
    }

    /// Whether it takes long, because it waits for a session to end.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        matches!(self.ask, Ask::Expiry)
    }

    /// Whether it changes a connection.
    #[must_use]
    pub fn is_change(&self) -> bool {
        matches!(self.ask, Ask::Action)
    }

    /// About how many requests it takes.
    #[must_use]
    pub fn requests(&self) -> usize {
        match self.ask {
            Ask::Session(..) | Ask::Body(..) | Ask::Request(..) | Ask::Token(..) => 1,
            Ask::BodySizes => 3,
            Ask::Expiry => 6,
            Ask::Action => 4,
            Ask::RateLimit => 0,
        }
    }

    /// Whether it takes many requests, or large ones.
    pub(super) fn is_costly(&self) -> bool {
        matches!(self.ask, Ask::BodySizes | Ask::Expiry)
    }

    /// The longest that it waits for the service's clock.
    pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(90);
}

/// By name, of which there is one.
impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Question {}

impl fmt::Debug for Question {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Question({})", self.name)
    }
}

/// Writes questions as a table: name, why, and how it is asked.
macro_rules! table {
    ($($(#[doc = $why:literal])+ $name:literal => $ask:expr;)+) => {
        &[$($crate::calibrate::Question {
            name: $name,
            why: concat!($($why),+),
            ask: $ask,
        }),+]
    };
}
pub(super) use table;
