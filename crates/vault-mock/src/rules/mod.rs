//! The switches of what the service's documentation leaves open.

pub(crate) mod actions;
mod expiry;
mod named;
mod rate_limit;
mod request_limit;
mod validation;

use std::{sync::PoisonError, time::Duration};

pub use self::{
    actions::ActionEnforcement,
    expiry::ExpiryRule,
    named::InvalidName,
    rate_limit::{InvalidRateLimit, RateLimit},
    validation::{SchemaFault, SessionLengthDialect, Validation},
};
pub(crate) use self::{
    named::named,
    rate_limit::{Counted, RateLimiter},
    request_limit::RequestCount,
};
use crate::vault::Vault;

/// How the mock does what the service's documentation leaves open.
///
/// The [`VaultBuilder`](crate::VaultBuilder) has a method for each of them; [`Vault::change_rules`] changes
/// them while the mock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// How closely the body of `POST /vault/sessions` is looked at.
    pub validation: Validation,
    /// Which texts are a session length.
    pub session_length_dialect: SessionLengthDialect,
    /// The status of a body that breaks the API's document.
    pub schema_fault: SchemaFault,
    /// What `settings.allow_actions` does to requests.
    pub action_enforcement: ActionEnforcement,
    /// When exactly a token stops being good.
    pub expiry_rule: ExpiryRule,
    /// How far in the future a token may be issued (`iat`).
    pub issued_at_tolerance: Duration,
    /// How many requests the account may make; `None` is as many as it likes.
    pub request_limit: Option<u64>,
    /// Whether an authorization with a `nonce` waits for `POST …/confirm`.
    pub oauth_confirmation: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            validation: Validation::default(),
            session_length_dialect: SessionLengthDialect::default(),
            schema_fault: SchemaFault::default(),
            action_enforcement: ActionEnforcement::default(),
            expiry_rule: ExpiryRule::default(),
            issued_at_tolerance: Duration::ZERO,
            request_limit: None,
            oauth_confirmation: true,
        }
    }
}

impl Vault {
    /// The rules at present.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let rules = self.shared_rules().read();
        *rules.unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes rules for all requests from now on.
    ///
    /// ```
    /// use vault_mock::{Validation, Vault};
    ///
    /// let vault = Vault::builder().build();
    /// vault.change_rules(|rules| rules.validation = Validation::Lenient);
    /// assert_eq!(vault.rules().validation, Validation::Lenient);
    /// ```
    pub fn change_rules(&self, change: impl FnOnce(&mut Rules)) {
        let rules = self.shared_rules().write();
        change(&mut rules.unwrap_or_else(PoisonError::into_inner));
    }
}
