use std::time::Duration;

use http::{
    HeaderMap, HeaderName,
    header::{DATE, RETRY_AFTER},
};

/// Reads `Retry-After` (RFC 9110 §10.2.3): whole seconds, or a date.
pub(super) fn read(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, &RETRY_AFTER)?;
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than fits is still a wish for a long time.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = httpdate::parse_http_date(text(headers, &DATE)?).ok()?;
    Some(until.duration_since(now).unwrap_or_default())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn reads_seconds_and_dates() {
        let now = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (value, date, seconds) in [
            ("0", None, Some(0)),
            ("120", None, Some(120)),
            ("18446744073709551615", None, Some(u64::MAX)),
            ("18446744073709551616", None, Some(u64::MAX)),
            ("-1", None, None),
            ("1.5", None, None),
            ("", None, None),
            ("soon", Some(now), None),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(now), Some(30)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(now), Some(30)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", Some(now), Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", None, None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
            if let Some(date) = date {
                headers.insert(DATE, HeaderValue::from_static(date));
            }
            assert_eq!(read(&headers), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
