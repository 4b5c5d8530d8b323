use std::{borrow::Borrow, fmt, hash::Hash};

use lru::LruCache;

/// A map of so many entries at most: the one that was not used for longest makes room.
///
/// Unlike an [`LruCache`] with a bound it takes no memory for entries that are not there: a mock that
/// sees one consumer is small.
pub(crate) struct Recent<K, V> {
    entries: LruCache<K, V>,
    limit: usize,
}

impl<K: Hash + Eq, V> Recent<K, V> {
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self {
            entries: LruCache::unbounded(),
            limit,
        }
    }

    /// Forgets what there is no more room for.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        while self.entries.len() > limit {
            self.entries.pop_lru();
        }
    }

    /// Whether an entry more makes another one leave.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() >= self.limit
    }

    /// Removes the entry that was not used for longest.
    pub(crate) fn pop_oldest(&mut self) -> Option<V> {
        self.entries.pop_lru().map(|(_, value)| value)
    }

    pub(crate) fn get<Q>(&mut self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.entries.get(key)
    }

    /// As [`get`](Self::get), without using the entry.
    pub(crate) fn peek<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.entries.peek(key)
    }

    pub(crate) fn get_or_insert_mut(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        if self.entries.len() >= self.limit && !self.entries.contains(&key) {
            self.entries.pop_lru();
        }
        self.entries.get_or_insert_mut(key, new)
    }

    pub(crate) fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.entries.pop(key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl<K, V> fmt::Debug for Recent<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Recent")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let mut recent = Recent::with_limit(2);
        recent.get_or_insert_mut("a", || 1);
        recent.get_or_insert_mut("b", || 2);
        assert_eq!(recent.get("a"), Some(&1));
        assert_eq!(recent.peek("b"), Some(&2));
        recent.get_or_insert_mut("c", || 3);
        assert_eq!((recent.peek("a"), recent.peek("b")), (Some(&1), None));
        *recent.get_or_insert_mut("c", || 4) += 1;
        assert_eq!((recent.len(), recent.remove("c")), (2, Some(4)));
        recent.clear();
        assert_eq!(recent.len(), 0);
    }
}
