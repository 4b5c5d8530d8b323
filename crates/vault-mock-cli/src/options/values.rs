use std::{
    convert::Infallible,
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use clap::ValueEnum;
use serde::{Deserialize, Deserializer, de::Error};
use toml::Value;
use vault_mock::Clock;

/// Reads a value from its text, as a flag is read.
pub(super) fn parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(D::Error::custom)
}

/// A key, secret or token: any text, because an error of the argument parser would repeat a bad one.
#[derive(Clone)]
pub(crate) struct Concealed(pub(crate) String);

impl FromStr for Concealed {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Concealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            _ => Err(D::Error::custom("expected a text in quotes")),
        }
    }
}

impl fmt::Debug for Concealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Concealed(redacted)")
    }
}

/// A time that a clock can be stopped at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    Now,
    At(SystemTime),
}

impl Moment {
    pub(crate) fn clock(self) -> Clock {
        match self {
            Self::Now => Clock::frozen(),
            Self::At(time) => Clock::frozen_at(time),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "now" {
            return Ok(Self::Now);
        }
        let seconds = text.parse().ok().map(Duration::from_secs);
        let time = match seconds {
            Some(seconds) => SystemTime::UNIX_EPOCH.checked_add(seconds),
            None => humantime::parse_rfc3339(text).ok(),
        };
        time.map(Self::At).ok_or_else(|| {
            "write `now`, a time such as 2026-01-01T00:00:00Z, or seconds since 1970".to_owned()
        })
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            Value::Datetime(time) => time.to_string(),
            Value::Integer(seconds) => seconds.to_string(),
            _ => String::new(),
        };
        text.parse().map_err(D::Error::custom)
    }
}

/// Reads a value that is written as a text.
pub(super) fn from_text<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    text(deserializer).map(Some)
}

/// As [`from_text`], where there must be a value.
pub(super) fn text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    let text = match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Integer(number) => number.to_string(),
        _ => return Err(D::Error::custom("expected a text in quotes")),
    };
    text.parse().map_err(D::Error::custom)
}

#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}
