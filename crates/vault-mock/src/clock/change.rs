use std::{
    error::Error,
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    clock::{Clock, unix_seconds},
    rfc3339::parse_rfc3339,
};

/// What a clock shows, and how fast it runs.
///
/// As JSON: `{"now":"2026-11-23T10:00:00Z","unix_seconds":1795428000,"scale":0}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockState {
    now: SystemTime,
    scale: u32,
}

impl ClockState {
    pub(crate) fn new(now: SystemTime, scale: u32) -> Self {
        Self { now, scale }
    }

    /// The time on the clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.now
    }

    /// How many times as fast as tokio's time the clock runs; 0 stands still.
    #[must_use]
    pub fn scale(&self) -> u32 {
        self.scale
    }
}

impl Serialize for ClockState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("ClockState", 3)?;
        let now = humantime::format_rfc3339(self.now).to_string();
        members.serialize_field("now", &now)?;
        members.serialize_field("unix_seconds", &unix_seconds(self.now))?;
        members.serialize_field("scale", &self.scale)?;
        members.end()
    }
}

/// A change of a clock as data, for configurations and other languages.
///
/// Text: `advance=30m`, `set=2026-11-23T10:00:00Z`, `freeze`, `resume`, `scale=60`.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use vault_mock::{Clock, ClockChange};
///
/// let clock = Clock::frozen_at(SystemTime::UNIX_EPOCH);
/// clock.apply("advance=1m 30s".parse()?);
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(90));
/// assert_eq!(ClockChange::Scale(60).to_string(), "scale=60");
/// # Ok::<(), vault_mock::InvalidClockChange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockChange {
    /// [`Clock::advance`].
    Advance(Duration),
    /// [`Clock::set`]. The text is a date and time as RFC 3339 has it, in UTC.
    Set(SystemTime),
    /// [`Clock::freeze`].
    Freeze,
    /// [`Clock::resume`].
    Resume,
    /// [`Clock::scale`].
    Scale(u32),
}

impl Clock {
    /// Applies a change that is given as data.
    pub fn apply(&self, change: ClockChange) {
        match change {
            ClockChange::Advance(by) => self.advance(by),
            ClockChange::Set(time) => self.set(time),
            ClockChange::Freeze => self.freeze(),
            ClockChange::Resume => self.resume(),
            ClockChange::Scale(factor) => self.scale(factor),
        }
    }
}

impl FromStr for ClockChange {
    type Err = InvalidClockChange;

    fn from_str(text: &str) -> Result<Self, InvalidClockChange> {
        let (name, value) = match text.split_once('=') {
            None => (text.trim(), None),
            Some((name, value)) => (name.trim(), Some(value.trim())),
        };
        match (name, value) {
            ("advance", Some(by)) => {
                humantime::parse_duration(by)
                    .map(Self::Advance)
                    .map_err(|error| {
                        InvalidClockChange::new(format!("advance={by} is not a duration: {error}"))
                    })
            }
            ("set", Some(time)) => parse_rfc3339(time).map(Self::Set).ok_or_else(|| {
                InvalidClockChange::new(format!(
                    "set={time} is not a time such as 2026-11-23T10:00:00Z"
                ))
            }),
            ("scale", Some(factor)) => factor.parse().map(Self::Scale).map_err(|_| {
                InvalidClockChange::new(format!("scale={factor} is not a whole number from 0 on"))
            }),
            ("freeze", None) => Ok(Self::Freeze),
            ("resume", None) => Ok(Self::Resume),
            _ => Err(InvalidClockChange::new(format!(
                "`{text}`; known are advance=<duration>, set=<time>, scale=<number>, freeze, resume"
            ))),
        }
    }
}

impl fmt::Display for ClockChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Advance(by) => write!(formatter, "advance={}", humantime::format_duration(*by)),
            Self::Set(time) => write!(formatter, "set={}", humantime::format_rfc3339(*time)),
            Self::Freeze => formatter.write_str("freeze"),
            Self::Resume => formatter.write_str("resume"),
            Self::Scale(factor) => write!(formatter, "scale={factor}"),
        }
    }
}

/// A text that is not a [`ClockChange`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidClockChange(String);

impl InvalidClockChange {
    pub(super) fn new(problem: String) -> Self {
        Self(problem)
    }
}

impl fmt::Display for InvalidClockChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "invalid change of the clock: {}", self.0)
    }
}

impl Error for InvalidClockChange {}
