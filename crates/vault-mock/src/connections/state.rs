use std::{fmt, str::FromStr};

use crate::rules::InvalidName;

/// How far a connection has come (`state`). It is computed from what the connection holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionState {
    /// Not added by the consumer.
    Available,
    /// Added; OAuth is not authorized, or credentials are not entered.
    Added,
    /// OAuth is done, and more is needed: settings, or a confirmation.
    Authorized,
    /// Ready to use.
    Callable,
    /// The credentials that were entered do not work.
    Invalid,
}

impl ConnectionState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Available,
        Self::Added,
        Self::Authorized,
        Self::Callable,
        Self::Invalid,
    ];

    /// The state on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Added => "added",
            Self::Authorized => "authorized",
            Self::Callable => "callable",
            Self::Invalid => "invalid",
        }
    }
}

impl FromStr for ConnectionState {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let mut states = Self::ALL.into_iter();
        let state = states.find(|state| state.as_str() == text);
        state.ok_or_else(|| {
            let names = "available, added, authorized, callable or invalid";
            InvalidName::new("state of a connection", text, names)
        })
    }
}

impl fmt::Display for ConnectionState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// How far the app's owner has come with an integration (`integration_state`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IntegrationState {
    /// Switched off.
    Disabled,
    /// The app's OAuth client is missing: nobody can authorize.
    NeedsConfiguration,
    /// Ready for consumers.
    #[default]
    Configured,
}

impl IntegrationState {
    /// The state on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::NeedsConfiguration => "needs_configuration",
            Self::Configured => "configured",
        }
    }
}

/// What is wrong with a connection, the most urgent thing first (`health`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// The authorization was revoked.
    Revoked,
    /// A required setting has no value.
    MissingSettings,
    /// The OAuth round trip waits for its confirmation.
    PendingConfirmation,
    /// The consumer has to authorize, or to enter credentials that work.
    NeedsAuth,
    /// Nothing is wrong.
    Ok,
}

impl Health {
    /// The health on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::MissingSettings => "missing_settings",
            Self::PendingConfirmation => "pending_confirmation",
            Self::NeedsAuth => "needs_auth",
            Self::Ok => "ok",
        }
    }
}
