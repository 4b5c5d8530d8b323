use std::sync::{Arc, RwLock};

use ctutils::CtEq;
use http::request::Parts;
use vault_sessions::{ApiKey, AppId};

use crate::{
    admin::{self, AdminAccess, Metrics},
    clock::Clock,
    connections::Store,
    fault::Faults,
    hooks::{Hooks, Reports},
    journal::Journal,
    oauth::OAuth,
    rules::{RateLimiter, RequestCount, Rules},
    settings::VaultSettings,
    tenants::Tenants,
    token::{Hs256, Keys},
};

/// The emulated service, without a server: it takes a request and returns the answer.
///
/// It does no I/O and needs no runtime, so unit and property tests can call it directly.
/// [`VaultServer`](crate::VaultServer) and [`BlockingVaultServer`](crate::BlockingVaultServer) put it
/// behind a listener and dereference to it: everything here works with them, too.
///
/// It is a handle: clones share clock, journal, keys and everything else.
///
/// ```
/// use vault_mock::{Vault, http::Request};
///
/// let vault = Vault::builder().build();
/// let request = Request::post("/vault/sessions").body("".into())?;
/// assert_eq!(vault.handle(request).status(), 401);
/// # Ok::<(), vault_mock::http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vault(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What the mock was made with; what of it may change is beside it.
    settings: VaultSettings,
    clock: Clock,
    address: String,
    public_base: String,
    rules: RwLock<Rules>,
    key: Hs256,
    keys: Keys,
    journal: Journal,
    store: Store,
    oauth: OAuth,
    requests: RequestCount,
    metrics: Metrics,
    faults: Faults,
    hook_reports: Reports,
    tenants: Tenants,
    rate_limiter: RateLimiter,
}

impl Vault {
    pub(crate) fn new(mut settings: VaultSettings, clock: Clock, address: &str) -> Self {
        let journal = Journal::with_capacity(settings.rules.journal_capacity).listens_at(address);
        let faults = Faults::of(&journal);
        if let Some(behaviour) = &settings.faults {
            faults.inject(behaviour.clone());
        }
        let connections = settings.connections.take();
        let rules = &settings.rules;
        Self(Arc::new(Inner {
            key: settings.keys.current().clone(),
            keys: Keys::new(settings.keys.clone()),
            journal,
            store: Store::new(connections, rules.changed_consumers, clock.now()),
            oauth: OAuth::default(),
            requests: RequestCount::default(),
            metrics: Metrics::default(),
            faults,
            hook_reports: Reports::default(),
            tenants: Tenants::default(),
            rate_limiter: RateLimiter::new(rules.rate_limit),
            rules: RwLock::new(rules.clone()),
            address: address.to_owned(),
            public_base: match &settings.public_base {
                Some(base) => base.to_string(),
                None => address.to_owned(),
            },
            clock,
            settings,
        }))
    }

    /// The mock's clock. Advance it to make sessions expire.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The requests that the mock received, and what became of each.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// The faults that the mock's answers meet; none until some are injected.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The API key that the mock accepts.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.0.settings.api_key
    }

    /// The only app that the mock accepts; `None` if it accepts any.
    #[must_use]
    pub fn app_id(&self) -> Option<&AppId> {
        self.0.settings.app_id.as_ref()
    }

    /// What session URIs start with, before `/session/<token>`, if the request names no host.
    #[must_use]
    pub fn public_base(&self) -> &str {
        &self.0.public_base
    }

    pub(crate) fn rate_limiter(&self) -> &RateLimiter {
        &self.0.rate_limiter
    }

    pub(crate) fn hooks(&self) -> &Hooks {
        &self.0.settings.hooks
    }

    pub(crate) fn admin(&self) -> &AdminAccess {
        &self.0.settings.admin
    }

    pub(crate) fn has_directives(&self) -> bool {
        self.look_at_rules(|rules| rules.directives)
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// What the mock was made with.
    pub(crate) fn settings(&self) -> &VaultSettings {
        &self.0.settings
    }

    /// What URLs start with where no base is given.
    pub(crate) fn address(&self) -> &str {
        &self.0.address
    }

    pub(crate) fn hook_reports(&self) -> &Reports {
        &self.0.hook_reports
    }

    /// The keys of session tokens.
    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The key that the mock began with: what is derived from it outlasts every rotation.
    pub(crate) fn key(&self) -> &Hs256 {
        &self.0.key
    }

    /// Whether this is the API key, in a time that says nothing about where the two differ.
    pub(crate) fn is_api_key(&self, presented: &str) -> bool {
        let key = self.api_key().expose_secret().as_bytes();
        presented.as_bytes().ct_eq(key).to_bool()
    }

    pub(crate) fn tenants(&self) -> &Tenants {
        &self.0.tenants
    }

    pub(crate) fn shared_rules(&self) -> &RwLock<Rules> {
        &self.0.rules
    }

    pub(crate) fn oauth(&self) -> &OAuth {
        &self.0.oauth
    }

    pub(crate) fn requests_counted(&self) -> &RequestCount {
        &self.0.requests
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The largest body that is read of a request, in bytes. Nobody locks out the admin API, which
    /// could lift the limit again.
    pub(crate) fn body_limit_for(&self, parts: &Parts) -> usize {
        if admin::is_admin(self, parts) {
            admin::BODY_LIMIT
        } else {
            self.body_limit()
        }
    }

    pub(crate) fn body_limit(&self) -> usize {
        self.look_at_rules(|rules| rules.body_limit)
    }
}
