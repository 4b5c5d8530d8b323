use std::{
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use super::{
    session_keeper::{KeeperInner, KeeperState, SessionKeeper},
    time::{Clock, system},
};
use crate::client::Client;

/// Configures a [`SessionKeeper`]; every setting has a default.
#[must_use = "a builder does nothing until it is built"]
pub struct SessionKeeperBuilder {
    client: Client,
    /// Sessions.
    capacity: usize,
    refresh_ahead: Duration,
    min_remaining: Duration,
    clock: Clock,
}

impl SessionKeeperBuilder {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            capacity: 1000,
            refresh_ahead: Duration::from_secs(5 * 60),
            min_remaining: Duration::from_secs(60),
            clock: system(),
        }
    }

    /// How many sessions are kept at most, at some 5 kB each. Default: 1,000. Beyond it the session
    /// that was asked for longest ago leaves. With 0 none is kept, and only calls at the same time
    /// share one.
    pub fn capacity(mut self, sessions: usize) -> Self {
        self.capacity = sessions;
        self
    }

    /// When this much or less is left of a session, the next to ask for it is still given it and a
    /// new one is created meanwhile. Default: 5 minutes, and never more than half of the session's
    /// lifetime. Callers wait for each new session if it is not more than
    /// [`min_remaining`](Self::min_remaining).
    pub fn refresh_ahead(mut self, length: Duration) -> Self {
        self.refresh_ahead = length;
        self
    }

    /// A kept session is handed out only while more than this is left of it: the time that a consumer
    /// has on the page at least. Default: 60 seconds. A session that is not longer than this is
    /// never kept.
    pub fn min_remaining(mut self, length: Duration) -> Self {
        self.min_remaining = length;
        self
    }

    /// Tells the time of day, which a token's `exp` is compared with. Default: the system's.
    ///
    /// In a test with `vault-mock` it is the mock's: `.clock(move || clock.now())`. Besides, a keeper
    /// measures by tokio's clock how long it has had a session; a test can pause that one.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes the keeper, without any session.
    #[must_use]
    pub fn build(self) -> SessionKeeper {
        SessionKeeper::with(KeeperInner {
            client: self.client,
            clock: self.clock,
            refresh_ahead: self.refresh_ahead,
            min_remaining: self.min_remaining,
            state: Mutex::new(KeeperState::new(self.capacity)),
        })
    }
}

impl fmt::Debug for SessionKeeperBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionKeeperBuilder")
            .field("client", &self.client)
            .field("capacity", &self.capacity)
            .field("refresh_ahead", &self.refresh_ahead)
            .field("min_remaining", &self.min_remaining)
            .finish_non_exhaustive()
    }
}
