use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use lru::LruCache;
use tokio::runtime;
use vault_sessions::CreateSession;

use super::{
    builder::SessionKeeperBuilder,
    kept::Kept,
    pending::{Outcome, Pending, PendingKey, RequestKey, Waited, Waiters},
    refresh::Refresh,
    time::{Clock, Now},
};
use crate::{
    client::{Client, current_runtime},
    error::{Error, ErrorKind, Phase},
    now::now,
    session_response::SessionResponse,
    spans::in_callers_span,
    sync::lock,
};

/// Keeps one live session per app, consumer and body, and creates it when it is first asked for.
///
/// A [`Client`] makes a call for every session. A backend that needs one at every page view can use a
/// keeper instead: it makes one call per consumer and session lifetime.
///
/// - **Two requests are the same** if app, consumer and every byte of the body are.
/// - **One call at a time per request**, however many callers wait for it. If a caller is cancelled, the
///   call goes on for the others, and its session is kept. If the call fails, everyone who waits gets the
///   same error, and the next caller tries again.
/// - **Every caller has its own total timeout**, measured from its own start. If a caller joins a call
///   late and that call times out, the caller joins the next one.
/// - **Early renewal**: a session is [replaced](SessionKeeperBuilder::refresh_ahead) before it expires,
///   while callers still get the old one, so that only the first caller ever waits. If renewal fails, the
///   next request for the session tries again after a pause, which doubles with each failure from one
///   second to sixty, and is no shorter than `Retry-After` asks for. One that cannot be read counts as
///   sixty seconds.
/// - **The token decides** how long a session lives. Its `exp` is compared with the time of day, and its
///   lifetime (`exp` less `iat`) with a monotonic clock; whichever ends first counts. So an expired
///   session is not returned even if the machine's clock jumps back or differs from the service's. If the
///   claims cannot be read, or the token has already expired by the machine's clock, the waiting callers
///   get the session, but it is not kept.
/// - **Bounded**: beyond the [capacity](SessionKeeperBuilder::capacity), the least recently used session
///   is dropped.
///
/// Clones share the sessions. `Debug` shows no consumer and no token.
///
/// A keeper can be used from several runtimes. A call runs as a task on the runtime of its first caller,
/// and only callers on that runtime wait for it: others could wait for ever if that runtime is not
/// driven. Two runtimes that need a new session at the same moment therefore make one call each.
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
pub struct SessionKeeper(Arc<KeeperInner>);

pub(super) struct KeeperInner {
    pub(super) client: Client,
    pub(super) clock: Clock,
    pub(super) refresh_ahead: Duration,
    pub(super) min_remaining: Duration,
    pub(super) state: Mutex<KeeperState>,
}

pub(super) struct KeeperState {
    /// Sessions.
    capacity: usize,
    sessions: LruCache<Arc<RequestKey>, (Kept, Refresh)>,
    /// As many as there are calls under way.
    pending: HashMap<PendingKey, Pending>,
    calls_so_far: u64,
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

    pub(super) fn with(inner: KeeperInner) -> Self {
        Self(Arc::new(inner))
    }

    /// The session that is kept for a request, or a new one.
    ///
    /// The session has more than [`min_remaining`](SessionKeeperBuilder::min_remaining) left, unless its
    /// whole lifetime is shorter than that.
    ///
    /// # Errors
    ///
    /// No session was kept, and the call for a new one failed or took longer than this caller's total
    /// timeout. Everyone who waited for the same failed call gets the same error.
    ///
    /// # Panics
    ///
    /// There is no tokio runtime, its timer is not enabled, or a transport, layer or key source of the
    /// client, or the keeper's clock, panicked during the call.
    pub async fn current(
        &self,
        request: &CreateSession,
    ) -> Result<Arc<SessionResponse>, Arc<Error>> {
        let key = Arc::new(RequestKey::of(request));
        let total = self.0.client.total_timeout();
        let mut deadline = now() + total;
        // A caller that comes first waits for its call, which has the same timeout and knows more when it
        // ends. Later calls have time of their own, which is not that of the caller.
        let mut limit = None;
        loop {
            let runtime = current_runtime().id();
            let (pending, is_first) = match self.look_up(runtime, &key, request) {
                Found::Kept(created) => return Ok(created),
                Found::Pending(pending, is_first) => (pending, is_first),
            };
            if !is_first {
                limit = Some(deadline);
            }
            match pending.wait(runtime, limit).await {
                Waited::Ended(Ok(kept)) if kept.is_fit(self.0.min_remaining, self.0.now()) => {
                    return Ok(kept.created());
                }
                Waited::Ended(Err(error)) if is_first || !error.is_total_timeout() => {
                    return Err(error);
                }
                Waited::TimedOut => {
                    let timed_out = ErrorKind::Timeout(Phase::Total(total), None);
                    return Err(Arc::new(self.0.client.fail(timed_out, 1)));
                }
                Waited::Dropped if is_first => {
                    let shut_down = "the runtime of the call is shutting down";
                    let shut_down = ErrorKind::NotSent(shut_down.into());
                    return Err(Arc::new(self.0.client.fail(shut_down, 1)));
                }
                // Polled too late, or the call ended for reasons of its own: a new one is made.
                Waited::Ended(_) | Waited::Dropped => {}
                // Two runtimes may have clocks of their own, if they are paused.
                Waited::Moved => deadline = deadline.min(now() + total),
            }
            limit = Some(deadline);
        }
    }

