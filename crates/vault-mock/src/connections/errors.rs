use std::{error::Error, fmt};

use super::{change::SIZE_LIMIT, id::ConnectionId, state::ConnectionState};

/// Why a change did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeError(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    NotFound(ConnectionId),
    State {
        id: ConnectionId,
        state: ConnectionState,
        reason: &'static str,
    },
    MissingSettings {
        id: ConnectionId,
        missing: Vec<String>,
    },
    TooLarge {
        size: usize,
    },
}

impl ChangeError {
    pub(super) fn not_found(id: ConnectionId) -> Self {
        Self(Reason::NotFound(id))
    }

    pub(super) fn state(id: ConnectionId, state: ConnectionState, reason: &'static str) -> Self {
        Self(Reason::State { id, state, reason })
    }

    pub(super) fn missing_settings(id: ConnectionId, missing: Vec<String>) -> Self {
        Self(Reason::MissingSettings { id, missing })
    }

    pub(super) fn too_large(size: usize) -> Self {
        Self(Reason::TooLarge { size })
    }

    /// The consumer has no connection with this ID.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0, Reason::NotFound(_))
    }

    /// The change makes no sense in the connection's state, or for its kind of service.
    #[must_use]
    pub fn is_invalid_state(&self) -> bool {
        matches!(self.0, Reason::State { .. })
    }

    /// Settings that OAuth waits for have no value.
    #[must_use]
    pub fn is_missing_settings(&self) -> bool {
        matches!(self.0, Reason::MissingSettings { .. })
    }

    /// The connection would hold more than a mock keeps.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0, Reason::TooLarge { .. })
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::NotFound(id) => write!(formatter, "there is no connection {id}"),
            Reason::State { id, state, reason } => {
                write!(formatter, "connection {id} is {state}: {reason}")
            }
            Reason::MissingSettings { id, missing } => {
                let missing = missing.join(", ");
                write!(formatter, "connection {id} needs settings first: {missing}")
            }
            Reason::TooLarge { size } => write!(
                formatter,
                "the connection would hold {size} bytes of settings and other values; the mock keeps {SIZE_LIMIT}"
            ),
        }
    }
}

impl Error for ChangeError {}

/// No connection to this service can be in this state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidConnectionState {
    pub(super) id: ConnectionId,
    pub(super) state: ConnectionState,
}

impl fmt::Display for InvalidConnectionState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, state } = self;
        write!(
            formatter,
            "no connection {id} can be {state}: `authorized` needs OAuth, `added` something that is still missing, and `invalid` credentials"
        )
    }
}

impl Error for InvalidConnectionState {}
