//! Several apps on one server, each with a mock of its own.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use vault_sessions::AppId;

use crate::{admin, builder::VaultBuilder, identity::Head, vault::Vault};

/// The tenants of a mock, by app.
pub(crate) type Tenants = RwLock<BTreeMap<AppId, Vault>>;

impl Vault {
    /// The mock that an app has for its own. It lives as long as anybody holds it, and answers
    /// requests to the server until it is removed.
    #[must_use]
    pub fn tenant(&self, app: &AppId) -> Option<Self> {
        let tenants = self.tenants().read();
        tenants
            .unwrap_or_else(PoisonError::into_inner)
            .get(app)
            .cloned()
    }

    /// Gives an app a mock of its own from now on, in place of the one that it may have: with its own
    /// clock, API key, secret, policy, journal, faults and connections, as its builder says.
    ///
    /// A request belongs to the tenant whose app ID stands in `x-apideck-app-id`, or in the claims of
    /// the token or state that it carries, or in its path. All other requests belong to the mock
    /// itself, which takes any app unless it is told otherwise. Address, admin access and public
    /// base come from the mock; tenants of a tenant are not reached.
    ///
    /// Start with [`to_builder`](Self::to_builder) for a tenant that begins as this mock is now, with
    /// [`Vault::builder`] for one that has nothing of it. Tests that share a server are isolated from
    /// each other when each adds a tenant for an app ID that it makes up.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the tenant can also be asked for later"
    )]
    pub fn add_tenant(&self, app: AppId, tenant: VaultBuilder) -> Self {
        let tenant = tenant.build_tenant(app.clone(), self);
        let tenants = self.tenants().write();
        let mut tenants = tenants.unwrap_or_else(PoisonError::into_inner);
        self.journal().hand_over(&app, tenant.journal());
        if let Some(former) = tenants.insert(app, tenant.clone()) {
            former.journal().end_all();
        }
        tenant
    }

    /// The apps that have a mock of their own.
    #[must_use]
    pub fn tenant_apps(&self) -> Vec<AppId> {
        let tenants = self.tenants().read();
        let tenants = tenants.unwrap_or_else(PoisonError::into_inner);
        tenants.keys().cloned().collect()
    }

    /// Lets an app share the mock with others again. Returns the mock that it had for its own.
    pub fn remove_tenant(&self, app: &AppId) -> Option<Self> {
        let mut tenants = self
            .tenants()
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        self.journal().take_back(app);
        let removed = tenants.remove(app);
        if let Some(tenant) = &removed {
            tenant.journal().end_all();
        }
        removed
    }

    /// The mock that a request belongs to: a tenant, or this one.
    pub(crate) fn for_request(&self, head: &Head) -> Self {
        let tenants = self
            .tenants()
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if tenants.is_empty() || admin::tenants_are_asked_for(&head.parts.uri) {
            return self.clone();
        }
        let app = head.identity.app.as_ref();
        let tenant = app.and_then(|app| tenants.get(app));
        tenant.unwrap_or(self).clone()
    }
}
