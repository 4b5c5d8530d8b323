use std::{
    collections::VecDeque,
    fmt, mem,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::{Duration, SystemTime},
};

use tokio::{runtime, sync::Notify, time::timeout};

use super::{
    expects::Expected,
    memory::Memory,
    place::Place,
    recorded::{End, Recorded},
};
use crate::{
    identity::Head,
    sync,
    tenure::{Lease, Tenure},
    trace,
};

/// The latest requests to the mock and what became of them, the oldest first.
///
/// The journal holds a limited number of requests, and at most 32 MiB, those of all tenants of a server
/// together at most 64 MiB and 1 MiB for each, so that a mock that runs for long does not grow. When it is full, the oldest entry is removed and counted as
/// [`dropped`](Journal::dropped). A journal is a handle: clones show the same entries.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    place: Mutex<Place>,
    state: Mutex<State>,
    expected: Expected,
    /// Told of each change.
    changed: Notify,
}

#[derive(Default)]
struct State {
    capacity: usize,
    entries: VecDeque<Recorded>,
    /// Of entries that made room: the next ones are written into it, rather than that every request
    /// allocates what another thread has to free.
    spare: Vec<Arc<Vec<u8>>>,
    memory: Memory,
    recorded: u64,
    dropped: u64,
    in_flight: usize,
    /// The last request before the last reset: what becomes of it concerns nobody.
    reset_at: u64,
    tenure: Tenure,
}

