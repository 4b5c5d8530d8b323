use std::str::FromStr;

use vault_sessions::{Action, Claims};

use crate::{
    connections::{Auth, Availability, Connection, ConnectionState, IntegrationState},
    rules::actions,
};

/// What a consumer can do with a connection on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ConnectionStep {
    Add,
    Authorize,
    Reauthorize,
    Enable,
    Disable,
    Disconnect,
    Save,
    Delete,
}

/// Why a step is not open.
#[derive(Debug, PartialEq)]
pub(super) enum ClosedStep {
    /// The session's `allow_actions` does not name this.
    Forbidden(Action),
    /// It is not possible in the connection's state, or for its kind of service.
    Unfitting,
}

impl ConnectionStep {
    /// In the order of their buttons.
    const ALL: [Self; 8] = [
        Self::Add,
        Self::Authorize,
        Self::Reauthorize,
        Self::Enable,
        Self::Disable,
        Self::Disconnect,
        Self::Delete,
        Self::Save,
    ];

    /// The steps that have a button of their own.
    pub(super) fn buttons(connection: &Connection, claims: &Claims) -> Vec<Self> {
        let all = Self::ALL.into_iter();
        all.filter(|step| *step != Self::Save && step.check(connection, claims).is_ok())
            .collect()
    }

    /// Whether the page offers the step: the rules of the service's widget.
    pub(super) fn check(self, connection: &Connection, claims: &Claims) -> Result<(), ClosedStep> {
        match self.permission() {
            Some(action) if !actions::allows(claims, action) => Err(ClosedStep::Forbidden(action)),
            _ if self.fits(connection) => Ok(()),
            _ => Err(ClosedStep::Unfitting),
        }
    }

    /// What `allow_actions` must name. Adding, a first authorization and settings need nothing.
    fn permission(self) -> Option<Action> {
        match self {
            Self::Add | Self::Authorize | Self::Save => None,
            Self::Reauthorize => Some(Action::Reauthorize),
            Self::Enable | Self::Disable => Some(Action::Disable),
            Self::Disconnect => Some(Action::Disconnect),
            Self::Delete => Some(Action::Delete),
        }
    }

    fn fits(self, connection: &Connection) -> bool {
        let connector = connection.connector();
        let state = connection.state();
        let is_added = state != ConnectionState::Available;
        let is_authorized = matches!(
            state,
            ConnectionState::Authorized | ConnectionState::Callable
        );
        let is_configured = connector.integration_state() == IntegrationState::Configured;
        let takes_authorization = matches!(connector.auth(), Auth::OAuth2(_)) && is_configured;
        match self {
            Self::Add => !is_added && connector.availability() == Availability::Live,
            Self::Authorize => is_added && !is_authorized && takes_authorization,
            Self::Reauthorize => is_authorized && takes_authorization,
            Self::Enable => is_added && !connection.is_enabled(),
            Self::Disable => is_added && connection.is_enabled(),
            Self::Disconnect => is_authorized && connection.is_revocable(),
            Self::Save => is_added && !connector.form_fields().is_empty(),
            Self::Delete => is_added,
        }
    }

    /// The step in a form, its button, and what to tell the consumer when it is done.
    fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Add => ("add", "Add", "has been added."),
            Self::Authorize => ("authorize", "Authorize", "has been authorized."),
            Self::Reauthorize => ("reauthorize", "Re-authorize", "has been authorized."),
            Self::Enable => ("enable", "Enable", "is enabled."),
            Self::Disable => ("disable", "Disable", "is disabled."),
            Self::Disconnect => ("disconnect", "Disconnect", "is disconnected."),
            Self::Save => ("save", "Save", "has new settings."),
            Self::Delete => ("delete", "Delete", "has been deleted."),
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        self.texts().0
    }

    pub(super) fn label(self) -> &'static str {
        self.texts().1
    }

    pub(super) fn done(self) -> &'static str {
        self.texts().2
    }

    pub(super) fn is_primary(self) -> bool {
        matches!(self, Self::Add | Self::Authorize)
    }

    pub(super) fn is_delete(self) -> bool {
        self == Self::Delete
    }
}

/// A form that names no step.
#[derive(Debug)]
pub(super) struct NoSuchStep;

impl FromStr for ConnectionStep {
    type Err = NoSuchStep;

    fn from_str(name: &str) -> Result<Self, NoSuchStep> {
        let mut all = Self::ALL.into_iter();
        all.find(|step| step.as_str() == name).ok_or(NoSuchStep)
    }
}
