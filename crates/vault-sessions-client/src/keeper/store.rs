use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{kept::Kept, key::Key};

/// At most so many sessions; the one that was asked for longest ago leaves first.
pub(super) struct Store {
    capacity: usize,
    sessions: HashMap<Arc<Key>, (Kept, Turn)>,
    /// The keys of `sessions`, in the order in which they were last asked for.
    turns: BTreeMap<Turn, Arc<Key>>,
    next: Turn,
}

type Turn = u64;

impl Store {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            sessions: HashMap::new(),
            turns: BTreeMap::new(),
            next: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sessions.len()
    }

    pub(super) fn ask_for(&mut self, key: &Key) -> Option<&Kept> {
        let (kept, turn) = self.sessions.get_mut(key)?;
        let shared = self.turns.remove(turn)?;
        *turn = self.next;
        self.turns.insert(self.next, shared);
        self.next += 1;
        Some(kept)
    }

    pub(super) fn insert(&mut self, key: Arc<Key>, kept: Kept) {
        self.remove(&key);
        self.turns.insert(self.next, Arc::clone(&key));
        self.sessions.insert(key, (kept, self.next));
        self.next += 1;
        while self.sessions.len() > self.capacity {
            let Some((_, key)) = self.turns.pop_first() else {
                return;
            };
            self.sessions.remove(&key);
        }
    }

    pub(super) fn remove(&mut self, key: &Key) {
        if let Some((_, turn)) = self.sessions.remove(key) {
            self.turns.remove(&turn);
        }
    }

    pub(super) fn clear(&mut self) {
        self.sessions.clear();
        self.turns.clear();
    }
}
