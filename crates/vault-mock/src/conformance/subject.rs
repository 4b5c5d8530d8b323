use std::{
    error::Error,
    fmt,
    future::{Future, ready},
    time::Duration,
};

use http::StatusCode;
use vault_sessions::{Action, SessionCreated, SessionToken};

use super::{
    capabilities::Capabilities,
    model::Verdict,
    step::{NewSession, Switch},
};
use crate::connections::{ConnectionId, ConnectionState};

/// A service that is compared with the [model](super).
///
/// A new subject must be as its [`capabilities`](Subject::capabilities) say. What they do not name is
/// never called and need not be written.
pub trait Subject {
    /// What can be done to it, and what is known about it.
    fn capabilities(&self) -> Capabilities;

    /// Opens a session.
    fn create(
        &mut self,
        new: &NewSession,
    ) -> impl Future<Output = Result<SessionCreated, Refused>> + Send;

    /// Lists the connections of the consumer whose session it is; the model looks only at those that
    /// the capabilities name.
    fn list(
        &mut self,
        token: &SessionToken,
    ) -> impl Future<Output = Result<Vec<Listed>, Refused>> + Send;

    /// Changes a connection. Returns what has become of it, if the answer says so.
    fn switch(
        &mut self,
        token: &SessionToken,
        connection: &ConnectionId,
        to: Switch,
    ) -> impl Future<Output = Result<Option<Listed>, Refused>> + Send;

    /// Says whether a token is good for an action ([`Capabilities::policy`]).
    fn ask(
        &mut self,
        _token: &SessionToken,
        _action: Action,
    ) -> impl Future<Output = Verdict> + Send {
        ready(Verdict::Unknown)
    }

    /// Moves the clock forward ([`Capabilities::clock`]).
    fn advance(&mut self, _by: Duration) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// Signs with another key from now on ([`Capabilities::key_rotation`]).
    fn rotate_key(&mut self, _overlap: Duration) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// Stops and starts again ([`Capabilities::restart`]).
    fn restart(&mut self) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// Lets the next requests of each consumer fail ([`Capabilities::faults`]).
    fn fail(&mut self, _status: StatusCode, _times: u32) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

/// What is seen of a connection.
// Exhaustive on purpose: subjects write it as a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which one.
    pub id: ConnectionId,
    /// How far it has come.
    pub state: ConnectionState,
    /// Whether it is switched on.
    pub enabled: bool,
}

impl fmt::Display for Listed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, state, enabled } = self;
        let switched = if *enabled { "on" } else { "off" };
        write!(formatter, "{id} is {state} and {switched}")
    }
}

/// Why a subject did not do what it was asked for. The text must not name tokens or keys.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// It answered with an error.
    Status(StatusCode),
    /// It answered with success, and with something that cannot be read.
    Unreadable(String),
    /// It did not answer.
    NoAnswer(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(formatter, "{}", status.as_u16()),
            Self::Unreadable(why) => write!(formatter, "an answer that cannot be read: {why}"),
            Self::NoAnswer(why) => write!(formatter, "the transport failed: {why}"),
        }
    }
}

impl Error for Refused {}
