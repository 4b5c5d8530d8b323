use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use vault_sessions::CreateSession;

use super::{
    builder::SessionKeeperBuilder,
    flight::{Crew, Flight, Outcome},
    kept::Kept,
    key::Key,
    store::Store,
    time::{Clock, Now},
};
use crate::{
    client::Client, error::Error, session_response::SessionResponse, spans::in_callers_span,
    sync::lock,
};

/// Keeps one live session per app, consumer and body, and creates it when it is first asked for.
///
/// A backend that opens a session at every view of a page makes a call each time; with a keeper it
/// makes one per consumer and lifetime.
///
/// - **Two requests are the same** if app, consumer and every byte of the body are.
/// - **One call at a time per request**, however many callers wait for it. A caller that is cancelled
///   takes nothing from the others: the call goes on, and its session is kept. If it fails, all who
///   wait are given that one error; the next to ask tries anew.
/// - **Ahead of its end** a session is [replaced](SessionKeeperBuilder::refresh_ahead) while callers
///   are still given the old one, so that only the first caller ever waits. A replacement that fails
///   is tried again when the session is next asked for.
/// - **The token decides** how long a session lives: its `exp` by the time of day, and its lifetime
///   (`exp` less `iat`) by a clock that cannot be set, whichever is over first. So a session that has
///   expired is not handed out after the clock of the machine jumped back, nor if it differs from the
///   service's. A token whose claims cannot be read, or that is over at once by the machine's clock,
///   is given to those who wait for it and not kept.
/// - **Bounded**: beyond the [capacity](SessionKeeperBuilder::capacity) the session that was asked
///   for longest ago leaves.
///
/// Clones share the sessions. `Debug` shows no consumer and no token. Calls run as tasks of the
/// runtime that the first caller is on, so a keeper is best used from one runtime.
///
/// ```
/// # use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
/// # use bytes::Bytes;
/// # use http::Response;
/// # use http_body_util::Full;
/// use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession};
/// use vault_sessions_client::{Client, SessionKeeper};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let calls = Arc::new(AtomicUsize::new(0));
/// # let counted = Arc::clone(&calls);
/// # // {"consumer_id":"account:12345","application_id":"my-app","iat":0,"exp":253402300799}
/// # let service = tower::service_fn(move |_| {
/// #     counted.fetch_add(1, Ordering::Relaxed);
/// #     let token = "e30.eyJjb25zdW1lcl9pZCI6ImFjY291bnQ6MTIzNDUiLCJhcHBsaWNhdGlvbl9pZCI6Im15LWFwcCIsImlhdCI6MCwiZXhwIjoyNTM0MDIzMDA3OTl9.x";
/// #     let body = format!(r#"{{"data":{{"session_uri":"https://vault.apideck.com/session/{token}","session_token":"{token}"}}}}"#);
/// #     async { Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from(body)))) }
/// # });
/// let client = Client::builder().api_key(ApiKey::new("secret")?);
/// # let client = client.transport(service);
/// let keeper = SessionKeeper::new(client.build()?);
///
/// let request = CreateSession::builder()
///     .app_id(const { AppId::from_static("my-app") })
///     .consumer_id(ConsumerId::new("account:12345")?)
///     .build();
/// let first = keeper.current(&request).await?;
/// let again = keeper.current(&request).await?; // no second call
/// assert_eq!(first.token(), again.token());
/// # assert_eq!(calls.load(Ordering::Relaxed), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SessionKeeper(Arc<Shared>);

pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) clock: Clock,
    pub(super) refresh_ahead: Duration,
    pub(super) min_remaining: Duration,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    store: Store,
    /// As many as there are calls under way.
    flights: HashMap<Arc<Key>, Flight>,
    flights_so_far: u64,
}

