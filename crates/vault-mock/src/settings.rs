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
pub(crate) struct Settings {
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
}

impl Default for Settings {
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
        }
    }
}

impl Vault {
    /// Starts the configuration of a mock that begins exactly as this one is now: with its keys, the
    /// rotated and the former ones among them, its rules, limits, hooks and connections, and a clock
    /// that shows the same time and runs as fast.
    ///
    /// What was injected into it, asked of it and changed on it stays behind, and so do its tenants.
    /// Tenants that are made over HTTP begin like this.
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
        let Settings {
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
        } = self.settings().clone();
        let settings = Settings {
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
        };
        VaultBuilder::new(settings, self.clock().fork())
    }

    /// Forgets what was asked, injected and changed, and goes back to the rules and faults that the
    /// mock was made with: what `POST /__vault_mock/reset` does.
    ///
    /// Clock and keys stay as they are, because tokens that are out live by them. Tenants are reset
    /// by themselves.
    pub fn reset(&self) {
        self.journal().reset();
        self.journal().forget_expected();
        self.reset_connections();
        self.reset_request_count();
        let Settings { rules, faults, .. } = self.settings();
        self.change_rules(|present| *present = rules.clone());
        self.set_rate_limit(rules.rate_limit);
        self.faults().clear();
        if let Some(faults) = faults {
            self.faults().inject(faults.clone());
        }
    }
}
