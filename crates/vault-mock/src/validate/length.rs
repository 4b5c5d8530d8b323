//! How long a session is to live, as a request's body says it.

use vault_sessions::SessionLength;

use crate::rules::{LongSession, Rules, SessionLengthDialect};

/// The longest session, in milliseconds: a week.
const LONGEST: f64 = 604_800_000.0;

/// Reads a session length, in whole seconds.
pub(super) fn read(text: &str, rules: &Rules) -> Result<i64, String> {
    let beyond_a_week = |milliseconds| match rules.long_sessions {
        LongSession::Refused => None,
        LongSession::Accepted => Some(whole_seconds(milliseconds)),
        LongSession::Shortened => Some(whole_seconds(LONGEST)),
    };
    match rules.session_length_dialect {
        SessionLengthDialect::Strict => match text.parse::<SessionLength>() {
            Ok(length) => Ok(i64::from(length.as_secs())),
            Err(invalid) => {
                let long = milliseconds(text).filter(|length| *length > LONGEST);
                let long = long.filter(|_| has_strict_form(text));
                long.and_then(beyond_a_week)
                    .ok_or_else(|| invalid.to_string())
            }
        },
        SessionLengthDialect::Ms => match milliseconds(text) {
            Some(length) if length > LONGEST => beyond_a_week(length)
                .ok_or_else(|| "must be at most a week: 604800 seconds".to_owned()),
            Some(length) => Ok(whole_seconds(length)),
            None => Err("must be a number and a unit that the npm package `ms` knows".to_owned()),
        },
    }
}

/// An integer and one unit, as the strict dialect has it.
fn has_strict_form(text: &str) -> bool {
    let digits = text.strip_suffix(['s', 'm', 'h', 'd', 'w']).unwrap_or("");
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The grammar of `ms` 2.1: an optional minus, digits with an optional point, spaces, a unit in any
/// case; no unit means milliseconds.
fn milliseconds(text: &str) -> Option<f64> {
    if text.len() > 100 {
        return None;
    }
    let is_number = |character: char| matches!(character, '-' | '.' | '0'..='9');
    let end = text.find(|character| !is_number(character));
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let digits = number.strip_prefix('-').unwrap_or(number);
    // What `parse` also takes, and the grammar does not: `1.` and a second minus, which is left to it.
    if !digits.ends_with(|last: char| last.is_ascii_digit()) {
        return None;
    }
    let unit = unit.trim_start_matches(' ').to_ascii_lowercase();
    let unit = match unit.as_str() {
        "" | "milliseconds" | "millisecond" | "msecs" | "msec" | "ms" => 1.0,
        "seconds" | "second" | "secs" | "sec" | "s" => 1_000.0,
        "minutes" | "minute" | "mins" | "min" | "m" => 60_000.0,
        "hours" | "hour" | "hrs" | "hr" | "h" => 3_600_000.0,
        "days" | "day" | "d" => 86_400_000.0,
        "weeks" | "week" | "w" => 604_800_000.0,
        "years" | "year" | "yrs" | "yr" | "y" => 31_557_600_000.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    Some(number * unit)
}

/// Rounded down, as the sum with a time of issue in whole seconds would be.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast from f64 saturates, and no earlier instant can be written than 1970 anyway"
)]
fn whole_seconds(milliseconds: f64) -> i64 {
    (milliseconds / 1_000.0).floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, dialect: SessionLengthDialect) -> Result<i64, String> {
        let rules = Rules {
            session_length_dialect: dialect,
            ..Rules::default()
        };
        super::read(text, &rules)
    }

    #[test]
    fn more_than_a_week_is_what_the_rule_says() {
        for dialect in [SessionLengthDialect::Strict, SessionLengthDialect::Ms] {
            for (long_sessions, length) in [
                (LongSession::Refused, None),
                (LongSession::Accepted, Some(691_200)),
                (LongSession::Shortened, Some(604_800)),
            ] {
                let rules = Rules {
                    session_length_dialect: dialect,
                    long_sessions,
                    ..Rules::default()
                };
                assert_eq!(super::read("8d", &rules).ok(), length);
                assert_eq!(super::read("7d", &rules), Ok(604_800));
                assert!(super::read("8 fortnights", &rules).is_err());
            }
        }
    }

    #[test]
    fn ms_reads_what_was_measured_with_the_package() {
        for (text, seconds) in [
            ("30m", 1_800),
            ("1H", 3_600),
            ("7d", 604_800),
            ("168h", 604_800),
            ("1w", 604_800),
            ("1 week", 604_800),
            ("1.5h", 5_400),
            (".5h", 1_800),
            ("90s", 90),
            ("3600s", 3_600),
            ("3600", 3),
            ("0m", 0),
            ("0", 0),
            ("100ms", 0),
            ("-1h", -3_600),
            ("-0.5s", -1),
        ] {
            assert_eq!(read(text, SessionLengthDialect::Ms), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn ms_refuses_what_the_package_throws_at_and_more_than_a_week() {
        let long = format!("{}s", "0".repeat(100));
        for text in [
            "", "abc", "PT1H", "1h30m", "1d 2h", " 1h", "1h ", "1mo", "1.h", "1..5h", "--1h",
            "1-h", "1\th", "Infinity", "NaN", "1e3s", "8d", "1y", "604801s", &long,
        ] {
            assert!(read(text, SessionLengthDialect::Ms).is_err(), "{text}");
        }
    }

    #[test]
    fn strict_takes_an_integer_and_a_unit() {
        let strict = |text| read(text, SessionLengthDialect::Strict);
        assert_eq!(strict("30m"), Ok(1_800));
        for text in ["3600", "1.5h", "1 week", "-1h", "0m", "1H"] {
            assert!(strict(text).is_err(), "{text}");
        }
    }
}
