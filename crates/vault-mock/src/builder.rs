use std::{io, net::SocketAddr};

use tokio::runtime::Handle;
use vault_sessions::{ApiKey, ApiKeyArgument, AppId, AppIdArgument, wire::BaseUriArgument};

use crate::{
    argument::{AddressArgument, BehaviourArgument, ClockArgument, RuleArgument, SecretArgument},
    base,
    clock::Clock,
    rules::ExpiryRule,
    serve::{Tls, VaultServer},
    settings::VaultSettings,
    token::random_hex,
    vault::Vault,
};

/// Configures a mock; every setting has a default.
///
/// [`build`](Self::build) makes a [`Vault`] without a socket, [`start`](Self::start) a
/// [`VaultServer`] on the current tokio runtime, and [`start_blocking`](Self::start_blocking) a server
/// on a thread of its own.
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
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct VaultBuilder {
    address: Option<SocketAddr>,
    /// `None` is a clock of its own, also for each clone.
    clock: Option<Clock>,
    tenants: Vec<(AppId, VaultBuilder)>,
    pub(crate) settings: VaultSettings,
    pub(crate) tls: Option<Tls>,
}

impl Vault {
    /// Starts a configuration, with a random API key and a random secret.
    ///
    /// # Panics
    ///
    /// The system has no source of randomness.
    pub fn builder() -> VaultBuilder {
        VaultBuilder::default()
    }
}

impl VaultServer {
    /// Starts a configuration: as [`Vault::builder`].
    ///
    /// # Panics
    ///
    /// The system has no source of randomness.
    pub fn builder() -> VaultBuilder {
        VaultBuilder::default()
    }
}

impl VaultBuilder {
    /// A literal: `([127, 0, 0, 1], 8080)`; a text from elsewhere: `text.parse::<SocketAddr>()?`.
    ///
    /// The address a server listens on. Default: a free port on 127.0.0.1. [`build`](Self::build) ignores
    /// it.
    pub fn address(mut self, address: impl AddressArgument) -> Self {
        self.address = Some(address.into());
        self
    }

    /// From text, literal or not: `ApiKey::new("test-key")?`.
    ///
    /// The API key that the mock accepts. Default: a random one, see [`Vault::api_key`].
    pub fn api_key(mut self, key: impl ApiKeyArgument) -> Self {
        self.settings.api_key = key.into_value();
        self
    }

    /// A literal: `const { AppId::from_static("my-app") }`; a text from elsewhere: `AppId::new(text)?`.
    ///
    /// The only app that the mock accepts. Default: any app.
    pub fn app_id(mut self, app: impl AppIdArgument) -> Self {
        self.settings.app_id = Some(app.into_value());
        self
    }

    /// From text, literal or not: `Secret::new("shared by all replicas")?`.
    ///
    /// The secret that tokens are signed with. Default: a random one. Give mocks the same secret if one
    /// must accept the tokens of another.
    pub fn secret(mut self, secret: impl SecretArgument) -> Self {
        self.settings.keys.set_current(&secret.into());
        self
    }

    /// From text, literal or not: `Secret::new("the one before")?`.
    ///
    /// Another secret whose tokens are accepted, although new ones are not signed with it: the one
    /// before a key rotation, or one that a replica still signs with.
    pub fn former_secret(mut self, secret: impl SecretArgument) -> Self {
        self.settings.keys.add_former(&secret.into());
        self
    }

    /// The clock that sessions expire by. Default: one that stands still at the present second.
    ///
    /// Pass [`Clock::system`] if time must pass by itself, and a clone of a clock to share it.
    pub fn clock(mut self, clock: impl ClockArgument) -> Self {
        self.clock = Some(clock.into());
        self
    }

    /// When exactly a token expires. Default: at `exp`, as RFC 7519 says.
    pub fn expiry_rule(mut self, rule: impl RuleArgument<ExpiryRule>) -> Self {
        self.settings.rules.expiry_rule = rule.into();
        self
    }

    /// From text, literal or not: `BaseUri::new("https://vault.test")?`.
    ///
    /// What session URIs start with, before `/session/<token>`.
    ///
    /// Default: the origin to which the request for the session was sent (`Host` or `:authority`, RFC
    /// 9110 §7.2). So a mock in a container, or behind a mapped port, needs no setting. If the request
    /// names no host that is valid in a URL, it is the server's address, and without a server
    /// `https://vault.invalid`. Set a base if browsers reach the mock by another name than your
    /// backend does, or if a proxy changes `Host`.
    pub fn public_base(mut self, base: impl BaseUriArgument) -> Self {
        self.settings.public_base = Some(base.into());
        self
    }

