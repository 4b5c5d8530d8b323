use std::{
    convert::Infallible,
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use clap::ValueEnum;
use serde::{Deserialize, Deserializer, de::Error};
use vault_mock::{Clock, ClockChange};
use vault_sessions::wire::{BaseUri, InvalidBaseUri};

/// A key, secret or token: any text, because an error of the argument parser would repeat a bad one.
#[derive(Clone)]
pub(crate) struct Concealed(pub(crate) String);

impl FromStr for Concealed {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Concealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Concealed(redacted)")
    }
}

/// A number that a secret is derived from.
#[derive(Clone, Copy)]
pub(crate) struct Seed(pub(crate) u64);

impl FromStr for Seed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        number(text).map(Self)
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
            None => match format!("set={text}").parse() {
                Ok(ClockChange::Set(time)) => Some(time),
                _ => None,
            },
        };
        time.map(Self::At).ok_or_else(|| {
            "write `now`, a time such as 2026-01-01T00:00:00Z, or seconds since 1970".to_owned()
        })
    }
}

/// Reads where a mock can be reached; the service's address would be no example of that.
pub(super) fn base(text: &str) -> Result<BaseUri, String> {
    text.parse().map_err(|invalid: InvalidBaseUri| {
        let service = BaseUri::default().to_string();
        let invalid = invalid.to_string();
        invalid.replace(service.trim_end_matches('/'), "https://vault.test")
    })
}

/// Reads a whole number, and says which there are.
pub(crate) fn number<T>(text: &str) -> Result<T, String>
where
    T: TryFrom<u64> + Bounded,
{
    let number = text
        .parse()
        .ok()
        .and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| format!("write a whole number from 0 to {}", T::LARGEST))
}

pub(crate) trait Bounded {
    const LARGEST: u64;
}

impl Bounded for u64 {
    const LARGEST: u64 = Self::MAX;
}

impl Bounded for u32 {
    const LARGEST: u64 = Self::MAX as u64;
}

/// Reads a value of a connection from its text.
pub(super) fn text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}
