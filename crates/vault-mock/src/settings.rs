use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use vault_sessions::{ApiKey, AppId, wire::BaseUri};

use crate::{
    admin::AdminAccess,
    builder::{VaultBuilder, random_api_key},
    connections::Connection,
    fault::Behaviour,
    hooks::Hooks,
    rules::Rules,
    token::{KeyRing, Secret},
    vault::Vault,
};

/// All that a mock is told, but for its clock and the address that it listens on.
///
/// A tenant that is made while the mock runs takes it as a whole.
#[derive(Clone, Debug)]
pub(crate) struct VaultSettings {
    pub(crate) api_key: ApiKey,
    pub(crate) app_id: Option<AppId>,
    pub(crate) keys: KeyRing,
    pub(crate) public_base: Option<BaseUri>,
    pub(crate) api_base: Option<BaseUri>,
    /// What every consumer starts with, unless it is the mock's own four connections.
    pub(crate) connections: Option<Vec<Connection>>,
    pub(crate) faults: Option<Behaviour>,
    pub(crate) admin: AdminAccess,
    pub(crate) hooks: Hooks,
    pub(crate) rules: Rules,
    pub(crate) draining: Draining,
}

/// Whether a server, with all its tenants, is about to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draining(Arc<AtomicBool>);

impl Default for VaultSettings {
    fn default() -> Self {
        Self {
            api_key: random_api_key(),
            app_id: None,
            keys: KeyRing::new(&Secret::random()),
            public_base: None,
            api_base: None,
            connections: None,
            faults: None,
            admin: AdminAccess::default(),
            hooks: Hooks::default(),
            rules: Rules::default(),
            draining: Draining::default(),
        }
    }
}

impl Vault {
    /// Returns a builder for a mock that begins exactly as this one is now: with its keys, rotated and
    /// former ones included, its rules, limits, hooks and connections, and a clock that shows the same
    /// time and runs at the same speed.
    ///
    /// Injected faults, the journal, changes to consumers' connections and tenants are not copied.
    /// Tenants that are added over HTTP begin like this.
    ///
    /// ```
    /// use vault_mock::Vault;
    /// use vault_sessions::AppId;
    ///
    /// const SHOP: AppId = AppId::from_static("shop");
    /// let vault = Vault::builder().build();
    /// let shop = vault.add_tenant(SHOP, vault.to_builder().body_limit(1_000));
    /// assert_eq!(shop.api_key(), vault.api_key());
    /// ```
    pub fn to_builder(&self) -> VaultBuilder {
        // Each field is named, so that whoever adds one decides whether a tenant has it.
        let VaultSettings {
            api_key,
            app_id,
            keys: _,
            public_base,
            api_base,
            connections: _,
            faults: _,
            admin,
            hooks,
            rules: _,
            draining: _,
        } = self.settings().clone();
        let settings = VaultSettings {
            api_key,
            app_id,
            keys: self.keys().ring(),
            public_base,
            api_base,
            connections: Some(self.seeded_connections().to_vec()),
            faults: None,
            admin,
            hooks,
            rules: self.rules(),
            draining: Draining::default(),
        };
        VaultBuilder::new(settings, self.clock().fork())
    }

    /// Tells whoever asks `GET /health` that the mock is about to end: from now on the answer is 503 with
    /// `{"status":"draining"}`, as it is at `/__vault_mock/ready`. Everything else is served as before, so
    /// that a load balancer can lead new requests elsewhere before [`VaultServer::shutdown`] comes.
    ///
    /// [`VaultServer::shutdown`]: crate::VaultServer::shutdown
    pub fn start_draining(&self) {
        self.settings().draining.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.settings().draining.0.load(Ordering::Relaxed)
    }

    /// Clears the journal, the expectations, the faults and every change to connections, and restores
    /// the rules and faults that the mock was made with. `POST /__vault_mock/reset` does the same.
    ///
    /// Clock and keys stay as they are, because tokens already issued depend on them. Each tenant is
    /// reset separately.
    pub fn reset(&self) {
        self.journal().reset();
        self.journal().forget_expected();
        self.reset_connections();
        self.reset_request_count();
        let VaultSettings { rules, faults, .. } = self.settings();
        self.change_rules(|present| *present = rules.clone());
        self.set_rate_limit(rules.rate_limit);
        self.faults().clear();
        if let Some(faults) = faults {
            self.faults().inject(faults.clone());
        }
    }
}
