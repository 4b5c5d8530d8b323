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

    /// The most sessions that are kept, at about 5 kB each. Default: 1,000. Beyond that, the least
    /// recently used session is dropped. With 0 none is kept, and only concurrent callers share one.
    pub fn capacity(mut self, sessions: usize) -> Self {
        self.capacity = sessions;
        self
    }

    /// How long before its end a session is renewed. From then on, the next caller still gets the old
    /// session while a new one is created. Default: 5 minutes, and never more than half of the session's
    /// lifetime. It must be longer than [`min_remaining`](Self::min_remaining); otherwise callers wait
    /// for each new session.
    pub fn refresh_ahead(mut self, length: Duration) -> Self {
        self.refresh_ahead = length;
        self
    }

    /// The least time that a kept session must have left to be returned, so that the consumer has at
    /// least that long on the page. Default: 60 seconds. A session that lives no longer than that in
    /// all is never kept.
    pub fn min_remaining(mut self, length: Duration) -> Self {
        self.min_remaining = length;
        self
    }

    /// The time of day, which a token's `exp` is compared with. Default: the system's.
    ///
    /// In a test with `vault-mock`, pass the mock's: `.clock(move || clock.now())`. A keeper also measures
    /// in tokio's time how long it has had a session; a test can pause that.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes an empty keeper.
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
