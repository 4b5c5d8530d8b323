use std::{io, mem, net::SocketAddr};

use vault_sessions::{ApiKey, AppId, Url};

use crate::{
    admin::AdminAccess,
    clock::Clock,
    connections::Seeding,
    hooks::Hooks,
    oauth::Provider,
    rules::{ExpiryRule, RateLimit, Rules},
    serve::{Tls, VaultServer},
    token::{Secret, random_hex},
    vault::Vault,
};

/// Configures a mock; everything is optional.
///
/// ```
/// use std::time::SystemTime;
/// use vault_mock::{Clock, Secret, Vault};
///
/// let vault = Vault::builder()
///     .clock(Clock::frozen_at(SystemTime::UNIX_EPOCH))
///     .secret(Secret::new("shared by all replicas")?)
///     .build();
/// assert!(vault.app_id().is_none());
/// # Ok::<(), vault_mock::InvalidSecret>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct VaultBuilder {
    address: Option<SocketAddr>,
    api_key: Option<ApiKey>,
    app_id: Option<AppId>,
    secret: Option<Secret>,
    former_secrets: Vec<Secret>,
    clock: Option<Clock>,
    public_base: Option<Url>,
    body_limit: Option<usize>,
    journal_capacity: Option<usize>,
    pub(crate) seeding: Seeding,
    pub(crate) rules: Rules,
    pub(crate) oauth_provider: Provider,
    pub(crate) api_base: Option<Url>,
    pub(crate) tenants: Vec<(AppId, VaultBuilder)>,
    pub(crate) admin: AdminAccess,
    pub(crate) directives_off: bool,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) hooks: Hooks,
    pub(crate) tls: Option<Tls>,
    #[cfg(feature = "page")]
    pub(crate) page: crate::page::Options,
}

/// A finished configuration.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) api_key: ApiKey,
    pub(crate) app_id: Option<AppId>,
    pub(crate) secret: Secret,
    pub(crate) former_secrets: Vec<Secret>,
    pub(crate) clock: Clock,
    pub(crate) public_base: String,
    pub(crate) body_limit: usize,
    pub(crate) journal_capacity: usize,
    pub(crate) seeding: Seeding,
    #[cfg(feature = "page")]
    pub(crate) page: crate::page::Options,
    pub(crate) rules: Rules,
    pub(crate) oauth_provider: Provider,
    pub(crate) api_base: String,
    pub(crate) admin: AdminAccess,
    pub(crate) directives_off: bool,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) hooks: Hooks,
}

impl Vault {
    /// Starts a configuration.
    pub fn builder() -> VaultBuilder {
        VaultBuilder::default()
    }
}

impl VaultServer {
    /// Starts a configuration.
    pub fn builder() -> VaultBuilder {
        VaultBuilder::default()
    }
}

impl VaultBuilder {
    /// Where a server listens; by default a free port of 127.0.0.1.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// The API key that is accepted; by default a random one.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.api_key = Some(key);
        self
    }

    /// The one app that is known; by default every app is.
    pub fn app_id(mut self, app: AppId) -> Self {
        self.app_id = Some(app);
        self
    }

    /// What tokens are signed with; by default a random secret.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// A secret whose tokens are good, too, although new ones are not signed with it: what the mock
    /// was started with before, or what a replica still signs with.
    pub fn former_secret(mut self, secret: Secret) -> Self {
        self.former_secrets.push(secret);
        self
    }

    /// The clock; by default one that stands still at the present second.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// When exactly a token expires; by default as RFC 7519 says, at `exp`.
    pub fn expiry_rule(mut self, rule: ExpiryRule) -> Self {
        self.rules.expiry_rule = rule;
        self
    }

    /// What session URIs start with, before `/session/<token>`.
    ///
    /// By default the address of the server; without a server `https://vault.invalid`.
    pub fn public_base(mut self, base: Url) -> Self {
        self.public_base = Some(base);
        self
    }

    /// The largest request body that is read, in bytes; by default 1 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// How many requests the journal keeps; by default 1,000.
    pub fn journal_capacity(mut self, requests: usize) -> Self {
        self.journal_capacity = Some(requests);
        self
    }

    /// The emulated service without a server.
    ///
    /// # Panics
    ///
    /// The system has no source of randomness, and no key or secret was given.
    #[must_use]
    pub fn build(self) -> Vault {
        self.build_at("https://vault.invalid")
    }

    /// Starts a server on the current runtime.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on.
    ///
    /// # Panics
    ///
    /// As [`build`](VaultBuilder::build); and outside of a tokio runtime with I/O and time.
    pub async fn start(mut self) -> io::Result<VaultServer> {
        let tls = self.tls.take();
        let address = self.address.unwrap_or(([127, 0, 0, 1], 0).into());
        VaultServer::bind(address, tls, |uri| self.build_at(uri)).await
    }

    /// A mock on the server of another one.
    pub(crate) fn build_tenant(mut self, app: &AppId, of: &Vault) -> Vault {
        self.app_id = Some(app.clone());
        self.admin = of.admin().clone();
        if self.public_base.is_none() {
            self.public_base = Url::new(of.public_base().to_owned()).ok();
        }
        self.build_at(of.api_base())
    }

    fn build_at(mut self, uri: &str) -> Vault {
        let tenants = mem::take(&mut self.tenants);
        let public_base = self.public_base.as_ref().map_or(uri, Url::as_str);
        let api_base = self.api_base.as_ref().map_or(uri, Url::as_str);
        let vault = Vault::new(Settings {
            api_key: self.api_key.unwrap_or_else(random_api_key),
            app_id: self.app_id,
            secret: self.secret.unwrap_or_else(Secret::random),
            former_secrets: self.former_secrets,
            clock: self.clock.unwrap_or_else(Clock::frozen),
            public_base: public_base.trim_end_matches('/').to_owned(),
            body_limit: self.body_limit.unwrap_or(1024 * 1024),
            journal_capacity: self.journal_capacity.unwrap_or(1_000),
            seeding: self.seeding,
            #[cfg(feature = "page")]
            page: self.page,
            api_base: api_base.trim_end_matches('/').to_owned(),
            rules: self.rules,
            oauth_provider: self.oauth_provider,
            admin: self.admin,
            directives_off: self.directives_off,
            rate_limit: self.rate_limit,
            hooks: self.hooks,
        });
        for (app, tenant) in tenants {
            vault.add_tenant(app, tenant);
        }
        vault
    }
}

/// Makes an API key of 128 random bits: `mock_` and 32 hexadecimal digits.
///
/// # Panics
///
/// The system has no source of randomness.
#[must_use]
pub fn random_api_key() -> ApiKey {
    let key = format!("mock_{}", random_hex::<16>());
    ApiKey::new(key).expect("hexadecimal digits are visible ASCII")
}