    /// Forgets the session of a request, so that the next caller waits for a new one. Use it when the
    /// service refuses the kept token. A call in flight goes on for those who wait for it.
    pub fn forget(&self, request: &CreateSession) {
        let key = RequestKey::of(request);
        let mut state = self.0.state();
        state.sessions.pop(&key);
        state.pending.retain(|(_, pending), _| **pending != key);
    }

    /// Forgets every session.
    pub fn clear(&self) {
        let mut state = self.0.state();
        state.sessions.clear();
        state.pending.clear();
    }

    /// How many sessions are kept, including those that have expired since their last use.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.state().sessions.len()
    }

    /// Whether no session is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn look_up(
        &self,
        runtime: runtime::Id,
        key: &Arc<RequestKey>,
        request: &CreateSession,
    ) -> Found {
        let now = self.0.now();
        let mut state = self.0.state();
        let kept = match state.sessions.get_mut(key) {
            Some((kept, refresh)) if kept.remaining(now) > self.0.min_remaining => {
                let created = kept.created();
                let is_due = kept.is_due(self.0.refresh_ahead, now);
                if !is_due || !refresh.may_begin(now.monotonic) {
                    return Found::Kept(created);
                }
                refresh.begin(now.monotonic, self.0.client.total_timeout());
                Some(created)
            }
            _ => None,
        };
        let (pending, waiters) = state.join((runtime, Arc::clone(key)), &self.0);
        drop(state);
        let is_first = waiters.is_some();
        if let Some(waiters) = waiters {
            let request = request.clone();
            let keeper = Arc::clone(&self.0);
            // A task of its own, so that it outlives the caller that happened to be first.
            let call = async move { waiters.tell(keeper.create(&request).await) };
            tokio::spawn(in_callers_span(call));
        }
        kept.map_or(Found::Pending(pending, is_first), Found::Kept)
    }
}

enum Found {
    Kept(Arc<SessionResponse>),
    /// With whether the caller began it.
    Pending(Pending, bool),
}

impl KeeperInner {
    /// Records the outcome of a call, if it has one.
    pub(super) fn end_call(&self, key: &PendingKey, number: u64, outcome: Option<&Outcome>) {
        // Without an outcome, this is part of a panic or of a shutdown: no time to call the user's clock.
        let outcome = outcome.map(|outcome| (outcome, self.now()));
        let mut state = self.state();
        let is_current = |pending: &Pending| pending.number == number;
        if !state.pending.get(key).is_some_and(is_current) {
            return;
        }
        state.pending.remove(key);
        match outcome {
            Some((Ok(kept), now)) => {
                if kept.remaining(now) > self.min_remaining {
                    state.keep(Arc::clone(&key.1), kept.clone());
                }
            }
            Some((Err(error), now)) => {
                if let Some((_, refresh)) = state.sessions.peek_mut(&key.1) {
                    refresh.failed(now.monotonic, error.asked_to_wait());
                }
            }
            None => {
                if let Some((_, refresh)) = state.sessions.peek_mut(&key.1) {
                    refresh.dropped();
                }
            }
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

    /// Under this lock no code of the user's runs, and no task runs or ends.
    fn state(&self) -> MutexGuard<'_, KeeperState> {
        lock(&self.state)
    }
}

impl KeeperState {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            // Not `LruCache::new`, which takes the memory for all of its capacity at once.
            sessions: LruCache::unbounded(),
            pending: HashMap::new(),
            calls_so_far: 0,
        }
    }

    fn keep(&mut self, key: Arc<RequestKey>, kept: Kept) {
        self.sessions.put(key, (kept, Refresh::default()));
        while self.sessions.len() > self.capacity {
            self.sessions.pop_lru();
        }
    }

    /// The call that is under way for a key. If there was none, the caller must make it.
    fn join(&mut self, key: PendingKey, keeper: &Arc<KeeperInner>) -> (Pending, Option<Waiters>) {
        if let Some(pending) = self.pending.get(&key) {
            return (pending.clone(), None);
        }
        let number = self.calls_so_far;
        self.calls_so_far += 1;
        let (pending, waiters) = Pending::new(number, key.clone(), Arc::clone(keeper));
        self.pending.insert(key, pending.clone());
        (pending, Some(waiters))
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
