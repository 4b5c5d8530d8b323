use std::time::Duration;

use http::{
    HeaderMap,
    header::{DATE, RETRY_AFTER},
};

/// What an answer says about when to come back (RFC 9110 §10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Absent,
    /// The longest that can be read.
    Wait(Duration),
    /// There, and not to be read. It is still a wish to be left alone for a while.
    Unreadable,
}

impl RetryAfter {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(RETRY_AFTER);
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return Self::Absent;
        }
        let read = values.filter_map(|value| read(value.to_str().ok()?.trim(), headers));
        read.max().map_or(Self::Unreadable, Self::Wait)
    }
}

/// Reads seconds or a date. RFC 9110 has whole seconds only; a fraction is rounded up.
fn read(value: &str, headers: &HeaderMap) -> Option<Duration> {
    if let Some(longest) = list(value) {
        return Some(longest);
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = headers.get(DATE)?.to_str().ok()?;
    let now = httpdate::parse_http_date(now).ok()?;
    Some(until.duration_since(now).unwrap_or_default())
}

/// The longest of the seconds that a proxy may have joined with commas.
fn list(value: &str) -> Option<Duration> {
    let seconds: Option<Vec<u64>> = value.split(',').map(|item| seconds(item.trim())).collect();
    seconds?.into_iter().max().map(Duration::from_secs)
}

fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    // More than fits is still a wish for a long time.
    let whole: u64 = whole.parse().unwrap_or(u64::MAX);
    let more = fraction.bytes().any(|byte| byte != b'0');
    Some(whole.saturating_add(more.into()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    use RetryAfter::{Absent, Unreadable};

    fn told(values: &[&'static str], date: Option<&'static str>) -> RetryAfter {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_static(value));
        }
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        RetryAfter::of(&headers)
    }

    fn wait(seconds: u64) -> RetryAfter {
        RetryAfter::Wait(Duration::from_secs(seconds))
    }

    #[test]
    fn reads_seconds_and_dates() {
        let now = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (value, date, expected) in [
            ("0", None, wait(0)),
            ("120", None, wait(120)),
            (" 120 ", None, wait(120)),
            ("18446744073709551615", None, wait(u64::MAX)),
            ("18446744073709551616", None, wait(u64::MAX)),
            ("18446744073709551616.5", None, wait(u64::MAX)),
            ("0.0", None, wait(0)),
            ("0.001", None, wait(1)),
            ("1.5", None, wait(2)),
            ("2.", None, wait(2)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(now), wait(30)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(now), wait(30)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", Some(now), wait(0)),
        ] {
            assert_eq!(told(&[value], date), expected, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_absent() {
        assert_eq!(told(&[], None), Absent);
        for value in [
            "-1",
            "+1",
            ".5",
            "1e3",
            "",
            "soon",
            "5m",
            "1 2",
            "1,,2",
            "Sun, 06 Nov 1994 08:50:07 GMT",
        ] {
            assert_eq!(told(&[value], None), Unreadable, "{value}");
        }
    }

    #[test]
    fn the_longest_of_several_counts() {
        let date = "Sun, 06 Nov 1994 08:50:07 GMT";
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        for (values, expected) in [
            (&["1", "7", "3"][..], 7),
            (&["1, 7 ,3"], 7),
            (&["soon", "2"], 2),
            (&["1.2", date], 30),
            (&["31", date], 31),
        ] {
            assert_eq!(told(values, now), wait(expected), "{values:?}");
        }
    }
}
