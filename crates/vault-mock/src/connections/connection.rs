use std::{fmt, sync::Arc, time::SystemTime};

use serde_json::{Map, Value};

use super::{
    connector::Connector,
    errors::InvalidConnectionState,
    form_field::FormField,
    id::ConnectionId,
    record::{Credentials, Record},
    state::{ConnectionState, Health},
};

/// One consumer's connection to a service.
///
/// [`apply`](Connection::apply) changes it. Its state is computed from what it holds, so that only
/// combinations that the service has are possible. `Debug` shows no values of settings.
#[derive(Clone, PartialEq)]
pub struct Connection {
    connector: Arc<Connector>,
    /// `None` until the consumer adds the connection.
    pub(super) record: Option<Record>,
}

impl Connection {
    /// About how many bytes of memory it takes; the connector is shared.
    pub(super) fn heap(&self) -> usize {
        size_of::<Self>() + self.record.as_ref().map_or(0, Record::heap)
    }

    /// A connection that the consumer can add.
    #[must_use]
    pub fn available(connector: impl Into<Arc<Connector>>) -> Self {
        Self {
            connector: connector.into(),
            record: None,
        }
    }

    /// A connection that works: authorized, every required setting with a made-up value.
    #[must_use]
    pub fn callable(connector: impl Into<Arc<Connector>>) -> Self {
        let mut connection = Self::available(connector);
        connection.record = Some(Record {
            credentials: Credentials::Stored,
            settings: connection.made_up_settings(),
            ..Record::new()
        });
        connection
    }

    /// A connection in a state of your choice.
    ///
    /// ```
    /// use vault_mock::connections::{Connection, ConnectionState, Connector, ServiceId};
    /// use vault_sessions::UnifiedApi;
    ///
    /// let close = Connector::api_key(UnifiedApi::Crm, ServiceId::from_static("close"), "Close");
    /// let broken = Connection::in_state(close.clone(), ConnectionState::Invalid)?;
    /// assert_eq!(broken.state(), ConnectionState::Invalid);
    /// assert!(Connection::in_state(close, ConnectionState::Authorized).is_err());
    /// # Ok::<(), vault_mock::connections::InvalidConnectionState>(())
    /// ```
    ///
    /// # Errors
    ///
    /// No connection to this service can be in that state: without OAuth there is nothing to
    /// authorize, and without a required setting nothing is missing once it is added.
    pub fn in_state(
        connector: impl Into<Arc<Connector>>,
        state: ConnectionState,
    ) -> Result<Self, InvalidConnectionState> {
        let available = Self::available(connector);
        let made_up = available.made_up_settings();
        let with = |credentials, settings| Self {
            connector: Arc::clone(&available.connector),
            record: Some(Record {
                credentials,
                settings,
                ..Record::new()
            }),
        };
        // The simplest content for each state comes first.
        let candidates = [
            with(Credentials::Missing, Map::new()),
            with(
                Credentials::Stored,
                available.settings_for_authorization(&made_up),
            ),
            with(Credentials::Unconfirmed, made_up.clone()),
            with(Credentials::Stored, made_up.clone()),
            with(Credentials::Refused, made_up),
        ];
        let id = available.id().clone();
        let mut candidates = [available].into_iter().chain(candidates);
        candidates
            .find(|candidate| candidate.state() == state)
            .ok_or(InvalidConnectionState { id, state })
    }