impl Journal {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Arc::new(Inner {
            place: Mutex::default(),
            expected: Expected::default(),
            state: Mutex::new(State {
                capacity,
                ..State::default()
            }),
            changed: Notify::new(),
        }))
    }

    /// Keeps so many requests from now on.
    pub(crate) fn set_capacity(&self, capacity: usize) {
        let mut state = self.state();
        state.capacity = capacity;
        state.shrink();
    }

    /// The requests that are still in the journal.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.state().entries.iter().cloned().collect()
    }

    /// The latest request.
    #[must_use]
    pub fn last(&self) -> Option<Recorded> {
        self.state().entries.back().cloned()
    }

    /// How many requests are in the journal.
    #[must_use]
    pub fn len(&self) -> usize {
        self.state().entries.len()
    }

    /// Whether no request is in the journal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many requests were dropped to make room for later ones.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.state().dropped
    }

    /// How many requests have begun to arrive and are not answered yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.state().in_flight
    }

    /// Removes every request, and resets the count of dropped ones. Expectations stay.
    pub fn clear(&self) {
        let mut state = self.state();
        state.memory.clear();
        *state = State {
            capacity: state.capacity,
            recorded: state.recorded,
            reset_at: state.reset_at,
            in_flight: state.in_flight,
            tenure: mem::take(&mut state.tenure),
            memory: mem::take(&mut state.memory),
            ..State::default()
        };
    }

    /// Records a request whose head has arrived. Returns its number, and until when it may be held.
    pub(crate) fn arrive(&self, head: &Head, at: SystemTime) -> (u64, Lease) {
        let mut state = self.state();
        state.recorded += 1;
        state.in_flight += 1;
        let number = state.recorded;
        let spare = state.spare.pop().unwrap_or_default();
        let entry = Recorded::of(head, number, at, spare);
        state.memory.change(0, entry.memory());
        state.entries.push_back(entry);
        state.shrink();
        let lease = state.tenure.lease();
        drop(state);
        self.tell();
        (number, lease)
    }

    /// Changes an entry, unless it made room or was cleared.
    pub(crate) fn change(&self, number: u64, change: impl FnOnce(&mut Recorded)) {
        self.state().change(number, change);
    }

    /// Says how a request has ended, after a last `change`, and returns its entry if it is still there
    /// and somebody listens.
    pub(crate) fn end(
        &self,
        number: u64,
        end: End,
        change: impl FnOnce(&mut Recorded),
    ) -> Option<Recorded> {
        // Whoever listens may look at the journal: it is not asked while that is locked.
        let is_listened_to = trace::is_listened_to();
        let mut state = self.state();
        let ended = state.change(number, |entry| {
            change(entry);
            entry.end(end);
            is_listened_to.then(|| entry.clone())
        });
        if number > state.reset_at {
            state.in_flight -= 1;
        }
        drop(state);
        self.tell();
        ended.flatten()
    }

    /// Shares with another journal what there is of memory.
    pub(super) fn share_memory(&self, other: &Self) {
        // Never both locks at once: two journals may share with each other.
        let mut joined = Memory::default();
        joined.join(&other.state().memory);
        self.state().memory.join(&joined);
    }

    /// Until when a request may be held.
    pub(crate) fn lease(&self) -> Lease {
        self.state().tenure.lease()
    }

    /// Ends what is in flight.
    pub(crate) fn end_all(&self) {
        self.state().tenure = Tenure::default();
    }

    /// Ends what is in flight, and forgets it with all the rest.
    pub(crate) fn reset(&self) {
        self.end_all();
        self.clear();
        let mut state = self.state();
        state.in_flight = 0;
        state.reset_at = state.recorded;
        drop(state);
        self.tell();
    }

    /// Waits for a condition on the journal, at most as long as `limit` on tokio's clock; `false`
    /// when the time is over.
    pub(crate) async fn until(&self, limit: Duration, is_met: impl Fn(&Self) -> bool) -> bool {
        if is_met(self) {
            return true;
        }
        let met = async {
            loop {
                let mut changed = pin!(self.0.changed.notified());
                changed.as_mut().enable();
                if is_met(self) {
                    return;
                }
                changed.await;
            }
        };
        timeout(limit, met).await.is_ok()
    }

    /// As [`until`](Self::until), blocking the thread, whether it is in a runtime or not.
    pub(crate) fn until_blocking(
        &self,
        limit: Duration,
        is_met: impl Fn(&Self) -> bool + Send,
    ) -> bool {
        if is_met(self) {
            return true;
        }
        // A runtime inside a runtime panics, hence the thread.
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let runtime = runtime::Builder::new_current_thread().enable_time().build();
                runtime.is_ok_and(|runtime| runtime.block_on(self.until(limit, is_met)))
            });
            waiting.join().unwrap_or(false)
        })
    }

    pub(super) fn expected(&self) -> &Expected {
        &self.0.expected
    }

    pub(super) fn place(&self) -> MutexGuard<'_, Place> {
        sync::lock(&self.0.place)
    }

    fn tell(&self) {
        self.0.changed.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        sync::lock(&self.0.state)
    }
}

impl State {
    fn change<T>(&mut self, number: u64, change: impl FnOnce(&mut Recorded) -> T) -> Option<T> {
        let first = self.entries.front()?.number();
        let index = usize::try_from(number.checked_sub(first)?).ok()?;
        let entry = self.entries.get_mut(index)?;
        let before = entry.memory();
        let changed = change(entry);
        let after = entry.memory();
        self.memory.change(before, after);
        self.shrink();
        Some(changed)
    }

    fn shrink(&mut self) {
        while self.entries.len() > self.capacity
            || (self.entries.len() > 1 && self.memory.is_exceeded())
        {
            self.make_room();
        }
    }

