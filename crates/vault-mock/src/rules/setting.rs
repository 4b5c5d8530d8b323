use std::{error::Error, fmt, num::NonZeroUsize, time::Duration};

use serde_json::{Value, json};
use vault_sessions::SessionLength;

use super::{
    ActionEnforcement, ExpiryRule, LongSession, RateLimit, Rules, SchemaFault,
    SessionLengthDialect, Validation, setting_value::SettingValue,
};
use crate::{builder::VaultBuilder, oauth::Provider};

/// One of the [`Rules`], by its name.
///
/// The name, with `_` or `-` between its words, is also a flag, a variable and a file key of the
/// program `vault-mock`, and a member of `/__vault_mock/settings` and `/__vault_mock/tenants`. They
/// all take names, descriptions, types and defaults from here.
///
/// ```
/// use vault_mock::{Setting, Validation, Vault};
///
/// let validation = Setting::named("validation").unwrap();
/// let vault = Vault::builder().setting(validation, "lenient")?.build();
/// assert_eq!(vault.rules().validation, Validation::Lenient);
/// # Ok::<(), vault_mock::InvalidSetting>(())
/// ```
pub struct Setting {
    name: &'static str,
    description: &'static str,
    placeholder: &'static str,
    schema: fn() -> Value,
    to_json: fn(&Rules) -> Value,
    set_json: fn(&mut Rules, &Value) -> Result<(), String>,
    set_text: fn(&mut Rules, &str) -> Result<(), String>,
}

