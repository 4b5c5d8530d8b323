use std::time::Duration;

use http::StatusCode;

use crate::{
    config::{ConfigError, ConfigProblem, LONGEST},
    error::Error,
};

/// When a failed call is tried again, and how long to wait first.
///
/// | what happened | tried again |
/// |---|---|
/// | no connection | yes, unless a retry cannot help: TLS, or a proxy that refuses with a status other than those below |
/// | the connection ended, and the protocol says that the request [was not processed](Error::may_have_reached_server) | yes |
/// | 408, 421, 425: not processed | yes |
/// | 429, 502, 503, 504 | yes |
/// | any other status | no |
/// | the answer was lost after the request was sent | only if [asked for](Self::retry_lost_responses): the session may exist by then |
/// | 401, and the key [has changed](crate::ClientBuilder::api_key_source) since | once, whatever the policy |
///
/// The wait is a random time between zero and a ceiling that doubles with each attempt, added to the
/// answer's `Retry-After`. A `Retry-After` that cannot be read counts as the longest backoff. If a retry
/// could not begin before the total timeout, the call fails without waiting.
///
/// ```
/// use std::time::Duration;
/// use vault_sessions_client::RetryPolicy;
///
/// let policy = RetryPolicy::default()
///     .max_attempts(5)
///     .backoff(Duration::from_millis(50), Duration::from_secs(2));
/// assert_ne!(policy, RetryPolicy::never());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    pub(super) max_attempts: u32,
    first: Duration,
    pub(super) longest: Duration,
    pub(super) max_retry_after: Duration,
    /// Retries.
    pub(super) budget: u32,
    pub(super) seed: Option<u64>,
    lost_responses: bool,
}

const MOST_ATTEMPTS: u32 = 100;

impl RetryPolicy {
    /// No retries: one attempt, whatever its outcome.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// The largest number of attempts, including the first. Default: 3. At most 100, because the
    /// [`Error`] of a call keeps the outcome of [each](Error::previous).
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The ceiling of the random wait before the first retry, and the highest that later ceilings can
    /// reach. Default: 200 milliseconds and 5 seconds.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first.min(LONGEST);
        self.longest = longest.min(LONGEST);
        self
    }

    /// The longest `Retry-After` that the client waits for. If the service, or a proxy, asks for more, the
    /// call fails at once, and [`Error::retry_after`] has the time. Default: 20 seconds.
    pub fn max_retry_after(mut self, length: Duration) -> Self {
        self.max_retry_after = length.min(LONGEST);
        self
    }

    /// How many retries a client and its clones may make together. Every ten successful calls add one,
    /// up to this number. Default: 10.
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// Also tries again when the connection failed or the attempt timed out after the request was
    /// sent. The service may then have created a session that nobody uses.
    pub fn retry_lost_responses(mut self) -> Self {
        self.lost_responses = true;
        self
    }

    /// Makes the random waits repeatable. Default: a new seed for each client.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.max_attempts == 0 {
            return Err(ConfigProblem::Zero("number of attempts").into());
        }
        if self.max_attempts > MOST_ATTEMPTS {
            let limit = MOST_ATTEMPTS;
            return Err(ConfigProblem::ManyAttempts { limit }.into());
        }
        if self.first > self.longest {
            let inner = ("first backoff", self.first);
            let outer = ("longest backoff", self.longest);
            return Err(ConfigProblem::Order { inner, outer }.into());
        }
        Ok(())
    }

    /// Whether a failure is of a kind that is tried again.
    pub(crate) fn covers(&self, error: &Error) -> bool {
        match error.status() {
            Some(status) if may_pass(status) => true,
            Some(status) if !status.is_success() => false,
            _ if error.is_connect() => !error.is_permanent(),
            _ if error.is_not_processed() => true,
            _ => self.lost_responses && (error.is_interrupted() || error.is_timeout()),
        }
    }

    /// The longest wait after this many attempts.
    pub(super) fn ceiling(&self, attempts: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempts - 1);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

/// Whether a status is one that another try may not meet again.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT
            | StatusCode::MISDIRECTED_REQUEST
            | StatusCode::TOO_EARLY
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(20),
            budget: 10,
            seed: None,
            lost_responses: false,
        }
    }
}
