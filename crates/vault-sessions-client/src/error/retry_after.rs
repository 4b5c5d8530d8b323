use std::time::Duration;

use http::HeaderMap;
use vault_sessions::wire;

/// What an answer says about when to come back, without a clock of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Absent,
    /// The longest that can be read.
    Wait(Duration),
    /// There, but not to be read: the service still asks for a pause.
    Unreadable,
}

impl RetryAfter {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match wire::RetryAfter::from_headers(headers) {
            None => Self::Absent,
            Some(wire::RetryAfter::Delay(length)) => Self::Wait(length),
            // A date without the answer's own `Date` is one of them.
            Some(_) => Self::Unreadable,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::RETRY_AFTER};

    use super::*;

    #[test]
    fn what_cannot_be_read_without_a_clock_is_not_absent() {
        let mut headers = HeaderMap::new();
        assert_eq!(RetryAfter::of(&headers), RetryAfter::Absent);
        for (value, expected) in [
            ("1.5", RetryAfter::Wait(Duration::from_secs(2))),
            ("soon", RetryAfter::Unreadable),
            ("Sun, 06 Nov 1994 08:50:07 GMT", RetryAfter::Unreadable),
        ] {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
            assert_eq!(RetryAfter::of(&headers), expected, "{value}");
        }
    }
}