    fn make_room(&mut self) {
        /// As many requests as are recorded at the same moment.
        const SPARE: usize = 8;
        let Some(oldest) = self.entries.pop_front() else {
            return;
        };
        self.dropped += 1;
        self.memory.change(oldest.memory(), 0);
        if self.spare.len() < SPARE {
            self.spare.extend(oldest.texts.reclaim());
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        formatter
            .debug_struct("Journal")
            .field("entries", &state.entries.len())
            .field("dropped", &state.dropped)
            .field("in_flight", &state.in_flight)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Request, Response};

    use super::{super::memory::OWN, *};

    fn record(journal: &Journal, path: &str, body: &[u8]) {
        let (parts, ()) = Request::get(path).body(()).unwrap().into_parts();
        let (number, _) = journal.arrive(&Head::from(parts), SystemTime::UNIX_EPOCH);
        let answer = Response::new(Bytes::new());
        journal.end(number, End::Answered, |entry| {
            entry.complete(body, &answer, None);
        });
    }

    fn paths(journal: &Journal) -> Vec<String> {
        let entries = journal.requests().into_iter();
        entries.map(|entry| entry.path().into_owned()).collect()
    }

    #[test]
    fn is_a_ring_that_counts_what_it_drops() {
        let journal = Journal::with_capacity(2);
        for path in ["/1", "/2", "/3"] {
            record(&journal, path, b"");
        }
        assert_eq!(paths(&journal), ["/2", "/3"]);
        assert_eq!(journal.dropped(), 1);
        assert_eq!(journal.last().unwrap().number(), 3);
        journal.clear();
        assert!(journal.is_empty());
        assert_eq!(journal.dropped(), 0);
    }

    #[test]
    fn a_small_entry_is_not_written_into_the_memory_of_a_large_one() {
        let journal = Journal::with_capacity(1);
        record(&journal, "/large", &[b' '; 10_000]);
        record(&journal, "/makes-room", b"");
        record(&journal, "/small", b"");
        let small = journal.state().entries.pop_back().unwrap();
        let memory = small.texts.reclaim().unwrap();
        assert!(memory.capacity() < 100, "{}", memory.capacity());
    }

    #[test]
    fn who_holds_an_entry_keeps_it_when_it_makes_room() {
        let journal = Journal::with_capacity(1);
        record(&journal, "/held", b"body");
        let held = journal.last().unwrap();
        for path in ["/1", "/2", "/3"] {
            record(&journal, path, b"other");
        }
        assert_eq!((&*held.path(), held.body()), ("/held", &b"body"[..]));
        assert_eq!(paths(&journal), ["/3"]);
    }

    #[test]
    fn huge_bodies_make_room_for_each_other() {
        let journal = Journal::with_capacity(1_000);
        let body = vec![b' '; OWN / 3];
        for path in ["/1", "/2", "/3", "/4"] {
            record(&journal, path, &body);
        }
        assert_eq!(paths(&journal), ["/3", "/4"]);
        record(&journal, "/5", &vec![b' '; 2 * OWN]);
        assert_eq!(paths(&journal), ["/5"]);
        assert_eq!(journal.dropped(), 4);
    }

    #[test]
    fn one_million_requests_take_the_memory_of_the_last() {
        let journal = Journal::with_capacity(10);
        for _ in 0..1_000_000 {
            record(&journal, "/x", b"0123456789");
        }
        let state = journal.state();
        let held: usize = state.entries.iter().map(Recorded::memory).sum();
        assert_eq!(state.memory.own(), held);
        assert!(held < 10 * (24 + size_of::<Recorded>() + 3), "{held}");
        assert!(
            state.entries.capacity() <= 16,
            "{}",
            state.entries.capacity()
        );
        assert_eq!(state.dropped, 999_990);
    }

    #[test]
    fn a_request_is_in_flight_until_it_has_ended() {
        let journal = Journal::with_capacity(1);
        let (parts, ()) = Request::get("/").body(()).unwrap().into_parts();
        let (number, _) = journal.arrive(&Head::from(parts), SystemTime::UNIX_EPOCH);
        journal.clear();
        assert_eq!(journal.in_flight(), 1);
        assert!(!journal.until_blocking(Duration::ZERO, |journal| journal.in_flight() == 0));
        journal.end(number, End::Answered, |_| {});
        assert!(journal.until_blocking(Duration::ZERO, |journal| journal.in_flight() == 0));
    }
}
