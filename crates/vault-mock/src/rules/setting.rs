use std::{error::Error, fmt};

use serde_json::{Value, json};

use super::{Rules, setting_value::SettingValue};
use crate::builder::VaultBuilder;

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
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) placeholder: &'static str,
    pub(super) schema: fn() -> Value,
    pub(super) to_json: fn(&Rules) -> Value,
    pub(super) set_json: fn(&mut Rules, &Value) -> Result<(), String>,
    pub(super) set_text: fn(&mut Rules, &str) -> Result<(), String>,
}

/// Declares [`Rules`], what they are by default, and a [`Setting`] for each: what it is about, its name and
/// type, its default, and what stands for a value in the help of the program.
macro_rules! rules {
    (
        $(#[$attribute:meta])*
        pub struct $rules:ident {
            $($(#[doc = $line:literal])+ $name:ident: $kind:ty = $default:expr, $placeholder:literal;)+
        }
    ) => {
        $(#[$attribute])*
        pub struct $rules {
            $($(#[doc = $line])+ pub $name: $kind,)+
        }

        impl Default for $rules {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Setting {
            /// All settings, in the order in which the admin API shows them.
            #[must_use]
            pub fn all() -> &'static [Self] {
                const ALL: &[Setting] = &[$(Setting {
                    name: stringify!($name),
                    description: concat!($($line),+),
                    placeholder: $placeholder,
                    schema: <$kind as SettingValue>::schema,
                    to_json: |rules| rules.$name.to_json(),
                    set_json: |rules, value| set_json(&mut rules.$name, value),
                    set_text: |rules, text| set_text(&mut rules.$name, text),
                }),+];
                ALL
            }
        }
    };
}

pub(super) use rules;

pub(super) fn set_json<T: SettingValue>(rule: &mut T, value: &Value) -> Result<(), String> {
    let read = match value {
        Value::Null => T::NULL,
        value => Some(T::from_json(value)?),
    };
    // Where null lifts nothing, it changes nothing, as if it were absent.
    if let Some(new) = read {
        *rule = new;
    }
    Ok(())
}

pub(super) fn set_text<T: SettingValue>(rule: &mut T, text: &str) -> Result<(), String> {
    *rule = T::from_text(text)?;
    Ok(())
}

impl Setting {
    /// The setting with a name, such as `rate_limit` or `rate-limit`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let name = name.replace('-', "_");
        Self::all().iter().find(|setting| setting.name == name)
    }

    /// Its name, with `_` between the words.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it does, in one sentence without a full stop.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.description.trim_start().trim_end_matches('.')
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

/// A text that is not a value of the setting.
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
