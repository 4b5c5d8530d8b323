use std::{fmt, num::NonZeroU32, time::Duration};

use serde_core::{Serialize, Serializer};

use super::{
    invalid::{InvalidValue, ValueProblem},
    text::{read_from_json, read_from_text},
};

const KIND: &str = "session length";
const RULE: &str = "write a whole number and one unit (s, m, h, d or w), from `1s` to `1w`";
const DURATION_RULE: &str = "use whole seconds, from one second to one week (604800 seconds)";

/// The seconds of each unit, longest first: the order in which writing a length tries them.
const UNITS: [(u32, u8); 5] = [
    (604_800, b'w'),
    (86_400, b'd'),
    (3_600, b'h'),
    (60, b'm'),
    (1, b's'),
];

/// How long a session lives: whole seconds, at least one, at most a week (604,800 seconds).
///
/// On the wire (`settings.session_length`) it is a number and a unit. The longest unit that divides
/// it is written, which gives the shortest text: 1,800 seconds are `30m`, 5,400 are `90m`, a week is
/// `1w`. If a request does not say, the service uses [`SessionLength::DEFAULT`].
///
/// ```
/// use vault_sessions::SessionLength;
///
/// const HALF_AN_HOUR: SessionLength = SessionLength::from_minutes(30);
/// assert_eq!(HALF_AN_HOUR.to_string(), "30m");
/// assert_eq!("1800s".parse(), Ok(HALF_AN_HOUR));
/// assert!("8d".parse::<SessionLength>().is_err());
/// ```
///
/// At run time, parse a text or convert a [`Duration`].
///
/// In a `const`, a length that the service would refuse does not compile:
///
/// ```compile_fail
/// # use vault_sessions::SessionLength;
/// const TWO_WEEKS: SessionLength = SessionLength::from_weeks(2);
/// ```
///
/// nor does it in a block:
///
/// ```compile_fail
/// # use vault_sessions::{SessionLength, Settings};
/// Settings::builder().session_length(const { SessionLength::from_days(8) });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionLength(NonZeroU32);

impl SessionLength {
    /// One second.
    pub const MIN: Self = Self::from_seconds(1);

    /// One week, the longest that the API allows.
    pub const MAX: Self = Self::from_weeks(1);

    /// One hour: what the service uses if the request does not say.
    pub const DEFAULT: Self = Self::from_hours(1);

    /// Reads a text such as `30m`: an integer and one of `s`, `m`, `h`, `d`, `w`, with nothing around it.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the rule and the position of the first byte that breaks it.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        parse(text.as_ref().as_bytes()).map_err(|problem| InvalidValue::new(KIND, RULE, problem))
    }

    /// Takes a literal such as `30m`; in a `const`, a bad one does not compile.
    ///
    /// # Panics
    ///
    /// If the text is not a session length. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_static(text: &'static str) -> Self {
        match parse(text.as_bytes()) {
            Ok(length) => length,
            Err(problem) => InvalidValue::new(KIND, RULE, problem).refuse(),
        }
    }

    /// A length in seconds.
    ///
    /// # Panics
    ///
    /// If the length is zero or more than a week. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_seconds(count: u32) -> Self {
        Self::from_units(count, 1)
    }

    /// A length in minutes.
    ///
    /// # Panics
    ///
    /// If the length is zero or more than a week. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_minutes(count: u32) -> Self {
        Self::from_units(count, 60)
    }

    /// A length in hours.
    ///
    /// # Panics
    ///
    /// If the length is zero or more than a week. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_hours(count: u32) -> Self {
        Self::from_units(count, 3_600)
    }

    /// A length in days of 24 hours.
    ///
    /// # Panics
    ///
    /// If the length is zero or more than a week. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_days(count: u32) -> Self {
        Self::from_units(count, 86_400)
    }

    /// A length in weeks; one is the only count that fits.
    ///
    /// # Panics
    ///
    /// If the length is zero or more than a week. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_weeks(count: u32) -> Self {
        Self::from_units(count, 604_800)
    }

    /// The length in seconds, from 1 to 604,800.
    #[must_use]
    pub const fn as_secs(self) -> u32 {
        self.0.get()
    }

    /// The length as a [`Duration`].
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        Duration::from_secs(self.as_secs() as u64)
    }

    #[track_caller]
    const fn from_units(count: u32, unit: u32) -> Self {
        match Self::checked(count, unit) {
            Some(length) => length,
            None => InvalidValue::new(KIND, DURATION_RULE, ValueProblem::Range).refuse(),
        }
    }

    const fn checked(count: u32, unit: u32) -> Option<Self> {
        let Some(seconds) = count.checked_mul(unit) else {
            return None;
        };
        if seconds > 604_800 {
            return None;
        }
        match NonZeroU32::new(seconds) {
            Some(seconds) => Some(Self(seconds)),
            None => None,
        }
    }
}

impl Default for SessionLength {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Debug for SessionLength {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SessionLength({self})")
    }
}

impl fmt::Display for SessionLength {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = self.in_longest_unit();
        write!(formatter, "{count}{}", char::from(unit))
    }
}

