use std::{fmt::Display, num::NonZeroUsize, str::FromStr, time::Duration};

use serde_json::{Value, json};
use vault_sessions::SessionLength;

use super::{ExpiryRule, LongSession, RateLimit, SchemaFault, SessionLengthDialect, Validation};
use crate::{
    admin::{LARGEST, integer, seconds},
    oauth::Provider,
};

/// How a type is written as the value of a setting: as JSON for the admin API, as text for the
/// program.
pub(super) trait SettingValue: Sized {
    /// What null stands for, if for anything.
    const NULL: Option<Self> = None;

    fn schema() -> Value;

    fn to_json(&self) -> Value;

    fn from_json(value: &Value) -> Result<Self, String>;

    fn from_text(text: &str) -> Result<Self, String>;
}

/// Types whose JSON is their text.
macro_rules! texts {
    ($($kind:ty: $schema:tt),+) => {
        $(impl SettingValue for $kind {
            fn schema() -> Value {
                json!($schema)
            }

            fn to_json(&self) -> Value {
                self.to_string().into()
            }

            fn from_json(value: &Value) -> Result<Self, String> {
                Self::from_text(value.as_str().ok_or("it must be a text")?)
            }

            fn from_text(text: &str) -> Result<Self, String> {
                parse(text)
            }
        })+
    };
}

texts! {
    Validation: { "enum": Validation::NAMES },
    SessionLengthDialect: { "enum": SessionLengthDialect::NAMES },
    SessionLength: {
        "type": "string",
        "pattern": "^(([1-9][0-9]{0,4}|[1-5][0-9]{5}|60[0-3][0-9]{3}|604[0-7][0-9]{2}|604800)s|([1-9][0-9]{0,3}|100[0-7][0-9]|10080)m|([1-9][0-9]?|1[0-5][0-9]|16[0-8])h|[1-7]d|1w)$"
    },
    LongSession: { "enum": LongSession::NAMES },
    ExpiryRule: {
        "type": "string",
        "pattern": "^(rfc7519|inclusive|leeway=[0-9]{1,9}(\\.[0-9]{1,9})?)$"
    },
    RateLimit: { "type": "string", "pattern": "^[0-9]{1,9}/(second|minute|hour)$" },
    Provider: {
        "type": "string",
        "pattern": "^(agrees|asks|refuses|refuses=[ !#-\\[\\]-~]{1,100})$"
    }
}

/// Types whose JSON is that of another one, or a number.
macro_rules! converted {
    ($($kind:ty, $schema:tt, $to_json:expr, $from_json:expr, $from_text:expr;)+) => {
        $(impl SettingValue for $kind {
            fn schema() -> Value {
                json!($schema)
            }

            fn to_json(&self) -> Value {
                $to_json(self)
            }

            fn from_json(value: &Value) -> Result<Self, String> {
                $from_json(value)
            }

            fn from_text(text: &str) -> Result<Self, String> {
                $from_text(text)
            }
        })+
    };
}

converted! {
    bool, { "type": "boolean" },
        |flag: &bool| Value::from(*flag),
        |value: &Value| value.as_bool().ok_or_else(|| FLAG.to_owned()),
        |text: &str| text.parse().map_err(|_| FLAG.to_owned());

    SchemaFault, { "enum": [400, 422] },
        |value: &Self| Value::from(value.status().as_u16()),
        |value: &Value| {
            let fault = integer(value).and_then(|status| status.to_string().parse().ok());
            fault.ok_or_else(|| "it must be 400 or 422".to_owned())
        },
        parse;

    Duration, { "type": "number", "minimum": 0, "maximum": 1_000_000_000_000_u64 },
        |duration: &Self| Value::from(duration.as_secs_f64()),
        seconds,
        |text: &str| seconds(&text.parse::<f64>().map_or(Value::Null, Value::from));

    u64, { "type": "integer", "minimum": 0, "maximum": LARGEST },
        |number: &Self| Value::from(*number),
        |value: &Value| {
            let number = integer(value);
            number.ok_or_else(|| format!("it must be an integer from 0 to {LARGEST}, or null"))
        },
        whole;

    usize, { "type": "integer", "minimum": 0, "maximum": LARGEST },
        |number: &Self| Value::from(*number),
        |value: &Value| {
            let number = integer(value).and_then(|number| number.try_into().ok());
            number.ok_or_else(|| format!("it must be an integer from 0 to {LARGEST}"))
        },
        whole;

    NonZeroUsize, { "type": "integer", "minimum": 1, "maximum": LARGEST },
        |number: &Self| Value::from(number.get()),
        |value: &Value| {
            let number = usize::from_json(value).ok().and_then(Self::new);
            number.ok_or_else(|| format!("it must be an integer from 1 to {LARGEST}"))
        },
        whole;
}

impl<T: SettingValue> SettingValue for Option<T> {
    const NULL: Option<Self> = Some(None);

    fn schema() -> Value {
        super::setting::nullable(T::schema())
    }

    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }

    fn from_json(value: &Value) -> Result<Self, String> {
        T::from_json(value).map(Some)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        T::from_text(text).map(Some)
    }
}

const FLAG: &str = "it must be true or false";

fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|invalid: T::Err| invalid.to_string())
}

fn whole<T: SettingValue>(text: &str) -> Result<T, String> {
    T::from_json(&text.parse::<u64>().map_or(Value::Null, Value::from))
}