    /// The largest request body that is accepted, in bytes. Default: 1,048,576 (1 MiB). A larger one
    /// is answered with 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.rules.body_limit = bytes;
        self
    }

    /// How many requests the journal keeps. Default: 1,000. Beyond that, the oldest is dropped.
    pub fn journal_capacity(mut self, requests: usize) -> Self {
        self.settings.rules.journal_capacity = requests;
        self
    }

    /// Literals: `fail(503).times(2)`; a text from elsewhere: `text.parse::<Behaviour>()?`.
    ///
    /// Faults that are injected at the start, and again after each reset. Default: none.
    ///
    /// Tenants do not inherit them: set the faults of a tenant on its own builder.
    ///
    /// ```
    /// use vault_mock::{Vault, fault::fail, http::Request};
    ///
    /// let vault = Vault::builder().faults(fail(503)).build();
    /// let request = Request::post("/vault/sessions").body("".into())?;
    /// assert_eq!(vault.handle(request).status(), 503);
    /// # Ok::<(), vault_mock::http::Error>(())
    /// ```
    pub fn faults(mut self, behaviour: impl BehaviourArgument) -> Self {
        self.settings.faults = Some(behaviour.into());
        self
    }

    /// Gives an app a mock of its own on the same server: see [`Vault::add_tenant`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use vault_mock::Vault;
    /// use vault_sessions::AppId;
    ///
    /// const SHOP: AppId = AppId::from_static("shop");
    /// let vault = Vault::builder().tenant(SHOP, Vault::builder()).build();
    /// let shop = vault.tenant(&SHOP).unwrap();
    /// shop.clock().advance(Duration::from_secs(60));
    /// assert_ne!(shop.clock().now(), vault.clock().now());
    /// assert_eq!(shop.app_id(), Some(&SHOP));
    /// ```
    pub fn tenant(mut self, app: impl AppIdArgument, tenant: Self) -> Self {
        self.tenants.push((app.into_value(), tenant));
        self
    }

    /// Makes the mock, without a server.
    #[must_use]
    pub fn build(self) -> Vault {
        self.build_at(base::NOWHERE)
    }

    /// Starts a server on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// The server cannot listen on the address.
    ///
    /// # Panics
    ///
    /// There is no tokio runtime with I/O and time.
    pub async fn start(mut self) -> io::Result<VaultServer> {
        assert!(
            Handle::try_current().is_ok(),
            "a mock with a listener needs a tokio runtime: start it under `#[tokio::main]` or \
             `#[tokio::test]`, or take `start_blocking()`, which brings its own"
        );
        let tls = self.tls.take();
        let address = self.address.unwrap_or(([127, 0, 0, 1], 0).into());
        let VaultSettings {
            admin,
            public_base,
            api_base,
            ..
        } = &mut self.settings;
        let bases = [public_base, api_base].into_iter().flatten();
        admin.settle(address, bases.map(|base| base.as_uri()));
        VaultServer::bind(address, tls, |uri| self.build_at(uri)).await
    }

    pub(crate) fn new(settings: VaultSettings, clock: Clock) -> Self {
        Self {
            settings,
            clock: Some(clock),
            ..Self::default()
        }
    }

    /// A mock on the server of another one, which address, admin access, bases and end come from.
    pub(crate) fn build_tenant(mut self, app: AppId, of: &Vault) -> Vault {
        let server = of.settings();
        let settings = &mut self.settings;
        settings.app_id = Some(app);
        settings.admin = server.admin.clone();
        settings.draining = server.draining.clone();
        settings.public_base = settings.public_base.take().or(server.public_base.clone());
        settings.api_base = settings.api_base.take().or(server.api_base.clone());
        self.build_at(of.address())
    }

    /// `address` is what URLs start with where no base is given.
    fn build_at(self, address: &str) -> Vault {
        let clock = self.clock.unwrap_or_else(Clock::frozen);
        let vault = Vault::new(self.settings, clock, address);
        for (app, tenant) in self.tenants {
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