impl SessionKeeper {
    /// A keeper with the defaults of [`SessionKeeperBuilder`].
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self::builder(client).build()
    }

    /// Configures a keeper that creates sessions with `client`.
    pub fn builder(client: Client) -> SessionKeeperBuilder {
        SessionKeeperBuilder::new(client)
    }

    pub(super) fn with(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// The session that is kept for a request, or a new one.
    ///
    /// What is handed out has more than
    /// [`min_remaining`](SessionKeeperBuilder::min_remaining) left, unless it is new and was shorter
    /// from the start.
    ///
    /// # Errors
    ///
    /// There was no session to hand out and the call for a new one failed. Everyone who waited for
    /// that call has the same error.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, in one whose timer is not enabled, or if a transport or layer of
    /// the client panicked during the call.
    pub async fn current(
        &self,
        request: &CreateSession,
    ) -> Result<Arc<SessionResponse>, Arc<Error>> {
        let key = Arc::new(Key::of(request));
        loop {
            let flight = match self.look_up(&key, request) {
                Found::Kept(created) => return Ok(created),
                Found::UnderWay(flight) => flight,
            };
            match flight.landing().await {
                Some(Err(error)) => return Err(error),
                // A waiter that is polled late may be told of a session that is over by now.
                Some(Ok(kept)) if !kept.has_ended(self.0.now()) => return Ok(kept.created()),
                Some(Ok(_)) | None => {}
            }
        }
    }

    /// Makes the next caller wait for a new session, as when the service refused the token of the one
    /// that is kept. A call that is under way goes on for those who wait for it.
    pub fn forget(&self, request: &CreateSession) {
        let key = Key::of(request);
        let mut state = self.0.state();
        state.store.remove(&key);
        state.flights.remove(&key);
    }

    /// Forgets every session.
    pub fn clear(&self) {
        let mut state = self.0.state();
        state.store.clear();
        state.flights.clear();
    }

    /// How many sessions are kept, those that have expired since they were last asked for included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.state().store.len()
    }

    /// Whether no session is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn look_up(&self, key: &Arc<Key>, request: &CreateSession) -> Found {
        let now = self.0.now();
        let mut state = self.0.state();
        let kept = state.store.ask_for(key);
        let kept = kept.filter(|kept| kept.remaining(now) > self.0.min_remaining);
        let created = match kept {
            Some(kept) if kept.is_due(self.0.refresh_ahead, now) => Some(kept.created()),
            Some(kept) => return Found::Kept(kept.created()),
            None => None,
        };
        let (flight, crew) = state.board(key, &self.0);
        drop(state);
        if let Some(crew) = crew {
            let request = request.clone();
            let shared = Arc::clone(&self.0);
            // A task of its own, so that it outlives the caller that happened to be first.
            let call = async move { crew.land(shared.create(&request).await) };
            tokio::spawn(in_callers_span(call));
        }
        created.map_or(Found::UnderWay(flight), Found::Kept)
    }
}

enum Found {
    Kept(Arc<SessionResponse>),
    UnderWay(Flight),
}

impl Shared {
    pub(super) fn end_flight(&self, key: &Arc<Key>, number: u64, kept: Option<&Kept>) {
        let now = kept.map(|_| self.now());
        let mut state = self.state();
        let is_current = |flight: &Flight| flight.number == number;
        if !state.flights.get(key).is_some_and(is_current) {
            return;
        }
        state.flights.remove(key);
        if let (Some(kept), Some(now)) = (kept, now)
            && kept.remaining(now) > self.min_remaining
        {
            state.store.insert(Arc::clone(key), kept.clone());
        }
    }

    async fn create(&self, request: &CreateSession) -> Outcome {
        let asked_at = self.now();
        let created = self.client.create_session(request).await?;
        Ok(Kept::new(created, asked_at, self.now()))
    }

    fn now(&self) -> Now {
        Now::on(&self.clock)
    }

    /// Nothing of the user's and no task runs or ends under this lock.
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            store: Store::new(capacity),
            flights: HashMap::new(),
            flights_so_far: 0,
        }
    }

    /// The call that is under way for a key. If there was none, somebody must make it.
    fn board(&mut self, key: &Arc<Key>, shared: &Arc<Shared>) -> (Flight, Option<Crew>) {
        if let Some(flight) = self.flights.get(key) {
            return (flight.clone(), None);
        }
        let number = self.flights_so_far;
        self.flights_so_far += 1;
        let (flight, crew) = Flight::announce(number, Arc::clone(key), Arc::clone(shared));
        self.flights.insert(Arc::clone(key), flight.clone());
        (flight, Some(crew))
    }
}

impl fmt::Debug for SessionKeeper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionKeeper")
            .field("client", &self.0.client)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