    /// The same connection, switched off. One that is only available is off already.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        if let Some(record) = &mut self.record {
            record.enabled = false;
        }
        self
    }

    /// The same connection, before anybody added it.
    pub(crate) fn forgotten(mut self) -> Self {
        self.record = None;
        self
    }

    /// The service that it connects to, which is the same for every consumer.
    #[must_use]
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    /// What identifies the connection among its consumer's.
    #[must_use]
    pub fn id(&self) -> &ConnectionId {
        self.connector.id()
    }

    /// How far the connection has come.
    #[must_use]
    pub fn state(&self) -> ConnectionState {
        let Some(record) = &self.record else {
            return ConnectionState::Available;
        };
        let complete = self.missing_settings_of(record).is_empty();
        match record.credentials {
            Credentials::Refused => ConnectionState::Invalid,
            Credentials::Missing | Credentials::Revoked if self.is_oauth() => {
                ConnectionState::Added
            }
            Credentials::Unconfirmed if self.is_oauth() => ConnectionState::Authorized,
            _ if complete => ConnectionState::Callable,
            _ if self.is_oauth() => ConnectionState::Authorized,
            _ => ConnectionState::Added,
        }
    }

    /// What is wrong with the connection, the most urgent thing first.
    #[must_use]
    pub fn health(&self) -> Health {
        match &self.record {
            Some(record) if record.credentials == Credentials::Revoked => Health::Revoked,
            Some(record) if !self.missing_settings_of(record).is_empty() => Health::MissingSettings,
            Some(record) if record.credentials == Credentials::Unconfirmed => {
                Health::PendingConfirmation
            }
            Some(_) if self.state() == ConnectionState::Callable => Health::Ok,
            None | Some(_) => Health::NeedsAuth,
        }
    }

    /// Whether the connection is enabled. This is independent of its state, except that an available
    /// connection is always disabled.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.enabled)
    }

    /// Whether there is an authorization that can be revoked: then there is a `revoke_url`.
    #[must_use]
    pub fn is_revocable(&self) -> bool {
        self.is_oauth()
            && self.record.as_ref().is_some_and(|record| {
                !matches!(
                    record.credentials,
                    Credentials::Missing | Credentials::Revoked
                )
            })
    }

    /// The value of a setting.
    #[must_use]
    pub fn setting(&self, id: &str) -> Option<&Value> {
        self.record.as_ref()?.settings.get(id)
    }

    /// The IDs of required settings without a value.
    #[must_use]
    pub fn missing_settings(&self) -> Vec<&str> {
        match &self.record {
            Some(record) => self.missing_settings_of(record),
            None => self.required_settings().collect(),
        }
    }

    /// When the consumer added the connection, on the mock's clock.
    #[must_use]
    pub fn created_at(&self) -> Option<SystemTime> {
        self.record.as_ref()?.created_at
    }

    /// When the connection last changed, on the mock's clock.
    #[must_use]
    pub fn updated_at(&self) -> Option<SystemTime> {
        self.record.as_ref()?.updated_at
    }

    pub(crate) fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    pub(super) fn touch(&mut self, now: SystemTime) {
        if let Some(record) = &mut self.record {
            record.touch(now);
        }
    }

    pub(super) fn missing_settings_of(&self, record: &Record) -> Vec<&str> {
        let required = self.required_settings();
        required.filter(|setting| !record.has(setting)).collect()
    }

    fn required_settings(&self) -> impl Iterator<Item = &str> {
        let fields = self.connector.form_fields().iter();
        fields
            .filter(|field| field.is_required())
            .map(FormField::id)
    }

    fn made_up_settings(&self) -> Map<String, Value> {
        let fields = self.connector.form_fields().iter();
        let required = fields.filter(|field| field.is_required());
        let settings = required.map(|field| {
            let value = match field.options().next() {
                Some((_, value)) => value.to_owned(),
                None => format!("made-up-{}", field.id()),
            };
            (field.id().to_owned(), Value::String(value))
        });
        settings.collect()
    }

    fn settings_for_authorization(&self, made_up: &Map<String, Value>) -> Map<String, Value> {
        let needed = self.connector.settings_required_for_authorization().iter();
        let settings = needed.filter_map(|id| Some((id.clone(), made_up.get(id)?.clone())));
        settings.collect()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.record.as_ref().map(|record| &record.settings);
        let names: Vec<_> = settings.into_iter().flat_map(Map::keys).collect();
        formatter
            .debug_struct("Connection")
            .field("id", &format_args!("{}", self.id()))
            .field("state", &self.state())
            .field("enabled", &self.is_enabled())
            .field("settings", &names)
            .finish_non_exhaustive()
    }
}
