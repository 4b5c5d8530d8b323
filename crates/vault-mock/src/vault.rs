use std::{
    mem,
    sync::{Arc, RwLock},
};

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use vault_sessions::{ApiKey, AppId, Claims, SessionToken};

use crate::{
    admin::{self, AdminAccess, Metrics},
    api::{self, Unread},
    builder::Settings,
    clock::Clock,
    connections::Store,
    fault::{self, Drawn, Effect, Fault, Faults, Outcome},
    hooks::Hooks,
    journal::{Exchange, FaultInjected, Journal},
    oauth::OAuth,
    rules::{Counted, RateLimiter, RequestCount, Rules},
    tenants::Tenants,
    token::{Hs256, Keys, Secret, TimeRules, TokenRefused},
    trace,
};

/// The emulated service without a server: give it a request, it returns the answer.
///
/// A handle: clones share clock, journal and keys. Property tests use it as it is, with no port and
/// no runtime; [`VaultServer`](crate::VaultServer) puts it behind a listener.
///
/// ```
/// use bytes::Bytes;
/// use http::Request;
/// use vault_mock::Vault;
///
/// let vault = Vault::builder().build();
/// let request = Request::post("/vault/sessions").body(Bytes::new())?;
/// assert_eq!(vault.handle(request).status(), 401);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vault(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    rules: RwLock<Rules>,
    key: Hs256,
    keys: Keys,
    journal: Journal,
    store: Store,
    oauth: OAuth,
    requests: RequestCount,
    metrics: Metrics,
    faults: Faults,
    tenants: Tenants,
    rate_limiter: RateLimiter,
}

impl Vault {
    pub(crate) fn new(mut settings: Settings) -> Self {
        let seeding = mem::take(&mut settings.seeding);
        Self(Arc::new(Inner {
            rules: RwLock::new(settings.rules),
            key: Hs256::new(&settings.secret),
            keys: Keys::new(&settings.secret, &settings.former_secrets),
            journal: Journal::with_capacity(settings.journal_capacity),
            store: Store::new(seeding, settings.clock.now()),
            oauth: OAuth::new(settings.oauth_provider.clone()),
            requests: RequestCount::default(),
            metrics: Metrics::default(),
            faults: Faults::default(),
            tenants: Tenants::default(),
            rate_limiter: RateLimiter::new(settings.rate_limit),
            settings,
        }))
    }

    /// Answers a request as the service would, and records both in the journal.
    ///
    /// Of injected faults it shows those that are an answer. It does not wait for delays, and says
    /// 500 in place of what only a connection can show.
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let vault = self.for_request(&parts.headers, &parts.uri);
        let fault = vault.fault_for(&parts);
        match vault.answer(parts, &body, fault.as_ref(), None) {
            Outcome::Whole(response) => response,
            Outcome::Broken(broken) => {
                let fault = Fault::from(broken.effect().clone());
                api::date(fault::only_on_a_connection(&fault), vault.clock())
            }
        }
    }

    /// Answers a request that may meet a fault, or that a hook has `answered`.
    pub(crate) fn answer(
        &self,
        mut parts: Parts,
        body: &Bytes,
        fault: Option<&Drawn>,
        answered: Option<Response<Bytes>>,
    ) -> Outcome {
        let effect = fault.map(|drawn| drawn.fault.effect());
        if let Some(drawn) = fault.filter(|drawn| *drawn.fault.effect() != Effect::Nothing) {
            let injected = FaultInjected(drawn.fault.to_string());
            parts.extensions.insert(injected);
        }
        let substitute = effect.and_then(|effect| fault::substitute(effect, self.clock()));
        if let Some(response) = substitute {
            return Outcome::Whole(self.finish(&parts, body, response));
        }
        if let Some(effect) = effect {
            fault::prepare(effect, &mut parts);
        }
        let response = match answered {
            Some(response) => self.finish(&parts, body, response),
            None => self.respond(&parts, body),
        };
        match effect {
            Some(effect) => fault::spoil(effect, response),
            None => Outcome::Whole(response),
        }
    }

    fn respond(&self, parts: &Parts, body: &Bytes) -> Response<Bytes> {
        if admin::is_admin(self, parts) {
            return api::date(admin::respond(self, parts, Ok(body)), self.clock());
        }
        let counted = self.rate_limiter().count(parts, self.clock());
        let mut response = if body.len() > self.body_limit() {
            api::refuse_unread(self, Unread::TooLarge)
        } else if counted.as_ref().is_some_and(Counted::is_exceeded) {
            fault::too_many_requests()
        } else {
            api::respond(self, parts, body)
        };
        if let Some(counted) = counted {
            counted.write(&mut response);
        }
        self.finish(parts, body, response)
    }

    /// Refuses a request whose body was not read to its end.
    pub(crate) fn refuse_unread(&self, parts: &Parts, unread: Unread) -> Response<Bytes> {
        if admin::is_admin(self, parts) {
            return api::date(admin::respond(self, parts, Err(unread)), self.clock());
        }
        self.finish(parts, &[], api::refuse_unread(self, unread))
    }

    /// Checks that the token is one of this mock's and good now.
    ///
    /// # Errors
    ///
    /// [`TokenRefused`] says whether the token is forged or expired.
    pub fn verify(&self, token: &SessionToken) -> Result<Claims, TokenRefused> {
        let rules = TimeRules::from(self.rules());
        self.keys()
            .verify(token.expose_secret(), self.clock().now(), rules)
    }

    /// The clock of the mock: advance it to make sessions expire.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.settings.clock
    }

    /// What was asked and answered.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// What goes wrong with the mock's answers; nothing, until something is injected.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The API key that the mock accepts.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.0.settings.api_key
    }

    /// The one app that the mock knows; `None` if it takes any.
    #[must_use]
    pub fn app_id(&self) -> Option<&AppId> {
        self.0.settings.app_id.as_ref()
    }

    /// What session URIs start with, before `/session/<token>`.
    #[must_use]
    pub fn public_base(&self) -> &str {
        &self.0.settings.public_base
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
        !self.0.settings.directives_off
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The secret that the mock began with.
    pub(crate) fn secret(&self) -> &Secret {
        &self.0.settings.secret
    }

    /// Goes back to the rules, limits and provider that it was built with.
    pub(crate) fn reset_settings(&self) {
        let settings = &self.0.settings;
        self.change_rules(|rules| *rules = settings.rules);
        self.set_rate_limit(settings.rate_limit);
        self.set_oauth_provider(settings.oauth_provider.clone());
    }

    #[cfg(feature = "page")]
    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The keys of session tokens.
    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The key that the mock began with: what is derived from it outlasts every rotation.
    pub(crate) fn key(&self) -> &Hs256 {
        &self.0.key
    }

    /// What links to the API start with.
    pub(crate) fn api_base(&self) -> &str {
        &self.0.settings.api_base
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

    pub(crate) fn body_limit(&self) -> usize {
        self.0.settings.body_limit
    }

    fn finish(&self, parts: &Parts, body: &[u8], response: Response<Bytes>) -> Response<Bytes> {
        self.metrics().count(response.status());
        #[cfg(feature = "page")]
        if crate::page::is_background(parts) {
            return api::date(response, self.clock());
        }
        let entry = self.journal().copy(&Exchange {
            at: self.clock().now(),
            parts,
            body,
            answer: &response,
        });
        trace::answered(&entry);
        self.journal().record(entry);
        api::date(api::share(response, parts.uri.path()), self.clock())
    }
}
