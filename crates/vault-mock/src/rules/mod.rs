//! The switches of what the service's documentation leaves open.

pub(crate) mod actions;
mod expiry;
mod latitude;
mod named;
mod rate_limit;
mod request_limit;
mod setting;
mod setting_value;
mod validation;

use std::{num::NonZeroUsize, time::Duration};

use vault_sessions::SessionLength;

pub use self::{
    actions::ActionEnforcement,
    expiry::ExpiryRule,
    latitude::LongSession,
    named::InvalidName,
    rate_limit::{InvalidRateLimit, RateLimit},
    setting::{InvalidSetting, Setting},
    validation::{SchemaFault, SessionLengthDialect, Validation},
};
pub(crate) use self::{
    named::named,
    rate_limit::{Counted, RateLimiter},
    request_limit::RequestCount,
};
use crate::{oauth::Provider, sync, vault::Vault};

/// How the mock behaves where the service's documentation leaves something open, and its limits.
///
/// [`VaultBuilder`](crate::VaultBuilder) has a method for each rule, and [`Vault::change_rules`]
/// changes rules while the mock runs. A tenant that is added later begins with the current ones. `POST
/// /__vault_mock/reset` restores those that the mock was made with. [`Setting`] finds them by name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch with a name of its own"
)]
#[non_exhaustive]
pub struct Rules {
    /// How strictly the body of `POST /vault/sessions` is checked.
    pub validation: Validation,
    /// Which texts are a session length.
    pub session_length_dialect: SessionLengthDialect,
    /// How long a session lives if the request does not say.
    pub default_session_length: SessionLength,
    /// What becomes of a session length of more than a week.
    pub long_sessions: LongSession,
    /// Whether `allow_actions` and `unified_apis` may name what does not exist.
    pub unknown_names: bool,
    /// Whether a body of `null` counts as none.
    pub null_body: bool,
    /// Whether a body may begin with a byte order mark of UTF-8.
    pub byte_order_mark: bool,
    /// Whether a body may be of any media type, or of none.
    pub any_content_type: bool,
    /// Whether a session token is taken without `X-APIDECK-AUTH-TYPE: JWT`.
    pub bare_tokens: bool,
    /// Whether ID headers that contradict a session token are ignored.
    pub foreign_ids: bool,
    /// Whether the claims have `scopes` and `data_scopes`.
    pub scope_claims: bool,
    /// Whether a path is unknown (404) to methods that it does not have, rather than 405.
    pub concealed_methods: bool,
    /// The status of a body that breaks the API's document.
    pub schema_fault: SchemaFault,
    /// What `settings.allow_actions` does to requests.
    pub action_enforcement: ActionEnforcement,
    /// When exactly a token stops being good.
    pub expiry_rule: ExpiryRule,
    /// How far in the future a token may be issued (`iat`).
    pub issued_at_tolerance: Duration,
    /// How many requests are answered before 402; `None` is no limit.
    pub request_limit: Option<u64>,
    /// Whether an authorization with a `nonce` waits for `POST …/confirm`.
    pub oauth_confirmation: bool,
    /// How many requests an app may make in a window of time; `None` is no limit.
    pub rate_limit: Option<RateLimit>,
    /// What the simulated OAuth provider does.
    pub oauth_provider: Provider,
    /// Whether the header `x-vault-mock` of a request can inject a fault into its answer.
    pub directives: bool,
    /// Whether the Hosted Vault page, which needs the feature `page`, has a corner for developers.
    pub developer_corner: bool,
    /// Whether the Hosted Vault page, which needs the feature `page`, loads images from other hosts.
    pub external_images: bool,
    /// The largest request body that is accepted, in bytes. The admin API has a limit of its own.
    pub body_limit: usize,
    /// How many requests the journal keeps.
    pub journal_capacity: usize,
    /// For how many consumers changes to connections are kept.
    pub changed_consumers: NonZeroUsize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            validation: Validation::default(),
            session_length_dialect: SessionLengthDialect::default(),
            default_session_length: SessionLength::DEFAULT,
            long_sessions: LongSession::default(),
            unknown_names: false,
            null_body: false,
            byte_order_mark: false,
            any_content_type: false,
            bare_tokens: false,
            foreign_ids: false,
            scope_claims: true,
            concealed_methods: false,
            schema_fault: SchemaFault::default(),
            action_enforcement: ActionEnforcement::default(),
            expiry_rule: ExpiryRule::default(),
            issued_at_tolerance: Duration::ZERO,
            request_limit: None,
            oauth_confirmation: true,
            rate_limit: None,
            oauth_provider: Provider::default(),
            directives: true,
            developer_corner: true,
            external_images: false,
            body_limit: 1024 * 1024,
            journal_capacity: 1_000,
            changed_consumers: NonZeroUsize::new(10_000).expect("it is not zero"),
        }
    }
}

impl Vault {
    /// The current rules.
    #[must_use]
    pub fn rules(&self) -> Rules {
        self.look_at_rules(Rules::clone)
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
        let mut rules = sync::write(self.shared_rules());
        change(&mut rules);
        self.rate_limiter().set_limit(rules.rate_limit);
        // These two drop what there is no more room for.
        self.journal().set_capacity(rules.journal_capacity);
        self.store().set_limit(rules.changed_consumers);
    }

    /// As [`rules`](Self::rules), without a copy.
    pub(crate) fn look_at_rules<T>(&self, look: impl FnOnce(&Rules) -> T) -> T {
        look(&sync::read(self.shared_rules()))
    }
}
