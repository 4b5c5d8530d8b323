//! Several apps on one server, each with a mock of its own.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Uri, header::AUTHORIZATION};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use vault_sessions::AppId;

use crate::{admin, builder::VaultBuilder, vault::Vault};

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
        tenants.insert(app, tenant.clone());
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
        tenants.remove(app)
    }

    /// The mock that a request belongs to: a tenant, or this one.
    pub(crate) fn for_request(&self, headers: &HeaderMap, uri: &Uri) -> Cow<'_, Self> {
        let tenants = self
            .tenants()
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if tenants.is_empty() || admin::tenants_are_asked_for(uri) {
            return Cow::Borrowed(self);
        }
        match app_of(headers, uri).and_then(|app| tenants.get(&app)) {
            Some(tenant) => Cow::Owned(tenant.clone()),
            None => Cow::Borrowed(self),
        }
    }
}

/// The app that a request names. Nothing is verified here: the tenant does that.
fn app_of(headers: &HeaderMap, uri: &Uri) -> Option<AppId> {
    named_by_header(headers)
        .or_else(|| named_by_token(bearer(headers)?))
        .or_else(|| named_by_path(uri.path()))
        .or_else(|| named_by_token(&state(uri)?))
}

fn named_by_header(headers: &HeaderMap) -> Option<AppId> {
    let text = headers.get("x-apideck-app-id")?.to_str().ok()?;
    AppId::new(text.trim().to_owned()).ok()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    Some(credentials.split_once(' ')?.1.trim())
}

fn named_by_path(path: &str) -> Option<AppId> {
    let mut segments = path.split('/').skip(1);
    match (segments.next()?, segments.next()?) {
        ("session", token) => named_by_token(token),
        ("vault", "authorize" | "revoke") => {
            let app = percent_decode_str(segments.nth(1)?);
            AppId::new(app.decode_utf8().ok()?.into_owned()).ok()
        }
        _ => None,
    }
}

fn state(uri: &Uri) -> Option<Cow<'_, str>> {
    let mut pairs = form_urlencoded::parse(uri.query()?.as_bytes());
    pairs.find_map(|(name, value)| (name == "state").then_some(value))
}

fn named_by_token(token: &str) -> Option<AppId> {
    #[derive(Deserialize)]
    struct Named {
        application_id: AppId,
    }

    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let named: Named = serde_json::from_slice(&payload).ok()?;
    Some(named.application_id)
}