impl SessionLength {
    /// The count and the letter of its unit, as they are written.
    pub(crate) fn in_longest_unit(self) -> (u32, u8) {
        let seconds = self.as_secs();
        UNITS
            .into_iter()
            .find(|(unit, _)| seconds.is_multiple_of(*unit))
            .map_or((seconds, b's'), |(unit, letter)| (seconds / unit, letter))
    }
}

const fn parse(text: &[u8]) -> Result<SessionLength, ValueProblem> {
    if text.is_empty() {
        return Err(ValueProblem::Empty);
    }
    let mut digits = 0;
    // More than fits is more than a week, so that the count may stay at the most that fits.
    let mut count = 0_u32;
    while digits < text.len() && text[digits].is_ascii_digit() {
        let digit = text[digits] - b'0';
        count = count.saturating_mul(10).saturating_add(digit as u32);
        digits += 1;
    }
    let unit = if digits == 0 || digits == text.len() {
        None
    } else {
        seconds_in(text[digits])
    };
    let Some(unit) = unit else {
        return Err(ValueProblem::at(text, digits));
    };
    if digits + 1 < text.len() {
        return Err(ValueProblem::at(text, digits + 1));
    }
    match SessionLength::checked(count, unit) {
        Some(length) => Ok(length),
        None => Err(ValueProblem::Range),
    }
}

const fn seconds_in(unit: u8) -> Option<u32> {
    let mut index = 0;
    while index < UNITS.len() {
        let (seconds, letter) = UNITS[index];
        if letter == unit {
            return Some(seconds);
        }
        index += 1;
    }
    None
}

read_from_text!(SessionLength);
read_from_json!(SessionLength, r#"a string such as "30m""#);

impl TryFrom<Duration> for SessionLength {
    type Error = InvalidValue;

    /// # Errors
    ///
    /// The duration is zero, more than a week, or not a whole number of seconds.
    fn try_from(duration: Duration) -> Result<Self, InvalidValue> {
        let length = u32::try_from(duration.as_secs())
            .ok()
            .and_then(|seconds| Self::checked(seconds, 1));
        let problem = match length {
            Some(length) if duration.subsec_nanos() == 0 => return Ok(length),
            _ if duration.subsec_nanos() > 0 && duration < Self::MAX.as_duration() => {
                ValueProblem::Fraction
            }
            _ => ValueProblem::Range,
        };
        Err(InvalidValue::new(KIND, DURATION_RULE, problem))
    }
}

impl From<SessionLength> for Duration {
    fn from(length: SessionLength) -> Self {
        length.as_duration()
    }
}

impl Serialize for SessionLength {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_service_accepts() {
        for (text, seconds) in [
            ("30m", 1_800),
            ("1h", 3_600),
            ("24h", 86_400),
            ("1s", 1),
            ("168h", 604_800),
            ("7d", 604_800),
            ("1w", 604_800),
            ("604800s", 604_800),
            ("030m", 1_800),
        ] {
            assert_eq!(
                text.parse(),
                Ok(SessionLength::from_seconds(seconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn writes_the_shortest_text() {
        for (seconds, text) in [
            (1_800, "30m"),
            (5_400, "90m"),
            (3_600, "1h"),
            (86_400, "1d"),
            (604_800, "1w"),
            (90, "90s"),
            (604_799, "604799s"),
        ] {
            assert_eq!(SessionLength::from_seconds(seconds).to_string(), text);
        }
    }

    #[test]
    fn every_length_survives_its_text() {
        for seconds in 1..=604_800 {
            let length = SessionLength::from_seconds(seconds);
            assert_eq!(length.to_string().parse(), Ok(length));
        }
    }

    #[test]
    fn is_made_of_whole_seconds() {
        for length in [
            SessionLength::MIN,
            SessionLength::DEFAULT,
            SessionLength::MAX,
        ] {
            assert_eq!(SessionLength::try_from(length.as_duration()), Ok(length));
        }
        let (range, fraction) = ("it is out of range", "it is not a whole number of seconds");
        for (duration, problem) in [
            (Duration::ZERO, range),
            (Duration::from_millis(1_500), fraction),
            (Duration::from_millis(500), fraction),
            (Duration::from_secs(604_801), range),
            (Duration::from_millis(604_800_001), range),
            (Duration::MAX, range),
        ] {
            let error = SessionLength::try_from(duration).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "invalid session length: {problem}; use whole seconds, from one second to one week (604800 seconds)"
                )
            );
        }
    }

    #[test]
    fn refuses_the_rest_and_says_where() {
        let huge = format!("1{}s", "0".repeat(30));
        for (text, position) in [
            ("0m", None),
            ("8d", None),
            ("169h", None),
            ("604801s", None),
            ("2w", None),
            (huge.as_str(), None),
            ("", None),
            ("-1h", Some(0)),
            ("+1h", Some(0)),
            ("abc", Some(0)),
            ("h", Some(0)),
            ("2 weeks", Some(1)),
            ("1h30m", Some(2)),
            ("1.5h", Some(1)),
            ("3600", Some(4)),
            ("1H", Some(1)),
            ("1h ", Some(2)),
            (" 1h", Some(0)),
            ("1h\0", Some(2)),
            ("١h", Some(0)),
        ] {
            let error = text.parse::<SessionLength>().unwrap_err();
            assert_eq!(error.position(), position, "{text:?}: {error}");
        }
    }
}
