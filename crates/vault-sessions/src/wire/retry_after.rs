use std::time::{Duration, SystemTime};

use http::{
    HeaderMap,
    header::{DATE, RETRY_AFTER},
};

/// When the service asks to be called again: the header `Retry-After` (RFC 9110 §10.2.3).
///
/// Needs the feature `http`. [`ApiError::retry_after`](super::ApiError::retry_after) reads it from an
/// error, [`from_headers`](Self::from_headers) from any answer.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use vault_sessions::wire::RetryAfter;
///
/// const LONGEST: Duration = Duration::from_secs(60);
///
/// fn wait(retry_after: Option<RetryAfter>, now: SystemTime) -> Duration {
///     match retry_after {
///         None => Duration::ZERO,
///         Some(RetryAfter::Delay(length)) => length.min(LONGEST),
///         Some(RetryAfter::At(instant)) => instant.duration_since(now).unwrap_or_default().min(LONGEST),
///         // The service wants a pause and did not say how long.
///         Some(_) => LONGEST,
///     }
/// }
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("retry-after", http::HeaderValue::from_static("1.5"));
/// let retry_after = RetryAfter::from_headers(&headers);
/// assert_eq!(wait(retry_after, SystemTime::UNIX_EPOCH), Duration::from_secs(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// This long after the answer, in whole seconds. It can be as long as [`u64::MAX`] seconds: cap it
    /// before you add it to a clock.
    ///
    /// A date is turned into a delay if the answer has a `Date`, so that a clock that is off on either
    /// side does not matter.
    Delay(Duration),
    /// At this instant by the service's clock: a date in an answer without a `Date`.
    At(SystemTime),
    /// The header is there but cannot be read. Wait for as long as you are willing to.
    Unreadable,
}

impl RetryAfter {
    /// Reads the header; [`None`] only if there is none.
    ///
    /// A fraction of a second, which RFC 9110 does not allow, is rounded up. Of several values, in one
    /// field or joined by commas, the longest that can be read counts. Delays and instants cannot be
    /// compared without a clock; if there are both, the latest instant counts.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(RETRY_AFTER);
        values.iter().next()?;
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let (mut delay, mut instant) = (None, None);
        for value in values.iter().filter_map(|value| value.to_str().ok()) {
            delay = delay.max(items(value).filter_map(seconds).max());
            instant = instant.max(dates(value).max());
        }
        let delay = delay.map(Duration::from_secs);
        Some(match (delay, instant, date) {
            (_, Some(instant), Some(date)) => {
                let until = instant.duration_since(date).unwrap_or_default();
                Self::Delay(until.max(delay.unwrap_or_default()))
            }
            // A short delay is not to cut it short.
            (_, Some(instant), None) => Self::At(instant),
            (Some(delay), None, _) => Self::Delay(delay),
            (None, None, _) => Self::Unreadable,
        })
    }
}

/// What a proxy may have joined with commas.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim)
}

/// The dates among the items. Most have a comma inside, after the day's name.
fn dates(value: &str) -> impl Iterator<Item = SystemTime> {
    let before = std::iter::once("").chain(items(value));
    items(value).zip(before).filter_map(|(item, before)| {
        let date = httpdate::parse_http_date(item);
        let date = date.or_else(|_| httpdate::parse_http_date(&format!("{before}, {item}")));
        date.ok()
    })
}

fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    // A number that does not fit still asks for a long wait.
    let whole: u64 = whole.parse().unwrap_or(u64::MAX);
    let more = fraction.bytes().any(|byte| byte != b'0');
    Some(whole.saturating_add(more.into()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    use RetryAfter::{At, Unreadable};

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const LATER: &str = "Sun, 06 Nov 1994 08:50:07 GMT";

    fn read(values: &[&'static str], date: Option<&'static str>) -> RetryAfter {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_static(value));
        }
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        RetryAfter::from_headers(&headers).expect("a header that is there is not absent")
    }

    fn delay(seconds: u64) -> RetryAfter {
        RetryAfter::Delay(Duration::from_secs(seconds))
    }

    fn later() -> RetryAfter {
        At(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_807))
    }

    #[test]
    fn reads_seconds_and_dates() {
        for (value, expected) in [
            ("0", delay(0)),
            ("120", delay(120)),
            ("00120", delay(120)),
            ("120,", delay(120)),
            (NOW, delay(0)),
            (" 120 ", delay(120)),
            ("18446744073709551615", delay(u64::MAX)),
            ("18446744073709551616", delay(u64::MAX)),
            ("18446744073709551616.5", delay(u64::MAX)),
            ("0.0", delay(0)),
            ("0.001", delay(1)),
            ("1.5", delay(2)),
            ("2.", delay(2)),
            (LATER, delay(30)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", delay(30)),
            ("Sun Nov  6 08:50:07 1994", delay(30)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", delay(0)),
        ] {
            assert_eq!(read(&[value], Some(NOW)), expected, "{value}");
        }
        for date in [None, Some("yesterday"), Some("")] {
            assert_eq!(read(&[LATER], date), later(), "{date:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_absent() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static(NOW));
        assert_eq!(RetryAfter::from_headers(&headers), None);
        for value in [
            "-1",
            "+1",
            ".5",
            "1e3",
            "",
            ",",
            "soon",
            "5m",
            "1 2",
            "Sun, 06 Nov",
            "1;2",
        ] {
            assert_eq!(read(&[value], None), Unreadable, "{value}");
        }
        headers.insert(RETRY_AFTER, HeaderValue::from_bytes(b"3\xFF").unwrap());
        assert_eq!(RetryAfter::from_headers(&headers), Some(Unreadable));
    }

    #[test]
    fn the_longest_of_several_counts() {
        for (values, expected) in [
            (&["1", "7", "3"][..], delay(7)),
            (&["1, 7 ,3"], delay(7)),
            (&["1,,2"], delay(2)),
            (&["soon", "2"], delay(2)),
            (&["2, soon"], delay(2)),
            (&["soon, 2"], delay(2)),
            (&["1.2", LATER], delay(30)),
            (&["31", LATER], delay(31)),
            (&["1, Sun, 06 Nov 1994 08:50:07 GMT"], delay(30)),
            (&["Sun, 06 Nov 1994 08:50:07 GMT, 31"], delay(31)),
            (&[NOW, LATER, "Sun, 06 Nov 1994 08:49:50 GMT"], delay(30)),
        ] {
            assert_eq!(read(values, Some(NOW)), expected, "{values:?}");
        }
        assert_eq!(read(&[NOW, LATER, "soon"], None), later());
        for values in [
            &["5", LATER, "2"][..],
            &["0", LATER],
            &["0, Sun, 06 Nov 1994 08:50:07 GMT"],
            &["18446744073709551615", LATER],
        ] {
            assert_eq!(read(values, None), later(), "{values:?}");
            assert_eq!(read(values, Some("yesterday")), later(), "{values:?}");
        }
    }
}
