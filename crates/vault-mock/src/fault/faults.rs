use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use http::{Method, request::Parts};

use super::{attempts::Attempts, behaviour::Behaviour, draw::Drawn, scope::Scope};
use crate::{
    api, argument::BehaviourArgument, identity::Head, journal::Journal, sync, tenure::Tenure,
};

/// What goes wrong with the mock's answers, and for whom; nothing by default.
///
/// Got from [`Vault::faults`](crate::Vault::faults). `GET /health`, the paths below
/// `/__vault_mock/` and what a page loads by itself never fail, and CORS preflights only where a
/// [`Scope`] names OPTIONS.
#[derive(Debug, Default)]
pub struct Faults {
    /// Spares the lock while nothing is injected.
    active: AtomicBool,
    state: Mutex<State>,
    /// That of the requests which meet them.
    journal: Option<Journal>,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<Entry>,
    attempts: Attempts,
    /// How many were injected up to now.
    injected: u64,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    scope: Scope,
    behaviour: Behaviour,
    /// Ends with the entry, and ends what the entry holds.
    tenure: Tenure,
}

impl Faults {
    pub(crate) fn of(journal: &Journal) -> Self {
        Self {
            journal: Some(journal.clone()),
            ..Self::default()
        }
    }

    /// Lets everybody's requests meet these faults from now on, instead of what was injected for
    /// everybody before.
    pub fn inject(&self, behaviour: impl BehaviourArgument) {
        self.inject_for(Scope::everybody(), behaviour);
    }

    /// Lets the requests of a scope meet these faults from now on, instead of what was injected for
    /// the same scope before.
    ///
    /// Each request is compared with all scopes: over HTTP there may be 1,000, in Rust as many as the
    /// test wants.
    ///
    /// # Panics
    ///
    /// No request of the scope's app arrives here: it has a mock of its own, or this is that of another
    /// app.
    #[track_caller]
    pub fn inject_for(&self, scope: Scope, behaviour: impl BehaviourArgument) {
        self.assert_meets(&scope);
        self.set(scope, behaviour.into());
    }

    pub(crate) fn set(&self, scope: Scope, behaviour: Behaviour) {
        self.change(|state| {
            state.entries.retain(|entry| entry.scope != scope);
            state.injected += 1;
            state.entries.push(Entry {
                number: state.injected,
                scope,
                behaviour,
                tenure: Tenure::default(),
            });
        });
    }

    /// Ends all faults, and the requests that they hold.
    pub fn clear(&self) {
        self.change(|state| state.entries.clear());
    }

    /// Ends the faults of a scope, and the requests that they hold.
    ///
    /// # Panics
    ///
    /// As [`inject_for`](Self::inject_for).
    #[track_caller]
    pub fn clear_for(&self, scope: &Scope) {
        self.assert_meets(scope);
        self.unset(scope);
    }

    pub(crate) fn unset(&self, scope: &Scope) {
        self.change(|state| state.entries.retain(|entry| entry.scope != *scope));
    }

    #[track_caller]
    fn assert_meets(&self, scope: &Scope) {
        if let Some(journal) = &self.journal {
            journal.assert_sees(scope.app_id());
        }
    }

    /// What is injected at present, in the order of injection.
    #[must_use]
    pub fn injected(&self) -> Vec<(Scope, Behaviour)> {
        self.change(|state| {
            let both = |entry: &Entry| (entry.scope.clone(), entry.behaviour.clone());
            state.entries.iter().map(both).collect()
        })
    }

    /// Counts a request, and says what goes wrong with it.
    pub(crate) fn next(&self, head: &Head) -> Option<Drawn> {
        if !self.active.load(Ordering::Acquire) || is_spared(&head.parts) {
            return None;
        }
        let parts = &head.parts;
        let is_page = parts.uri.path().starts_with(PAGE);
        let (app, consumer) = (head.identity.app_text(), head.identity.consumer_text());
        self.change(|state| {
            let is_preflight = api::is_preflight(&parts.method, &parts.headers);
            let fitting = state.entries.iter().filter_map(|entry| {
                if is_preflight && entry.scope.method() != Some(&Method::OPTIONS) {
                    return None;
                }
                let narrowness = entry.scope.fits(app, consumer, &parts.method)?;
                let is_anybodys = scope_is_anybodys(&entry.scope);
                (!is_page || is_anybodys).then_some((narrowness, entry))
            });
            let (_, entry) = fitting.max_by_key(|(narrowness, _)| *narrowness)?;
            let attempt = state.attempts.count(entry.number, app, consumer);
            let drawn = entry.behaviour.draw(app, consumer, attempt)?;
            Some(drawn.held_by(entry.tenure.lease()))
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = sync::lock(&self.state);
        let changed = change(&mut state);
        let is_active = !state.entries.is_empty();
        self.active.store(is_active, Ordering::Release);
        changed
    }
}

/// Pages of sessions meet only what is injected for everybody: a fault for their consumer, which their
/// own corner may inject, is for the calls of the consumer's app.
const PAGE: &str = "/session/";

fn scope_is_anybodys(scope: &Scope) -> bool {
    scope.app_id().is_none() && scope.consumer_id().is_none()
}

/// Whether nothing counts, limits or spoils a request: those of the mock's operator, who must see a
/// mock that fails on purpose, and those that a page makes by itself.
pub(crate) fn is_spared(parts: &Parts) -> bool {
    #[cfg(feature = "page")]
    if crate::page::is_background(parts) {
        return true;
    }
    is_for_operator(parts.uri.path())
}

pub(crate) fn is_for_operator(path: &str) -> bool {
    path == "/health" || path.starts_with("/__vault_mock/")
}
