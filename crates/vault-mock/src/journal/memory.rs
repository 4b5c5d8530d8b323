use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Bytes that the requests of one journal may take together: a few huge bodies must not fill the
/// memory.
pub(super) const OWN: usize = 32 * 1024 * 1024;

/// Bytes that those of all journals of a server may take together.
const ALL: usize = 64 * 1024 * 1024;

/// What a journal has in any case, however much the others take.
const LEAST: usize = 1024 * 1024;

/// Bytes that the requests of a journal take, and those of all journals of its server.
#[derive(Debug, Default)]
pub(super) struct Memory {
    own: usize,
    all: Arc<AtomicUsize>,
}

impl Memory {
    /// Counts together with another journal from now on.
    pub(super) fn join(&mut self, other: &Self) {
        let own = self.own;
        self.clear();
        self.all = Arc::clone(&other.all);
        self.change(0, own);
    }

    /// What took `before` bytes takes `after` now.
    pub(super) fn change(&mut self, before: usize, after: usize) {
        self.own = self.own - before + after;
        self.all.fetch_add(after, Ordering::Relaxed);
        self.all.fetch_sub(before, Ordering::Relaxed);
    }

    pub(super) fn clear(&mut self) {
        self.change(self.own, 0);
    }

    /// Whether the journal has to make room.
    pub(super) fn is_exceeded(&self) -> bool {
        self.own > OWN || (self.own > LEAST && self.all.load(Ordering::Relaxed) > ALL)
    }

    #[cfg(test)]
    pub(super) fn own(&self) -> usize {
        self.own
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journals_of_a_server_share_what_there_is() {
        let mut journals: Vec<Memory> = (0..4).map(|_| Memory::default()).collect();
        let (first, others) = journals.split_first_mut().unwrap();
        for other in others {
            other.change(0, 7);
            other.join(first);
            other.change(7, 0);
        }
        for journal in &mut journals {
            journal.change(0, OWN / 2);
            assert!(!journal.is_exceeded());
        }
        journals[0].change(0, OWN / 2);
        assert!(journals[0].is_exceeded() && journals[3].is_exceeded());
        journals[0].clear();
        assert!(!journals[0].is_exceeded() && !journals[3].is_exceeded());
        journals[1].change(OWN / 2, LEAST);
        journals[2].change(0, ALL);
        assert!(!journals[1].is_exceeded() && journals[2].is_exceeded());
        drop(journals.remove(2));
        assert!(!journals[2].is_exceeded());
        let all = journals[0].all.load(Ordering::Relaxed);
        assert_eq!(all, journals.iter().map(Memory::own).sum::<usize>());
    }
}
