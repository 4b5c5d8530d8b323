use crate::rules::named;

/// How far a connection has come (`state`). It is computed from what the connection holds.
// Exhaustive on purpose: whoever tells the states apart has to decide about all of them.
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

named!(
    pub ConnectionState, "state of a connection", "available, added, authorized, callable or invalid", {
        Available: "available",
        Added: "added",
        Authorized: "authorized",
        Callable: "callable",
        Invalid: "invalid",
    }
);

/// How far the app's owner has come with an integration (`integration_state`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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
