use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard},
    time::SystemTime,
};

use vault_sessions::{AppId, ConsumerId};

use super::{
    connection::Connection, id::ConnectionId, refused::ChangeRefused, seed::default_connections,
};
use crate::{recent::Recent, sync};

/// The connections of all consumers.
///
/// A consumer takes no memory until something of theirs changes. When as many as the limit have
/// changed, the one that was not looked at for longest starts over with the seed.
pub(crate) struct Store {
    seed: Vec<Connection>,
    changed: Mutex<Recent<(AppId, ConsumerId), Vec<Connection>>>,
}

impl Store {
    /// Every consumer starts with `seed`, or with the connections of the mock.
    pub(crate) fn new(
        seed: Option<Vec<Connection>>,
        changed_consumers: NonZeroUsize,
        now: SystemTime,
    ) -> Self {
        let mut seed = seed.unwrap_or_else(default_connections);
        for connection in &mut seed {
            connection.touch(now);
        }
        Self {
            seed,
            changed: Mutex::new(Recent::with_limit(changed_consumers.get())),
        }
    }

    /// Keeps the changes of so many consumers from now on.
    pub(crate) fn set_limit(&self, changed_consumers: NonZeroUsize) {
        self.lock().set_limit(changed_consumers.get());
    }

    pub(super) fn seed(&self) -> &[Connection] {
        &self.seed
    }

    /// Looks at one consumer's connections.
    pub(super) fn read<T>(
        &self,
        consumer: &(AppId, ConsumerId),
        look: impl FnOnce(&[Connection]) -> T,
    ) -> T {
        look(self.lock().get(consumer).unwrap_or(&self.seed))
    }

    /// Changes one consumer's connections.
    pub(super) fn write<T>(
        &self,
        consumer: &(AppId, ConsumerId),
        change: impl FnOnce(&mut Vec<Connection>) -> T,
    ) -> T {
        let mut changed = self.lock();
        let connections = changed.get_or_insert_mut(consumer.clone(), || self.seed.clone());
        change(connections)
    }

    /// Changes one connection all at once, or not at all; a refusal makes the store remember nobody.
    pub(super) fn update<E: From<ChangeRefused>>(
        &self,
        consumer: &(AppId, ConsumerId),
        id: &ConnectionId,
        change: impl FnOnce(&mut Connection) -> Result<(), E>,
    ) -> Result<Connection, E> {
        let mut changed = self.lock();
        let known = changed.get(consumer).unwrap_or(&self.seed);
        let position = known.iter().position(|connection| connection.id() == id);
        let position = position.ok_or_else(|| ChangeRefused::not_found(id.clone()))?;
        let mut connection = known[position].clone();
        change(&mut connection)?;
        let known = changed.get_or_insert_mut(consumer.clone(), || self.seed.clone());
        known[position] = connection.clone();
        Ok(connection)
    }

    pub(super) fn forget(&self, consumer: &(AppId, ConsumerId)) {
        self.lock().remove(consumer);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Recent<(AppId, ConsumerId), Vec<Connection>>> {
        sync::lock(&self.changed)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Store")
            .field("seed", &self.seed)
            .field("changed_consumers", &self.lock().len())
            .finish_non_exhaustive()
    }
}
