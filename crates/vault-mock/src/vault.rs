use std::sync::{Arc, RwLock};

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use vault_sessions::{ApiKey, AppId};

use crate::{
    admin::{self, AdminAccess, Metrics},
    api::{self, Unread},
    clock::Clock,
    connections::Store,
    fault::{self, Drawn, Effect, Fault, Faults, Outcome, TokenAge},
    hooks::{Hooks, Reports},
    identity::Head,
    journal::{Exchange, Journal},
    oauth::OAuth,
    rules::{Counted, RateLimiter, RequestCount, Rules},
    settings::Settings,
    tenants::Tenants,
    token::{Hs256, Keys},
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
    /// What the mock was made with; what of it may change is beside it.
    settings: Settings,
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
    pub(crate) fn new(mut settings: Settings, clock: Clock, address: &str) -> Self {
        let faults = Faults::default();
        if let Some(behaviour) = &settings.faults {
            faults.inject(behaviour.clone());
        }
        let connections = settings.connections.take();
        let rules = &settings.rules;
        Self(Arc::new(Inner {
            key: settings.keys.current().clone(),
            keys: Keys::new(settings.keys.clone()),
            journal: Journal::with_capacity(rules.journal_capacity).listens_at(address),
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

    /// Answers a request as the service would, and records both in the journal.
    ///
    /// Of injected faults it shows those that are an answer. It does not wait for delays, and says
    /// 500 in place of what only a connection can show.
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let head = Head::from(parts);
        let vault = self.for_request(&head);
        let fault = vault.fault_for(&head);
        match vault.answer(&head, &body, fault.as_ref(), None) {
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
        head: &Head,
        body: &Bytes,
        fault: Option<&Drawn>,
        answered: Option<Response<Bytes>>,
    ) -> Outcome {
        let effect = fault.map(|drawn| drawn.fault.effect());
        let spoilt = fault.map(|drawn| &drawn.fault);
        let spoilt = spoilt.filter(|fault| *fault.effect() != Effect::Nothing);
        let substitute = effect.and_then(|effect| fault::substitute(effect, self.clock()));
        if let Some(response) = substitute {
            return Outcome::Whole(self.finish(head, body, spoilt, response));
        }
        let response = match answered {
            Some(response) => self.finish(head, body, spoilt, response),
            None => self.respond(head, body, spoilt),
        };
        match effect {
            Some(effect) => fault::spoil(effect, response, self.clock()),
            None => Outcome::Whole(response),
        }
    }

    fn respond(&self, head: &Head, body: &Bytes, fault: Option<&Fault>) -> Response<Bytes> {
        if admin::is_admin(self, &head.parts) {
            let response = admin::respond(self, head, Ok(body));
            return api::date(response, self.clock());
        }
        let counted = self.rate_limiter().count(head, self.clock());
        let mut response = if body.len() > self.body_limit() {
            api::refuse_unread(self, Unread::TooLarge)
        } else if counted.as_ref().is_some_and(Counted::is_exceeded) {
            fault::too_many_requests()
        } else {
            let token_age = fault.and_then(|fault| TokenAge::asked_for(fault.effect()));
            api::respond(self, head, body, token_age)
        };
        if let Some(counted) = counted {
            counted.write(&mut response);
        }
        self.finish(head, body, fault, response)
    }

    /// Refuses a request whose body was not read to its end.
    pub(crate) fn refuse_unread(&self, head: &Head, unread: Unread) -> Response<Bytes> {
        if admin::is_admin(self, &head.parts) {
            let response = admin::respond(self, head, Err(unread));
            return api::date(response, self.clock());
        }
        self.finish(head, &[], None, api::refuse_unread(self, unread))
    }

    /// The clock of the mock: advance it to make sessions expire.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
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

    /// What session URIs start with, before `/session/<token>`, for whoever names no host.
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
    pub(crate) fn settings(&self) -> &Settings {
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

    fn finish(
        &self,
        head: &Head,
        body: &[u8],
        fault: Option<&Fault>,
        response: Response<Bytes>,
    ) -> Response<Bytes> {
        self.metrics().count(response.status());
        #[cfg(feature = "page")]
        if crate::page::is_background(&head.parts) {
            return api::date(response, self.clock());
        }
        let entry = self.journal().copy(&Exchange {
            at: self.clock().now(),
            head,
            body,
            answer: &response,
            fault,
        });
        trace::answered(&entry);
        self.journal().record(entry);
        api::date(api::share(response, &head.parts), self.clock())
    }
}
