use std::{io, net::SocketAddr};

use vault_sessions::{ApiKey, AppId, wire::BaseUri};

use crate::{
    base,
    clock::Clock,
    fault::Behaviour,
    rules::ExpiryRule,
    serve::{Tls, VaultServer},
    settings::Settings,
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
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct VaultBuilder {
    address: Option<SocketAddr>,
    /// `None` is a clock of its own, also for each clone.
    clock: Option<Clock>,
    tenants: Vec<(AppId, VaultBuilder)>,
    pub(crate) settings: Settings,
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
    /// Where a server listens; by default a free port of 127.0.0.1.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// The API key that is accepted; by default a random one.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.settings.api_key = key;
        self
    }

    /// The one app that is known; by default every app is.
    pub fn app_id(mut self, app: AppId) -> Self {
        self.settings.app_id = Some(app);
        self
    }

    /// What tokens are signed with; by default a random secret.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a secret that is put to use is handed over"
    )]
    pub fn secret(mut self, secret: Secret) -> Self {
        self.settings.keys.set_current(&secret);
        self
    }

    /// A secret whose tokens are good, too, although new ones are not signed with it: what the mock
    /// was started with before, or what a replica still signs with.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a secret that is put to use is handed over"
    )]
    pub fn former_secret(mut self, secret: Secret) -> Self {
        self.settings.keys.add_former(&secret);
        self
    }

    /// The clock; by default one that stands still at the present second.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// When exactly a token expires; by default as RFC 7519 says, at `exp`.
    pub fn expiry_rule(mut self, rule: ExpiryRule) -> Self {
        self.settings.rules.expiry_rule = rule;
        self
    }

    /// What session URIs start with, before `/session/<token>`.
    ///
    /// By default the origin that the request for the session came with (`Host` or `:authority`, RFC
    /// 9110 §7.2), so that a mock in a container, or behind a mapped port, is found where it was
    /// asked. Where a request names no host that can stand in a URL it is the address of the server,
    /// and without a server `https://vault.invalid`. Give a base where browsers reach the mock
    /// by another name than your backend does, or behind a proxy that changes `Host`.
    pub fn public_base(mut self, base: BaseUri) -> Self {
        self.settings.public_base = Some(base);
        self
    }

    /// The largest request body that is read, in bytes; by default 1 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.rules.body_limit = bytes;
        self
    }

    /// How many requests the journal keeps; by default 1,000.
    pub fn journal_capacity(mut self, requests: usize) -> Self {
        self.settings.rules.journal_capacity = requests;
        self
    }

    /// What goes wrong from the start on, and again after each reset; by default nothing.
    ///
    /// Tenants do not inherit it: what goes wrong for one app is told to its own builder.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::Request;
    /// use vault_mock::{Vault, fault::fail};
    ///
    /// let vault = Vault::builder().faults(fail(503)).build();
    /// let request = Request::post("/vault/sessions").body(Bytes::new())?;
    /// assert_eq!(vault.handle(request).status(), 503);
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn faults(mut self, behaviour: impl Into<Behaviour>) -> Self {
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
    pub fn tenant(mut self, app: AppId, tenant: Self) -> Self {
        self.tenants.push((app, tenant));
        self
    }

    /// The emulated service without a server.
    #[must_use]
    pub fn build(self) -> Vault {
        self.build_at(base::NOWHERE)
    }

    /// Starts a server on the current runtime.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O and time.
    pub async fn start(mut self) -> io::Result<VaultServer> {
        let tls = self.tls.take();
        let address = self.address.unwrap_or(([127, 0, 0, 1], 0).into());
        let Settings {
            admin,
            public_base,
            api_base,
            ..
        } = &mut self.settings;
        let bases = [public_base, api_base].into_iter().flatten();
        admin.settle(address, bases.map(|base| base.as_uri()));
        VaultServer::bind(address, tls, |uri| self.build_at(uri)).await
    }

    pub(crate) fn new(settings: Settings, clock: Clock) -> Self {
        Self {
            settings,
            clock: Some(clock),
            ..Self::default()
        }
    }

    /// A mock on the server of another one, which address, admin access and bases come from.
    pub(crate) fn build_tenant(mut self, app: AppId, of: &Vault) -> Vault {
        let server = of.settings();
        let settings = &mut self.settings;
        settings.app_id = Some(app);
        settings.admin = server.admin.clone();
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
