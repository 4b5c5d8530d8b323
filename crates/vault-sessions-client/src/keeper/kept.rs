use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use super::time::Now;
use crate::session_response::SessionResponse;

/// A session, and how long it can be handed out.
#[derive(Clone)]
pub(super) struct Kept {
    created: Arc<SessionResponse>,
    /// Absent if the token does not say, or had expired when it arrived.
    term: Option<Term>,
}

/// The end of a session on two clocks, of which the earlier one counts.
///
/// The clock on the wall can be set back and would then make an old session look new; the monotonic
/// one may stand still while the machine sleeps. A wall clock that differs from the service's makes
/// `exp` look near or far; the lifetime is the difference of two instants of the service.
#[derive(Clone, Copy)]
struct Term {
    /// `exp`, as the token has it.
    expires_at: SystemTime,
    /// The token's lifetime after the request was sent.
    ends_at: Instant,
    lifetime: Duration,
    /// What was left when the session came.
    at_first: Duration,
}

impl Kept {
    /// For a session that was asked for at `asked_at` and arrives `now`.
    pub(super) fn new(created: SessionResponse, asked_at: Now, now: Now) -> Self {
        let term = Term::of(&created, asked_at.monotonic, now);
        Self {
            created: Arc::new(created),
            term: term.filter(|term| !term.at_first.is_zero()),
        }
    }

    pub(super) fn created(&self) -> Arc<SessionResponse> {
        Arc::clone(&self.created)
    }

    /// What is left of the session; zero if that is not known.
    pub(super) fn remaining(&self, now: Now) -> Duration {
        self.term.map_or(Duration::ZERO, |term| term.remaining(now))
    }

    /// Whether it is time to make a new session: `ahead` of the end or, for a short one, at half its
    /// lifetime.
    pub(super) fn is_due(&self, ahead: Duration, now: Now) -> bool {
        self.term
            .is_none_or(|term| term.remaining(now) <= ahead.min(term.lifetime / 2))
    }

    /// Whether somebody who waited for the session can be given it: more than `least` is left of it, or
    /// there was never more than that, and it has not expired.
    pub(super) fn is_fit(&self, least: Duration, now: Now) -> bool {
        self.term.is_none_or(|term| {
            let remaining = term.remaining(now);
            remaining > least || (term.at_first <= least && !remaining.is_zero())
        })
    }
}

impl Term {
    fn of(created: &SessionResponse, asked_at: Instant, now: Now) -> Option<Self> {
        let claims = created.token().claims().ok()?;
        let lifetime = claims.lifetime();
        let mut term = Self {
            expires_at: claims.expires_at(),
            ends_at: asked_at.checked_add(lifetime)?,
            lifetime,
            at_first: Duration::ZERO,
        };
        term.at_first = term.remaining(now);
        Some(term)
    }

    fn remaining(&self, now: Now) -> Duration {
        let on_the_wall = self.expires_at.duration_since(now.wall).unwrap_or_default();
        on_the_wall.min(self.ends_at.saturating_duration_since(now.monotonic))
    }
}
