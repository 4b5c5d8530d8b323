use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use http::{Method, request::Parts};

use super::{attempts::Attempts, behaviour::Behaviour, draw::Drawn, scope::Scope};
use crate::{api, identity::Head, sync, tenure::Tenure};

/// What goes wrong with the mock's answers, and for whom; nothing by default.
///
/// Got from [`Vault::faults`](crate::Vault::faults). `GET /health`, the paths below
/// `/__vault_mock/` and what a page loads by itself never fail, and CORS preflights only where a
/// [`Scope`] names OPTIONS.
#[derive(Debug, Default)]
pub struct Faults {
    /// Spares the lock while nothing is injected.
    active: AtomicBool,
    entries: Mutex<Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    scope: Scope,
    behaviour: Behaviour,
    attempts: Attempts,
    /// Ends with the entry, and ends what the entry holds.
    tenure: Tenure,
}

impl Faults {
    /// Lets everybody's requests meet these faults from now on, instead of what was injected for
    /// everybody before.
    pub fn inject(&self, behaviour: impl Into<Behaviour>) {
        self.inject_for(Scope::everybody(), behaviour);
    }

    /// Lets the requests of a scope meet these faults from now on, instead of what was injected for
    /// the same scope before.
    pub fn inject_for(&self, scope: Scope, behaviour: impl Into<Behaviour>) {
        let behaviour = behaviour.into();
        self.change(|entries| {
            entries.retain(|entry| entry.scope != scope);
            entries.push(Entry {
                scope,
                behaviour,
                attempts: Attempts::default(),
                tenure: Tenure::default(),
            });
        });
    }

    /// Ends all faults, and the requests that they hold.
    pub fn clear(&self) {
        self.change(Vec::clear);
    }

    /// Ends the faults of a scope, and the requests that they hold.
    pub fn clear_for(&self, scope: &Scope) {
        self.change(|entries| entries.retain(|entry| entry.scope != *scope));
    }

    /// What is injected at present, in the order of injection.
    #[must_use]
    pub fn injected(&self) -> Vec<(Scope, Behaviour)> {
        self.change(|entries| {
            let both = |entry: &Entry| (entry.scope.clone(), entry.behaviour.clone());
            entries.iter().map(both).collect()
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
        self.change(|entries| {
            let is_preflight = api::is_preflight(&parts.method, &parts.headers);
            let fitting = entries.iter_mut().filter_map(|entry| {
                if is_preflight && entry.scope.method() != Some(&Method::OPTIONS) {
                    return None;
                }
                let narrowness = entry.scope.fits(app, consumer, &parts.method)?;
                let is_anybodys = scope_is_anybodys(&entry.scope);
                (!is_page || is_anybodys).then_some((narrowness, entry))
            });
            let (_, entry) = fitting.max_by_key(|(narrowness, _)| *narrowness)?;
            let attempt = entry.attempts.count(app, consumer);
            let drawn = entry.behaviour.draw(app, consumer, attempt)?;
            Some(drawn.held_by(entry.tenure.lease()))
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
        let mut entries = sync::lock(&self.entries);
        let changed = change(&mut entries);
        self.active.store(!entries.is_empty(), Ordering::Release);
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
