use std::time::Duration;

use http::{HeaderValue, StatusCode};

/// What goes wrong with an answer, and what a hyper client sees of it.
///
/// Over HTTP/2 there is no text of an answer to break: there each fault on the wire but `hang` resets
/// the stream with `INTERNAL_ERROR`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing: the true answer. Text: `ok`.
    Nothing,
    /// Another answer instead of the true one. Text: `status=503; retry-after=30; body="…"`.
    ///
    /// The client sees a whole, well-formed answer with this status.
    Status(Status),
    /// An HTML page instead of JSON, as a proxy sends. Text: `html` or `html=502`.
    ///
    /// The client sees a whole answer with `content-type: text/html`.
    Html(FinalStatus),
    /// Status 200 and JSON that stops in the middle. Text: `invalid-json`.
    ///
    /// The client sees a whole answer; only parsing the body fails.
    InvalidJson,
    /// Status 200 and valid JSON that has no session. Text: `wrong-shape`.
    ///
    /// The client sees a whole answer; only reading a session from it fails.
    WrongShape,
    /// The true answer under another media type. Text: `content-type=text/plain`.
    ContentType(HeaderValue),
    /// A session whose token expired an hour ago. Text: `token=expired`.
    ///
    /// The client sees a perfect answer; every use of the token is refused.
    ExpiredToken,
    /// A session whose token is issued an hour from now. Text: `token=future`.
    ///
    /// The client sees a perfect answer; the token is refused until the clock has caught up.
    FutureToken,
    /// The connection is closed instead of an answer. Text: `close=before-headers`.
    ///
    /// The client's request fails with `is_incomplete_message` or, on a reused connection, as
    /// cancelled.
    CloseBeforeHeaders,
    /// The connection is closed within the headers. Text: `close=in-headers`.
    ///
    /// The client's request fails with `is_incomplete_message`.
    CloseInHeaders,
    /// The connection is closed between headers and body. Text: `close=after-headers`.
    ///
    /// The client sees status and headers; reading the body fails with `UnexpectedEof`.
    CloseAfterHeaders,
    /// The connection is reset instead of an answer (TCP RST). Text: `reset` or
    /// `reset=before-headers`.
    ///
    /// The client's request fails with an I/O error, `ConnectionReset`.
    ResetBeforeHeaders,
    /// The connection is reset in the middle of the body (TCP RST). Text: `reset=in-body`.
    ///
    /// The client sees status and headers; reading the body fails with `ConnectionReset`.
    ResetInBody,
    /// Half of the body, then the connection is closed. Text: `truncated-body`.
    ///
    /// The client sees status and headers; reading the body fails with `UnexpectedEof`.
    TruncatedBody,
    /// `Content-Length` promises ten bytes more than there are. Text: `content-length=long`.
    ///
    /// The client sees status and headers, then waits for the rest: only its own timeout ends this.
    LongContentLength,
    /// `Content-Length` promises ten bytes less than there are. Text: `content-length=short`.
    ///
    /// The client sees a body without its end, and no error. The connection is closed afterwards.
    ShortContentLength,
    /// A chunk whose size is no number. Text: `bad-chunk`.
    ///
    /// The client sees status and headers; reading the body fails with "Invalid chunk size line".
    BadChunk,
    /// Bytes that are not HTTP. Text: `garbage`.
    ///
    /// The client's request fails with `is_parse`.
    Garbage,
    /// A header of 512 KiB. Text: `oversized-headers`.
    ///
    /// The client's request fails with `is_parse_too_large`.
    OversizedHeaders,
    /// The body arrives byte by byte, one in each interval. Text: `drip=10ms`.
    ///
    /// The client sees status and headers at once; the body takes its length times the interval.
    Drip(Duration),
    /// No answer, and the connection stays open. Text: `hang`.
    ///
    /// Only the client's own timeout ends this, or the end of the mock; or others who need the room when
    /// a server has none left.
    Hang,
}

/// An answer that comes instead of the true one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The status.
    pub code: FinalStatus,
    /// The header `Retry-After`.
    pub retry_after: Option<RetryAfter>,
    /// The body; by default an error in the service's shape.
    pub body: Option<String>,
}

/// The header `Retry-After`, in one of its two notations (RFC 9110 §10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds. Text: `retry-after=30`.
    Seconds(u32),
    /// The date so many seconds from now on the mock's clock. Text: `retry-after-date=30`.
    Date(u32),
}

/// How far the times of a token are from those of a good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenAge {
    Expired,
    Future,
}

impl TokenAge {
    /// How far off the times are: an hour.
    const SECONDS: u64 = 3_600;

    /// How the token is wrong that an effect asks for, if it does.
    pub(crate) fn asked_for(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::ExpiredToken => Some(Self::Expired),
            Effect::FutureToken => Some(Self::Future),
            _ => None,
        }
    }

    /// `iat` and `exp` of a token of `length` that is wrong in this way at `now`; all in seconds.
    pub(crate) fn times(self, now: u64, length: u64) -> (u64, u64) {
        match self {
            // Before 1970 there is no time, and the token is shorter.
            Self::Expired => {
                let expires_at = now.saturating_sub(Self::SECONDS);
                (expires_at.saturating_sub(length), expires_at)
            }
            Self::Future => (now + Self::SECONDS, now + Self::SECONDS + length),
        }
    }
}

/// The status of an answer that ends an exchange: from 200 to 599 (RFC 9110 §15).
///
/// 100 to 199 are interim: a client goes on waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalStatus(StatusCode);

impl FinalStatus {
    /// 200.
    pub const OK: Self = Self(StatusCode::OK);

    /// Takes a status from 200 to 599; `None` for any other.
    #[must_use]
    pub fn new(status: u16) -> Option<Self> {
        let code = StatusCode::from_u16(status).ok()?;
        (200..=599).contains(&status).then_some(Self(code))
    }

    /// The status as `http` has it.
    #[must_use]
    pub fn code(self) -> StatusCode {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_token_is_expired_at_any_time() {
        for (now, length, times) in [
            (0, 3_600, (0, 0)),
            (3_599, 3_600, (0, 0)),
            (3_700, 3_600, (0, 100)),
            (10_000, 3_600, (2_800, 6_400)),
        ] {
            assert_eq!(TokenAge::Expired.times(now, length), times);
            assert!(times.1 <= now);
        }
    }
}
