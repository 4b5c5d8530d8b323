use std::{fmt, str::FromStr, time::Duration};

use http::HeaderValue;

use super::{
    delay::Delay,
    effect::{Effect, FinalStatus, RetryAfter, Status},
    invalid::InvalidFault,
    script::Script,
    terms::Steps,
    text::{read_fault, write_fault},
};
use crate::clock::Clock;

/// One thing that goes wrong with one answer: an [`Effect`], perhaps after a [`Delay`].
///
/// As text it is a list of terms, as in the request header `x-vault-mock`:
/// `status=429; retry-after=30`, `delay=250ms`, `delay=1s..2s; reset=in-body`, `hang`. [`Effect`]
/// lists the terms.
///
/// ```
/// use std::time::Duration;
/// use vault_mock::fault::Fault;
///
/// let fault = Fault::status(429).retry_after(30).delayed(Duration::from_millis(250));
/// assert_eq!(fault.to_string(), "status=429; retry-after=30; delay=250ms");
/// assert_eq!("status=429; retry-after=30; delay=250ms".parse(), Ok(fault));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    effect: Effect,
    delay: Option<Delay>,
    is_by_clock: bool,
}

/// Answers once with this status: the start of a [`Script`].
///
/// # Panics
///
/// As [`Fault::status`].
#[must_use]
#[track_caller]
pub fn fail(status: u16) -> Script {
    Fault::status(status).into()
}

/// Answers once as if nothing were wrong: a part of a [`Script`].
#[must_use]
pub fn ok() -> Script {
    Fault::from(Effect::Nothing).into()
}

impl Fault {
    /// Another answer instead of the true one.
    ///
    /// # Panics
    ///
    /// The status is not from 200 to 599.
    #[must_use]
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let Some(code) = FinalStatus::new(status) else {
            panic!("{status} is not a status that can be injected; use 200 to 599")
        };
        Effect::Status(Status {
            code,
            retry_after: None,
            body: None,
        })
        .into()
    }

    /// The true answer, later.
    #[must_use]
    pub fn delay(delay: impl Into<Delay>) -> Self {
        Self::from(Effect::Nothing).delayed(delay)
    }

    /// A page of HTML with status 200 instead of the true answer.
    #[must_use]
    pub fn html() -> Self {
        Effect::Html(FinalStatus::OK).into()
    }

    /// The true answer under another media type.
    #[must_use]
    pub fn content_type(media_type: HeaderValue) -> Self {
        Effect::ContentType(media_type).into()
    }

    /// The body arrives byte by byte, one in each interval.
    #[must_use]
    pub fn drip(interval: Duration) -> Self {
        Effect::Drip(interval).into()
    }

    /// The connection is reset instead of an answer.
    #[must_use]
    pub fn reset() -> Self {
        Effect::ResetBeforeHeaders.into()
    }

    /// No answer, and the connection stays open.
    #[must_use]
    pub fn hang() -> Self {
        Effect::Hang.into()
    }

    /// Adds `Retry-After` in seconds to an injected status.
    ///
    /// # Panics
    ///
    /// The fault is not a [`status`](Self::status).
    #[must_use]
    #[track_caller]
    pub fn retry_after(self, seconds: u32) -> Self {
        self.with_retry_after(RetryAfter::Seconds(seconds))
    }

    /// Adds `Retry-After` as a date, so many seconds from then on the mock's clock.
    ///
    /// # Panics
    ///
    /// As [`retry_after`](Self::retry_after).
    #[must_use]
    #[track_caller]
    pub fn retry_after_date(self, seconds: u32) -> Self {
        self.with_retry_after(RetryAfter::Date(seconds))
    }

    #[track_caller]
    fn with_retry_after(mut self, after: RetryAfter) -> Self {
        self.status_for("retry-after").retry_after = Some(after);
        self
    }

    /// Gives an injected status its body, sent as `application/json`.
    ///
    /// # Panics
    ///
    /// The fault is not a [`status`](Self::status).
    #[must_use]
    #[track_caller]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.status_for("body").body = Some(body.into());
        self
    }

    /// The status that a term belongs to. A term that came to nothing would let a test pass that meant
    /// something else; the text of a fault refuses it, too.
    #[track_caller]
    fn status_for(&mut self, term: &str) -> &mut Status {
        match &mut self.effect {
            Effect::Status(status) => status,
            _ => panic!("`{term}` belongs to a status: begin with `Fault::status(503)`"),
        }
    }

    /// Lets the effect come later, in real time: tokio's, which passes at once where it is paused.
    #[must_use]
    pub fn delayed(mut self, delay: impl Into<Delay>) -> Self {
        self.delay = Some(delay.into());
        self
    }

    /// Lets delay and drip wait for the mock's clock instead of real time. Anything else stays as it
    /// is. Text: `by=clock`.
    ///
    /// On a clock that stands still, as it does by default, they last until the test moves the clock.
    ///
    /// ```
    /// use std::time::Duration;
    /// use vault_mock::fault::Fault;
    ///
    /// let fault = Fault::delay(Duration::from_secs(60)).by_clock();
    /// assert_eq!(fault.to_string(), "delay=1m; by=clock");
    /// ```
    #[must_use]
    pub fn by_clock(mut self) -> Self {
        self.is_by_clock = self.takes_time();
        self
    }

    /// Whether delay and drip wait for the mock's clock.
    #[must_use]
    pub fn is_by_clock(&self) -> bool {
        self.is_by_clock
    }

    pub(super) fn takes_time(&self) -> bool {
        self.delay.is_some() || matches!(self.effect, Effect::Drip(_))
    }

    pub(super) async fn pause(&self, time: Duration, clock: &Clock) {
        if self.is_by_clock {
            clock.sleep(time).await;
        } else {
            tokio::time::sleep(time).await;
        }
    }

    /// What goes wrong.
    #[must_use]
    pub fn effect(&self) -> &Effect {
        &self.effect
    }

    /// How long the answer is held back.
    #[must_use]
    pub fn held_back(&self) -> Option<Delay> {
        self.delay
    }

    /// This fault so many times: a [`Script`].
    #[must_use]
    pub fn times(self, times: u32) -> Script {
        Script::from(self).times(times)
    }

    /// This fault again and again: a [`Script`].
    #[must_use]
    pub fn forever(self) -> Script {
        Script::from(self).forever()
    }
}

impl From<Effect> for Fault {
    fn from(effect: Effect) -> Self {
        Self {
            effect,
            delay: None,
            is_by_clock: false,
        }
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        read_fault(Steps::read(text)?.only()?)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fault(self, formatter)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fault({self})")
    }
}
