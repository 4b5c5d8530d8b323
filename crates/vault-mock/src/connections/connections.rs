use std::num::NonZeroUsize;

use vault_sessions::{AppId, ConsumerId};

use super::{change::Change, connection::Connection, errors::ChangeError, id::ConnectionId};
use crate::{builder::VaultBuilder, vault::Vault};

/// The connections of one consumer of one app, to read and to change.
///
/// ```
/// use vault_mock::{Vault, connections::{Change, ConnectionState}};
/// use vault_sessions::{AppId, ConsumerId};
///
/// let vault = Vault::builder().build();
/// let app = AppId::from_static("my-app");
/// let consumer = ConsumerId::from_static("account:12345");
/// let connections = vault.connections(&app, &consumer);
///
/// let salesforce = "crm+salesforce".parse()?;
/// connections.apply(&salesforce, Change::Refuse)?;
/// let broken = connections.find(&salesforce).unwrap();
/// assert_eq!(broken.state(), ConnectionState::Invalid);
///
/// let other = vault.connections(&app, &ConsumerId::from_static("account:67890"));
/// assert_eq!(other.find(&salesforce).unwrap().state(), ConnectionState::Callable);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Connections {
    vault: Vault,
    consumer: (AppId, ConsumerId),
}

impl Vault {
    /// The connections of a consumer. A consumer that was never seen has those that every consumer
    /// starts with.
    ///
    /// If the app has a mock of its own, they are that mock's.
    ///
    /// # Panics
    ///
    /// This is the mock of another app: nobody would ever see what is changed here.
    #[must_use]
    #[track_caller]
    pub fn connections(&self, app: &AppId, consumer: &ConsumerId) -> Connections {
        if let Some(tenant) = self.tenant(app) {
            return tenant.own_connections(app, consumer);
        }
        self.journal().assert_sees(Some(app));
        self.own_connections(app, consumer)
    }

    pub(crate) fn own_connections(&self, app: &AppId, consumer: &ConsumerId) -> Connections {
        Connections {
            vault: self.clone(),
            consumer: (app.clone(), consumer.clone()),
        }
    }

    /// Restores the initial connections of every consumer.
    pub fn reset_connections(&self) {
        self.store().clear();
    }

    /// The connections that every consumer starts with.
    #[must_use]
    pub fn seeded_connections(&self) -> &[Connection] {
        self.store().seed()
    }
}

impl VaultBuilder {
    /// The connections that every consumer starts with, in the order in which they are listed. If
    /// several have the same ID, the last one counts.
    ///
    /// Default: four. `crm+salesforce` (OAuth) and `hris+bamboohr` (API key) are callable;
    /// `accounting+xero` (OAuth) and `crm+close` (API key) can be added.
    ///
    /// ```
    /// use vault_mock::{Vault, connections::{Connection, Connector, ServiceId}};
    /// use vault_sessions::UnifiedApi;
    ///
    /// let pipedrive = ServiceId::from_static("pipedrive");
    /// let vault = Vault::builder()
    ///     .connections([Connection::callable(Connector::oauth2(
    ///         UnifiedApi::Crm,
    ///         pipedrive,
    ///         "Pipedrive",
    ///     ))])
    ///     .build();
    /// assert_eq!(vault.seeded_connections().len(), 1);
    /// ```
    pub fn connections(mut self, connections: impl IntoIterator<Item = Connection>) -> Self {
        let mut seed = Vec::new();
        for connection in connections {
            put(&mut seed, connection);
        }
        self.settings.connections = Some(seed);
        self
    }

    /// For how many consumers changes to connections are kept. Default: 10,000.
    ///
    /// Beyond that, the least recently used consumer returns to the initial connections, so that a mock
    /// that runs for long does not grow. Each connection holds at most 16 KiB of JSON, and all changes
    /// together at most 128 MiB.
    pub fn changed_consumers(mut self, limit: NonZeroUsize) -> Self {
        self.settings.rules.changed_consumers = limit;
        self
    }
}

impl Connections {
    /// All connections, in the order in which the API lists them.
    #[must_use]
    pub fn all(&self) -> Vec<Connection> {
        self.vault
            .store()
            .read(&self.consumer, <[Connection]>::to_vec)
    }

    /// The connection with this ID.
    #[must_use]
    pub fn find(&self, id: &ConnectionId) -> Option<Connection> {
        self.vault.store().read(&self.consumer, |connections| {
            let mut connections = connections.iter();
            connections
                .find(|connection| connection.id() == id)
                .cloned()
        })
    }

    /// Applies a change to a connection, and returns the changed connection.
    ///
    /// # Errors
    ///
    /// There is no such connection, or the change is refused; see [`Connection::apply`].
    pub fn apply(&self, id: &ConnectionId, change: Change) -> Result<Connection, ChangeError> {
        self.update(id, |connection| connection.apply(change))
    }

    /// Adds a connection, or replaces the one with the same ID.
    pub fn put(&self, mut connection: Connection) {
        connection.touch(self.vault.clock().now());
        let store = self.vault.store();
        store.write(&self.consumer, |connections| put(connections, connection));
    }

    /// Restores the consumer's initial connections.
    pub fn reset(&self) {
        self.vault.store().forget(&self.consumer);
    }

    /// Changes a connection all at once, or not at all.
    pub(crate) fn update<E: From<ChangeError>>(
        &self,
        id: &ConnectionId,
        change: impl FnOnce(&mut Connection) -> Result<(), E>,
    ) -> Result<Connection, E> {
        let now = self.vault.clock().now();
        self.vault.store().update(&self.consumer, id, |connection| {
            change(connection)?;
            connection.touch(now);
            Ok(())
        })
    }
}

fn put(connections: &mut Vec<Connection>, connection: Connection) {
    let mut known = connections.iter_mut();
    match known.find(|known| known.id() == connection.id()) {
        Some(known) => *known = connection,
        None => connections.push(connection),
    }
}
