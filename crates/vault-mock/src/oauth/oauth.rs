use vault_sessions::{AppId, ConsumerId, wire::BaseUriArgument};

use super::{one_time::OneTime, provider::Provider};
use crate::{
    argument::RuleArgument, builder::VaultBuilder, connections::ConnectionId, vault::Vault,
};

/// What is under way.
#[derive(Debug, Default)]
pub(crate) struct OAuth {
    /// Authorization codes of the simulated provider, for the signature of their state.
    pub(super) codes: OneTime<String>,
    pub(crate) confirmations: OneTime<PendingConfirmation>,
}

/// The connection that a confirm token is for.
#[derive(Clone, Debug)]
pub(crate) struct PendingConfirmation {
    pub(crate) app: AppId,
    pub(crate) consumer: ConsumerId,
    pub(crate) id: ConnectionId,
}

impl VaultBuilder {
    /// What the simulated OAuth provider does when a browser comes to it; by default it agrees.
    pub fn oauth_provider(mut self, provider: impl RuleArgument<Provider>) -> Self {
        self.settings.rules.oauth_provider = provider.into();
        self
    }

    /// Whether an authorization with a `nonce` waits for `POST …/confirm`; by default it does.
    ///
    /// The service does so only for accounts that have the protection switched on. Without it the
    /// nonce is ignored, and the connection callable at once.
    pub fn oauth_confirmation(mut self, required: bool) -> Self {
        self.settings.rules.oauth_confirmation = required;
        self
    }

    /// From text, literal or not: `BaseUri::new("https://api.test")?`.
    ///
    /// What `authorize_url` and `revoke_url` start with, before `/vault/…`.
    ///
    /// By default as [`public_base`](VaultBuilder::public_base): what the request came with.
    pub fn api_base(mut self, base: impl BaseUriArgument) -> Self {
        self.settings.api_base = Some(base.into());
        self
    }
}

impl Vault {
    /// What the simulated OAuth provider does when a browser comes to it.
    #[must_use]
    pub fn oauth_provider(&self) -> Provider {
        self.look_at_rules(|rules| rules.oauth_provider.clone())
    }

    /// Lets the simulated OAuth provider do something else from now on.
    pub fn set_oauth_provider(&self, provider: Provider) {
        self.change_rules(|rules| rules.oauth_provider = provider);
    }
}
