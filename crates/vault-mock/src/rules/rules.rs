use std::{num::NonZeroUsize, time::Duration};

use vault_sessions::SessionLength;

use super::{
    ExpiryRule, LongSession, RateLimit, SchemaFault, SessionLengthDialect, Validation,
    setting::{Setting, rules, set_json, set_text},
    setting_value::SettingValue,
};
use crate::{oauth::Provider, sync, vault::Vault};

rules! {
    /// How the mock behaves where the service's documentation leaves something open, and its limits.
    ///
    /// [`VaultBuilder`](crate::VaultBuilder) has a method for each rule, and [`Vault::change_rules`]
    /// changes rules while the mock runs. A tenant that is added later begins with the current ones. `POST
    /// /__vault_mock/reset` restores those that the mock was made with. [`Setting`] finds them by name.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Rules {
        /// What is refused in a body: everything that the API's document forbids (strict), the same but
        /// for unknown members (lenient), or nothing (off).
        validation: Validation = Validation::default(), "MODE";
        /// Which session lengths are valid: those such as `30m` (strict), or whatever the npm package
        /// `ms` reads (ms).
        session_length_dialect: SessionLengthDialect = SessionLengthDialect::default(), "DIALECT";
        /// How long a session lives if the request does not say, such as 30m.
        default_session_length: SessionLength = SessionLength::DEFAULT, "LENGTH";
        /// What becomes of a session length of more than a week: it is refused, accepted, or shortened
        /// to a week.
        long_sessions: LongSession = LongSession::default(), "WHAT";
        /// Whether `allow_actions` and `unified_apis` may name what does not exist.
        unknown_names: bool = false, "true|false";
        /// Whether a body of `null` counts as none.
        null_body: bool = false, "true|false";
        /// Whether a body may begin with a byte order mark.
        byte_order_mark: bool = false, "true|false";
        /// Whether a body may be of any media type, or of none.
        any_content_type: bool = false, "true|false";
        /// Whether a session token is accepted without the header `X-APIDECK-AUTH-TYPE: JWT`.
        bare_tokens: bool = false, "true|false";
        /// Whether ID headers that contradict a session token are ignored.
        foreign_ids: bool = false, "true|false";
        /// Whether the claims have `scopes` and `data_scopes`.
        scope_claims: bool = true, "true|false";
        /// Whether a path is unknown (404) to methods that it does not have, rather than 405.
        concealed_methods: bool = false, "true|false";
        /// The status of the answer to a body that breaks the API's document: 400 or 422.
        schema_fault: SchemaFault = SchemaFault::default(), "STATUS";
        /// Whether requests for actions that a session does not allow are refused.
        enforce_actions: bool = false, "true|false";
        /// When exactly a token expires: at `exp` (rfc7519), right after it (inclusive), or some
        /// seconds later (leeway=SECONDS).
        expiry_rule: ExpiryRule = ExpiryRule::default(), "RULE";
        /// How many seconds in the future the `iat` of a token may be.
        issued_at_tolerance: Duration = Duration::ZERO, "SECONDS";
        /// How many requests are answered before 402; unlimited when absent.
        request_limit: Option<u64> = None, "REQUESTS";
        /// How many requests an app may make, such as `60/minute`; unlimited when absent.
        rate_limit: Option<RateLimit> = None, "LIMIT";
        /// What the simulated OAuth provider does: it agrees, asks (on a page), refuses, or refuses
        /// with an error code of RFC 6749 (refuses=CODE).
        oauth_provider: Provider = Provider::default(), "WHAT";
        /// Whether an OAuth authorization with a `nonce` must be confirmed.
        oauth_confirmation: bool = true, "true|false";
        /// Whether the header `x-vault-mock` of a request can inject a fault into its answer.
        directives: bool = true, "true|false";
        /// Whether the page of a session has a corner for developers, shown to those who may use the
        /// admin API.
        developer_corner: bool = true, "true|false";
        /// Whether the page of a session loads images from other hosts.
        external_images: bool = false, "true|false";
        /// The largest request body that is accepted, in bytes.
        body_limit: usize = 1024 * 1024, "BYTES";
        /// How many requests the journal keeps.
        journal_capacity: usize = 1_000, "REQUESTS";
        /// For how many consumers changes to connections are kept.
        changed_consumers: NonZeroUsize = NonZeroUsize::new(10_000).expect("it is not zero"), "CONSUMERS";
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
        // These two drop what no longer fits.
        self.journal().set_capacity(rules.journal_capacity);
        self.store().set_limit(rules.changed_consumers);
    }

    /// As [`rules`](Self::rules), without a copy.
    pub(crate) fn look_at_rules<T>(&self, look: impl FnOnce(&Rules) -> T) -> T {
        look(&sync::read(self.shared_rules()))
    }
}
