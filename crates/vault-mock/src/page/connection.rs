use std::fmt;

use askama::Template;
use serde_json::Value;

use super::{
    frame::{Frame, Toast},
    integrations::{group_name, query_id},
    route::Visit,
    step::ConnectionStep,
    theme::initials,
};
use crate::connections::{
    Auth, Availability, Connection, ConnectionState, FieldKind, FormField, Health, IntegrationState,
};

/// One connection: its state, what can be done with it, and its settings.
#[derive(Template)]
#[template(path = "connection.html", whitespace = "minimize")]
pub(super) struct ConnectionPage<'a> {
    frame: Frame<'a>,
    /// Whether there is a list to go back to.
    back: bool,
    connection: Shown<'a>,
    actions: Vec<ConnectionStep>,
    fields: Vec<Field<'a>>,
    resources: &'a [String],
    shows_guide: bool,
}

struct Shown<'a> {
    query_id: String,
    name: &'a str,
    initials: String,
    group: String,
    tag_line: &'a str,
    status: ConnectionStatus,
    oauth: bool,
}

impl<'a> ConnectionPage<'a> {
    pub(super) fn of(
        visit: &'a Visit<'_>,
        connection: &'a Connection,
        toast: Option<Toast>,
    ) -> Self {
        let session = visit.session();
        let connector = connection.connector();
        let takes_settings = ConnectionStep::Save
            .check(connection, session.claims())
            .is_ok();
        let is_added = connection.state() != ConnectionState::Available;
        Self {
            frame: Frame::of(visit, toast),
            back: !session.is_isolated(),
            connection: Shown {
                query_id: query_id(connection.id()),
                name: connector.name(),
                initials: initials(connector.name()),
                group: group_name(connection.id().unified_api().as_str()),
                tag_line: connector.tag_line(),
                status: ConnectionStatus::of(connection),
                oauth: matches!(connector.auth(), Auth::OAuth2(_)),
            },
            actions: ConnectionStep::buttons(connection, session.claims()),
            fields: if takes_settings {
                let fields = connector.form_fields().iter();
                fields.map(|field| Field::of(connection, field)).collect()
            } else {
                Vec::new()
            },
            resources: if is_added && !session.hides_resources() {
                connector.configurable_resources()
            } else {
                &[]
            },
            shows_guide: connector.has_guide() && !session.hides_guides(),
        }
    }
}

/// The state of a connection in the consumer's words.
#[derive(Clone, Copy)]
pub(super) enum ConnectionStatus {
    Soon,
    Add,
    Disabled,
    NotConfigured,
    Unauthorized,
    Revoked,
    Unconfirmed,
    Incomplete,
    Broken,
    Connected,
}

impl ConnectionStatus {
    pub(super) fn of(connection: &Connection) -> Self {
        let connector = connection.connector();
        let oauth = matches!(connector.auth(), Auth::OAuth2(_));
        match (connection.state(), connection.health()) {
            (ConnectionState::Available, _) if connector.availability() != Availability::Live => {
                Self::Soon
            }
            (ConnectionState::Available, _) => Self::Add,
            _ if !connection.is_enabled() => Self::Disabled,
            (ConnectionState::Callable, _) => Self::Connected,
            (ConnectionState::Invalid, _) => Self::Broken,
            (_, Health::PendingConfirmation) => Self::Unconfirmed,
            (_, Health::Revoked) => Self::Revoked,
            (ConnectionState::Added, _)
                if oauth && connector.integration_state() != IntegrationState::Configured =>
            {
                Self::NotConfigured
            }
            (ConnectionState::Added, _) if oauth => Self::Unauthorized,
            _ => Self::Incomplete,
        }
    }

    /// The name of its look in the stylesheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Soon | Self::Disabled | Self::NotConfigured => "off",
            Self::Add => "add",
            Self::Unauthorized | Self::Revoked | Self::Unconfirmed | Self::Incomplete => "warn",
            Self::Broken => "bad",
            Self::Connected => "ok",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Soon => "This integration is not available yet.",
            Self::Add => "Add this integration to start using it.",
            Self::Disabled => "The connection keeps its settings and is not used.",
            Self::NotConfigured => "The application has yet to set this integration up.",
            Self::Unauthorized => "Allow the application to use your account there.",
            Self::Revoked => "Access was revoked. Authorize again to continue.",
            Self::Unconfirmed => "The application has yet to confirm the authorization.",
            Self::Incomplete => "Fill in the settings to finish.",
            Self::Broken => "The service refused the credentials. Enter or authorize them again.",
            Self::Connected => "The connection is ready to use.",
        }
    }
}

impl fmt::Display for ConnectionStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Soon => "Coming soon",
            Self::Add => "Available",
            Self::Disabled => "Disabled",
            Self::NotConfigured => "Not configured",
            Self::Unauthorized => "Needs authorization",
            Self::Revoked => "Disconnected",
            Self::Unconfirmed => "Needs confirmation",
            Self::Incomplete => "Needs settings",
            Self::Broken => "Needs attention",
            Self::Connected => "Connected",
        })
    }
}

/// A setting as a form control.
struct Field<'a> {
    form: &'a FormField,
    /// Empty for what must not be shown.
    value: String,
    chosen: Vec<&'a str>,
    is_set: bool,
}

impl<'a> Field<'a> {
    fn of(connection: &'a Connection, field: &'a FormField) -> Self {
        let setting = connection.setting(field.id());
        let is_secret = field.is_sensitive() || field.kind() == FieldKind::Password;
        let value = match setting {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => String::new(),
            Some(other) => other.to_string(),
        };
        let chosen = match setting {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text.as_str()],
            _ => Vec::new(),
        };
        Self {
            form: field,
            is_set: setting.is_some_and(|value| *value != Value::Null && *value != ""),
            value: if is_secret { String::new() } else { value },
            chosen,
        }
    }

    fn is_choice(&self) -> bool {
        use FieldKind::{FilteredSelect, MultiSelect, Select};
        matches!(self.form.kind(), Select | FilteredSelect | MultiSelect)
    }

    fn is_multiple(&self) -> bool {
        self.form.kind() == FieldKind::MultiSelect
    }

    fn is_checkbox(&self) -> bool {
        self.form.kind() == FieldKind::Checkbox
    }

    fn is_area(&self) -> bool {
        self.form.kind() == FieldKind::Textarea && !self.form.is_sensitive()
    }

    /// The `type` of an `input` element.
    fn input(&self) -> &'static str {
        match self.form.kind() {
            _ if self.form.is_sensitive() => "password",
            FieldKind::Datetime => "datetime-local",
            kind => kind.as_str(),
        }
    }

    fn placeholder(&self) -> Option<&str> {
        if self.is_set && self.value.is_empty() {
            Some("••••••••")
        } else {
            self.form.placeholder()
        }
    }

    fn needs_value(&self) -> bool {
        self.form.is_required() && !self.is_set
    }
}
