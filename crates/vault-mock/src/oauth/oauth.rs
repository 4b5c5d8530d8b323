use std::sync::{Mutex, PoisonError};

use vault_sessions::{AppId, ConsumerId, Url};

use super::{one_time::OneTime, provider::Provider};
use crate::{builder::VaultBuilder, connections::ConnectionId, vault::Vault};

/// What is under way.
#[derive(Debug)]
pub(crate) struct OAuth {
    provider: Mutex<Provider>,
    /// Authorization codes of the simulated provider, for the signature of their state.
    pub(super) codes: OneTime<String>,
    pub(crate) confirmations: OneTime<Pending>,
}

/// The connection that a confirm token is for.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) app: AppId,
    pub(crate) consumer: ConsumerId,
    pub(crate) id: ConnectionId,
}

impl OAuth {
    pub(crate) fn new(provider: Provider) -> Self {
        Self {
            provider: Mutex::new(provider),
            codes: OneTime::default(),
            confirmations: OneTime::default(),
        }
    }
}

impl VaultBuilder {
    /// What the simulated OAuth provider does when a browser comes to it; by default it agrees.
    pub fn oauth_provider(mut self, provider: Provider) -> Self {
        self.oauth_provider = provider;
        self
    }

    /// Whether an authorization with a `nonce` waits for `POST …/confirm`; by default it does.
    ///
    /// The service does so only for accounts that have the protection switched on. Without it the
    /// nonce is ignored, and the connection callable at once.
    pub fn oauth_confirmation(mut self, required: bool) -> Self {
        self.rules.oauth_confirmation = required;
        self
    }

    /// What `authorize_url` and `revoke_url` start with, before `/vault/…`.
    ///
    /// By default the address of the server; without a server `https://vault.invalid`. Set it where
    /// browsers reach the mock under another address than the one it listens on.
    pub fn api_base(mut self, base: Url) -> Self {
        self.api_base = Some(base);
        self
    }
}

impl Vault {
    /// What the simulated OAuth provider does when a browser comes to it.
    #[must_use]
    pub fn oauth_provider(&self) -> Provider {
        let provider = &self.oauth().provider;
        let provider = provider.lock().unwrap_or_else(PoisonError::into_inner);
        provider.clone()
    }

    /// Lets the simulated OAuth provider do something else from now on.
    pub fn set_oauth_provider(&self, provider: Provider) {
        let current = &self.oauth().provider;
        *current.lock().unwrap_or_else(PoisonError::into_inner) = provider;
    }
}