/// Writes the table of all settings: description, name, type, field of [`Rules`], and what stands for
/// a value in the help of the program.
macro_rules! settings {
    ($($(#[doc = $line:literal])+ $name:ident: $kind:ty = $field:ident, $placeholder:literal;)+) => {
        static ALL: &[Setting] = &[$(Setting {
            name: stringify!($name),
            description: concat!($($line),+),
            placeholder: $placeholder,
            schema: <$kind as SettingValue>::schema,
            to_json: |rules| rules.$field.to_json(),
            set_json: |rules, value| {
                let read = match value {
                    Value::Null => <$kind as SettingValue>::NULL,
                    value => Some(<$kind as SettingValue>::from_json(value)?),
                };
                // What null does not lift stays as it is, as where it is absent.
                if let Some(new) = read {
                    rules.$field = new;
                }
                Ok(())
            },
            set_text: |rules, text| {
                rules.$field = <$kind as SettingValue>::from_text(text)?;
                Ok(())
            },
        }),+];
    };
}

settings! {
    /// What is refused in a body: everything that the API's document forbids (strict), the same but
    /// for unknown members (lenient), or nothing (off)
    validation: Validation = validation, "MODE";
    /// Which session lengths are valid: those such as `30m` (strict), or whatever the npm package `ms`
    /// reads (ms)
    session_length_dialect: SessionLengthDialect = session_length_dialect, "DIALECT";
    /// How long a session lives if the request does not say, such as 30m
    default_session_length: SessionLength = default_session_length, "LENGTH";
    /// What becomes of a session length of more than a week: it is refused, accepted, or shortened to a
    /// week
    long_sessions: LongSession = long_sessions, "WHAT";
    /// Whether `allow_actions` and `unified_apis` may name what does not exist
    unknown_names: bool = unknown_names, "true|false";
    /// Whether a body of `null` counts as none
    null_body: bool = null_body, "true|false";
    /// Whether a body may begin with a byte order mark
    byte_order_mark: bool = byte_order_mark, "true|false";
    /// Whether a body may be of any media type, or of none
    any_content_type: bool = any_content_type, "true|false";
    /// Whether a session token is taken without the header `X-APIDECK-AUTH-TYPE: JWT`
    bare_tokens: bool = bare_tokens, "true|false";
    /// Whether ID headers that contradict a session token are ignored
    foreign_ids: bool = foreign_ids, "true|false";
    /// Whether the claims have `scopes` and `data_scopes`
    scope_claims: bool = scope_claims, "true|false";
    /// Whether a path is unknown (404) to methods that it does not have, rather than 405
    concealed_methods: bool = concealed_methods, "true|false";
    /// The status of a body that breaks the API's document: 400 or 422
    schema_fault: SchemaFault = schema_fault, "STATUS";
    /// Whether requests for actions that a session does not allow are refused
    enforce_actions: ActionEnforcement = action_enforcement, "true|false";
    /// When exactly a token expires: at `exp` (rfc7519), right after it (inclusive), or some seconds
    /// later (leeway=SECONDS)
    expiry_rule: ExpiryRule = expiry_rule, "RULE";
    /// How many seconds in the future the `iat` of a token may be
    issued_at_tolerance: Duration = issued_at_tolerance, "SECONDS";
    /// How many requests are answered before 402; unlimited when absent
    request_limit: Option<u64> = request_limit, "REQUESTS";
    /// How many requests an app may make, such as `60/minute`; unlimited when absent
    rate_limit: Option<RateLimit> = rate_limit, "LIMIT";
    /// What the simulated OAuth provider does: it agrees, asks (on a page), refuses, or refuses with
    /// an error code of RFC 6749 (refuses=CODE)
    oauth_provider: Provider = oauth_provider, "WHAT";
    /// Whether an OAuth authorization with a `nonce` must be confirmed
    oauth_confirmation: bool = oauth_confirmation, "true|false";
    /// Whether the header `x-vault-mock` of a request can inject a fault into its answer
    directives: bool = directives, "true|false";
    /// Whether the page of a session has a corner for developers, shown to those who may use the admin
    /// API
    developer_corner: bool = developer_corner, "true|false";
    /// Whether the page of a session loads images from other hosts
    external_images: bool = external_images, "true|false";
    /// The largest request body that is accepted, in bytes
    body_limit: usize = body_limit, "BYTES";
    /// How many requests the journal keeps
    journal_capacity: usize = journal_capacity, "REQUESTS";
    /// For how many consumers changes to connections are kept
    changed_consumers: NonZeroUsize = changed_consumers, "CONSUMERS";
}

impl Setting {
    /// All settings, in the order in which the admin API shows them.
    #[must_use]
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// The setting of a name, such as `rate_limit` or `rate-limit`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let name = name.replace('-', "_");
        ALL.iter().find(|setting| setting.name == name)
    }

    /// Its name, with `_` between the words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it does, in one sentence without a full stop.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.description.trim_start()
    }

    /// What stands for its value in a help text, such as `SECONDS`.
    #[must_use]
    pub fn placeholder(&self) -> &'static str {
        self.placeholder
    }

    /// Its default as a text; `None` if that is no limit.
    #[must_use]
    pub fn default_text(&self) -> Option<String> {
        match self.to_json(&Rules::default()) {
            Value::Null => None,
            Value::String(text) => Some(text),
            value => Some(value.to_string()),
        }
    }

    /// Checks a text as its value.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] says what to write.
    pub fn check(&self, text: &str) -> Result<(), InvalidSetting> {
        (self.set_text)(&mut Rules::default(), text).map_err(InvalidSetting)
    }

    pub(crate) fn to_json(&self, rules: &Rules) -> Value {
        (self.to_json)(rules)
    }

    /// Takes a value of a merge patch (RFC 7396): `null` lifts a limit, and changes nothing else.
    pub(crate) fn set_json(&self, rules: &mut Rules, value: &Value) -> Result<(), String> {
        (self.set_json)(rules, value)
    }

    /// The JSON schema of its value.
    pub(crate) fn schema(&self) -> Value {
        (self.schema)()
    }

    /// The JSON schema of its value in a merge patch, where it may be null.
    pub(crate) fn change_schema(&self) -> Value {
        nullable(self.schema())
    }
}

impl VaultBuilder {
    /// Sets a setting from its text, as a flag of the program does.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] says what to write.
    pub fn setting(mut self, setting: &Setting, text: &str) -> Result<Self, InvalidSetting> {
        (setting.set_text)(&mut self.settings.rules, text).map_err(InvalidSetting)?;
        Ok(self)
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Setting({})", self.name)
    }
}

/// A text that is no value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSetting(String);

impl fmt::Display for InvalidSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for InvalidSetting {}

pub(super) fn nullable(mut schema: Value) -> Value {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    if let Some(kind) = schema.get_mut("type").filter(|kind| kind.is_string()) {
        *kind = json!([kind.take(), "null"]);
    }
    schema
}
