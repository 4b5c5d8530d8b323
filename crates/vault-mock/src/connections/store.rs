use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard},
    time::SystemTime,
};

use vault_sessions::{AppId, ConsumerId};

use super::{
    connection::Connection, errors::ChangeError, id::ConnectionId, seed::default_connections,
};
use crate::{recent::Recent, sync};

/// The connections of all consumers.
///
/// A consumer takes no memory until something of theirs changes. When as many as the limit have
/// changed, or they take too much memory, the one that was not looked at for longest starts over with
/// the seed.
pub(crate) struct Store {
    seed: Vec<Connection>,
    changed: Mutex<Changed>,
}

/// Bytes of memory that all changed connections may take together: 16 KiB of JSON can be 274 KiB.
const HEAP: usize = 128 * 1024 * 1024;

struct Changed {
    consumers: Recent<(AppId, ConsumerId), Vec<Connection>>,
    heap: usize,
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
            changed: Mutex::new(Changed {
                consumers: Recent::with_limit(changed_consumers.get()),
                heap: 0,
            }),
        }
    }

    /// Keeps the changes of so many consumers from now on.
    pub(crate) fn set_limit(&self, changed_consumers: NonZeroUsize) {
        let mut changed = self.lock();
        let Changed { consumers, heap } = &mut *changed;
        consumers.set_limit(changed_consumers.get());
        *heap = consumers.values().map(|known| self::heap(known)).sum();
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
        look(self.lock().consumers.get(consumer).unwrap_or(&self.seed))
    }

    /// Changes one consumer's connections.
    pub(super) fn write<T>(
        &self,
        consumer: &(AppId, ConsumerId),
        change: impl FnOnce(&mut Vec<Connection>) -> T,
    ) -> T {
        self.lock().change(consumer, &self.seed, change)
    }

    /// Changes one connection all at once, or not at all; a refusal makes the store remember nobody.
    pub(super) fn update<E: From<ChangeError>>(
        &self,
        consumer: &(AppId, ConsumerId),
        id: &ConnectionId,
        change: impl FnOnce(&mut Connection) -> Result<(), E>,
    ) -> Result<Connection, E> {
        let mut changed = self.lock();
        let known = changed.consumers.get(consumer).unwrap_or(&self.seed);
        let position = known.iter().position(|connection| connection.id() == id);
        let position = position.ok_or_else(|| ChangeError::not_found(id.clone()))?;
        let mut connection = known[position].clone();
        change(&mut connection)?;
        let kept = connection.clone();
        changed.change(consumer, &self.seed, |known| known[position] = kept);
        Ok(connection)
    }

    pub(super) fn forget(&self, consumer: &(AppId, ConsumerId)) {
        let mut changed = self.lock();
        let forgotten = changed.consumers.remove(consumer);
        changed.heap -= heap(&forgotten.unwrap_or_default());
    }

    pub(super) fn clear(&self) {
        let mut changed = self.lock();
        changed.consumers.clear();
        changed.heap = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Changed> {
        sync::lock(&self.changed)
    }
}

impl Changed {
    fn change<T>(
        &mut self,
        consumer: &(AppId, ConsumerId),
        seed: &[Connection],
        change: impl FnOnce(&mut Vec<Connection>) -> T,
    ) -> T {
        let known = self.consumers.remove(consumer);
        self.heap -= known.as_deref().map_or(0, heap);
        let mut connections = known.unwrap_or_else(|| seed.to_vec());
        let changed = change(&mut connections);
        let more = heap(&connections);
        while self.consumers.is_full() || self.heap + more > HEAP {
            let Some(oldest) = self.consumers.pop_oldest() else {
                break;
            };
            self.heap -= heap(&oldest);
        }
        self.heap += more;
        self.consumers
            .get_or_insert_mut(consumer.clone(), || connections);
        changed
    }
}

/// About how many bytes of memory connections take.
fn heap(connections: &[Connection]) -> usize {
    connections.iter().map(Connection::heap).sum()
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Store")
            .field("seed", &self.seed)
            .field("changed_consumers", &self.lock().consumers.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};
    use vault_sessions::ConsumerId;

    use super::*;

    /// What takes little as JSON takes much as a value.
    #[test]
    fn consumers_make_room_by_the_memory_that_they_take() {
        let many = NonZeroUsize::new(10_000).unwrap();
        let store = Store::new(None, many, SystemTime::UNIX_EPOCH);
        let id = store.seed()[0].id().clone();
        let app = AppId::from_static("app");
        let objects: Vec<_> = (0..1_800).map(|_| json!({"a": 1})).collect();
        let change = |consumer: usize| {
            let consumer = ConsumerId::new(consumer.to_string()).unwrap();
            let settings = Map::from_iter([("x".to_owned(), json!(objects))]);
            let known = store.update(&(app.clone(), consumer), &id, |connection| {
                let mut record = connection.record().unwrap().clone();
                record.metadata = settings;
                connection.keep(record)
            });
            assert!(known.unwrap().heap() > 500_000);
        };
        (0..300).for_each(change);
        let changed = store.lock();
        assert!(changed.heap <= HEAP && changed.consumers.len() < 250);
        assert!(changed.consumers.len() > 50);
        let held: usize = changed.consumers.values().map(|known| heap(known)).sum();
        assert_eq!(changed.heap, held);
    }
}
