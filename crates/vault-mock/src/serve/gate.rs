use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    task::{AbortHandle, Id},
    time::Instant,
};

use super::line_state::LineState;
use crate::sync;

/// Bytes that the requests in flight may take together, by their heads, bodies and long answers.
const ROOM: usize = 64 * 1024 * 1024;

/// How long a request is held at least before its connection may be closed to make room for others.
const BUSY: Duration = Duration::from_secs(1);

/// What the connections of one server share: whether it still answers, the room for requests in
/// flight, and who has to leave when there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    is_closed: AtomicBool,
    taken: AtomicUsize,
    open: Mutex<HashMap<Id, Open>>,
    started: OnceLock<Instant>,
}

/// A connection that can be closed.
#[derive(Debug)]
struct Open {
    task: AbortHandle,
    state: Arc<LineState>,
}

/// There is no room for a request.
#[derive(Debug)]
pub(crate) struct NoRoom;

impl Gate {
    /// From here on nothing that is sent is read or recorded.
    pub(super) fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.0.is_closed.load(Ordering::Acquire)
    }

    pub(super) fn open(&self, task: AbortHandle, state: Arc<LineState>) {
        sync::lock(&self.0.open).insert(task.id(), Open { task, state });
    }

    pub(super) fn forget(&self, connection: Id) {
        sync::lock(&self.0.open).remove(&connection);
    }

    /// Closes the connection that has been idle for longest, or else the one that has been busy for
    /// longest.
    pub(super) fn make_room_for_a_connection(&self) {
        if !self.cut_longest(LineState::is_idle, Duration::ZERO) {
            self.make_room_for_a_request();
        }
    }

    /// Closes the connection that has been busy for longest.
    fn make_room_for_a_request(&self) {
        self.cut_longest(|state| !state.is_idle(), BUSY);
    }

    /// Closes of some connections the one that is as it is for longest, if for as long as `least`.
    fn cut_longest(&self, is_meant: impl Fn(&LineState) -> bool, least: Duration) -> bool {
        let now = self.now();
        let mut open = sync::lock(&self.0.open);
        let meant = open
            .values()
            .filter(|open| is_meant(&open.state) && open.state.since() + least <= now);
        let Some(longest) = meant.min_by_key(|open| open.state.since()) else {
            return false;
        };
        let id = longest.task.id();
        if let Some(Open { task, state }) = open.remove(&id) {
            state.cut();
            task.abort();
        }
        true
    }

    /// Real time, since it was first asked for.
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a connection is held has nothing to do with the mock's clock"
    )]
    pub(super) fn now(&self) -> Duration {
        let now = Instant::now();
        now.duration_since(*self.0.started.get_or_init(|| now))
    }
}

/// What a request takes of the room for all; it gives it back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    gate: Gate,
    bytes: usize,
}

impl Share {
    pub(crate) fn new(gate: &Gate) -> Self {
        let gate = gate.clone();
        Self { gate, bytes: 0 }
    }

    /// Takes so many bytes more. If there is no room for them, whoever has taken some for longest has
    /// to leave, for the benefit of the next one.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), NoRoom> {
        self.take_anyway(bytes);
        if self.gate.0.taken.load(Ordering::Relaxed) <= ROOM {
            return Ok(());
        }
        self.give_back(bytes);
        self.gate.make_room_for_a_request();
        Err(NoRoom)
    }

    /// Takes so many bytes more, whether there is room for them or not.
    pub(crate) fn take_anyway(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.gate.0.taken.fetch_add(bytes, Ordering::Relaxed);
    }

    fn give_back(&mut self, bytes: usize) {
        self.bytes -= bytes;
        self.gate.0.taken.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Gives back all that it has taken.
    pub(crate) fn clear(&mut self) {
        self.give_back(self.bytes);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use bytes::Bytes;
    use http::Request;
    use http_body_util::Full;
    use tokio::{
        task::{JoinHandle, yield_now},
        time::advance,
    };

    use super::*;

    fn open(gate: &Gate) -> (JoinHandle<()>, Arc<LineState>) {
        let (task, state) = (tokio::spawn(pending()), LineState::new(gate, None));
        gate.open(task.abort_handle(), Arc::clone(&state));
        (task, state)
    }

    async fn is_closed((task, state): &(JoinHandle<()>, Arc<LineState>)) -> bool {
        yield_now().await;
        assert_eq!(task.is_finished(), state.is_cut());
        task.is_finished()
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_idle_for_longest_leaves_first_then_who_is_busy_for_longest() {
        let gate = Gate::default();
        let request = Request::new(Full::<Bytes>::default());
        let [busy, idle, used, new] = [open(&gate), open(&gate), open(&gate), open(&gate)];
        let _held = busy.1.begin(&request);
        advance(Duration::from_millis(500)).await;
        drop(used.1.begin(&request));
        let mut held = new.1.begin(&request);

        gate.make_room_for_a_connection();
        assert!(is_closed(&idle).await && !is_closed(&used).await);
        gate.make_room_for_a_connection();
        assert!(is_closed(&used).await);
        // What takes no second is worth waiting for.
        gate.make_room_for_a_connection();
        assert!(!is_closed(&busy).await);
        advance(Duration::from_millis(500)).await;
        gate.make_room_for_a_connection();
        assert!(is_closed(&busy).await && !is_closed(&new).await);
        // Waiting for a client to leave is no idleness.
        held.wait();
        gate.make_room_for_a_connection();
        assert!(!is_closed(&new).await);
        advance(Duration::from_secs(1)).await;
        gate.make_room_for_a_connection();
        assert!(is_closed(&new).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_taken_comes_back_and_who_took_it_long_ago_leaves() {
        let gate = Gate::default();
        let holder = open(&gate);
        let _held = holder.1.begin(&Request::new(Full::<Bytes>::default()));
        let (mut one, mut other) = (Share::new(&gate), Share::new(&gate));
        one.take(ROOM).unwrap();
        other.take(1).unwrap_err();
        assert!(!is_closed(&holder).await);
        advance(BUSY).await;
        other.take(1).unwrap_err();
        assert!(is_closed(&holder).await);
        drop(one);
        other.take(ROOM).unwrap();
        other.clear();
        assert_eq!(gate.0.taken.load(Ordering::Relaxed), 0);
    }
}
