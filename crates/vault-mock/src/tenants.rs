//! Several apps on one server, each with a mock of its own.

use std::{collections::BTreeMap, sync::RwLock};

use vault_sessions::{AppId, AppIdArgument, SessionToken};

use crate::{
    admin,
    builder::VaultBuilder,
    identity::{self, Head},
    sync,
    vault::Vault,
};

/// The tenants of a mock, by app.
pub(crate) type Tenants = RwLock<BTreeMap<AppId, Vault>>;

impl Vault {
    /// The mock that an app has of its own. It answers the app's requests to the server until it is
    /// removed; a handle to it stays valid after that.
    #[must_use]
    pub fn tenant(&self, app: &AppId) -> Option<Self> {
        sync::read(self.tenants()).get(app).cloned()
    }

    /// Gives an app a mock of its own, replacing the one that it may have: with the clock, API key,
    /// secret, rules, journal, faults and connections of its own builder.
    ///
    /// A request belongs to the tenant whose app ID is in `x-apideck-app-id`, or in the claims of the
    /// token or state that it carries, or in its path. All other requests belong to the mock itself,
    /// which accepts any app by default. Address, admin access and public base come from the mock.
    /// Tenants of a tenant receive no requests.
    ///
    /// Start with [`to_builder`](Self::to_builder) for a tenant that begins as this mock is now, or
    /// with [`Vault::builder`] for one with defaults. Tests that share a server do not affect each
    /// other if each adds a tenant for an app ID of its own. Over HTTP there may be 10,000 tenants, in
    /// Rust as many as the test wants.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the tenant can also be asked for later"
    )]
    pub fn add_tenant(&self, app: impl AppIdArgument, tenant: VaultBuilder) -> Self {
        let app = app.into_value();
        let tenant = tenant.build_tenant(app.clone(), self);
        let mut tenants = sync::write(self.tenants());
        self.journal().hand_over(&app, tenant.journal());
        if let Some(former) = tenants.insert(app, tenant.clone()) {
            former.journal().end_all();
        }
        tenant
    }

    /// The apps that have a mock of their own.
    #[must_use]
    pub fn tenant_apps(&self) -> Vec<AppId> {
        let tenants = sync::read(self.tenants());
        tenants.keys().cloned().collect()
    }

    /// Removes the mock that an app has of its own, and returns it. The app's requests then go to the
    /// mock that all others share.
    #[expect(
        clippy::must_use_candidate,
        reason = "the mock that is returned may be of no further interest"
    )]
    pub fn remove_tenant(&self, app: &AppId) -> Option<Self> {
        let mut tenants = sync::write(self.tenants());
        self.journal().take_back(app);
        let removed = tenants.remove(app);
        if let Some(tenant) = &removed {
            tenant.journal().end_all();
        }
        removed
    }

    /// The mock of its own that the app of a token has, if it has one.
    pub(crate) fn tenant_named_by(&self, token: &SessionToken) -> Option<Self> {
        let tenants = sync::read(self.tenants());
        if tenants.is_empty() {
            return None;
        }
        let app = identity::app_of_token(token.expose_secret())?;
        tenants.get(&app).cloned()
    }

    /// The mock that a request belongs to: a tenant, or this one.
    pub(crate) fn for_request(&self, head: &Head) -> Self {
        let tenants = sync::read(self.tenants());
        if tenants.is_empty() || admin::tenants_are_asked_for(&head.parts.uri) {
            return self.clone();
        }
        let app = head.identity.app.as_ref();
        let tenant = app.and_then(|app| tenants.get(app));
        tenant.unwrap_or(self).clone()
    }
}
