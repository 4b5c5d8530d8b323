use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    str::FromStr,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Response, header::RETRY_AFTER};

use crate::{
    api, argument::RuleArgument, builder::VaultBuilder, clock::Clock, fault::is_spared,
    identity::Head, recent::Recent, sync, vault::Vault,
};

/// How many requests an app may make in each window of time; off by default.
///
/// The service documents no limit of its own: status, windows and headers are the mock's, modelled
/// on RFC 6585 §4. A window starts with an app's first request and is timed by the mock's
/// clock. Every answer within it has `x-ratelimit-limit`, `x-ratelimit-remaining` and
/// `x-ratelimit-reset`, in seconds to the next window; above the limit it is 429, with the same
/// seconds in `Retry-After`. CORS preflights do not count. Text: `60/minute`.
///
/// ```
/// use vault_mock::{RateLimit, Vault};
///
/// let vault = Vault::builder().rate_limit(RateLimit::per_minute(60)).build();
/// assert_eq!("60/minute".parse(), Ok(RateLimit::per_minute(60)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    requests: u32,
    window: Window,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Second,
    Minute,
    Hour,
}

impl Window {
    const ALL: [(Self, &str, u64); 3] = [
        (Self::Second, "second", 1),
        (Self::Minute, "minute", 60),
        (Self::Hour, "hour", 3_600),
    ];

    fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    fn duration(self) -> Duration {
        Duration::from_secs(Self::ALL[self as usize].2)
    }
}

impl RateLimit {
    /// This many requests in each second; with zero, every request is refused.
    #[must_use]
    pub const fn per_second(requests: u32) -> Self {
        let window = Window::Second;
        Self { requests, window }
    }

    /// This many requests in each minute; with zero, every request is refused.
    #[must_use]
    pub const fn per_minute(requests: u32) -> Self {
        let window = Window::Minute;
        Self { requests, window }
    }

    /// This many requests in each hour; with zero, every request is refused.
    #[must_use]
    pub const fn per_hour(requests: u32) -> Self {
        let window = Window::Hour;
        Self { requests, window }
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.requests, self.window.name())
    }
}

impl FromStr for RateLimit {
    type Err = InvalidRateLimit;

    fn from_str(text: &str) -> Result<Self, InvalidRateLimit> {
        let read = || {
            let (requests, name) = text.split_once('/')?;
            let requests = requests.trim().parse().ok()?;
            let mut windows = Window::ALL.into_iter();
            let (window, ..) = windows.find(|(_, known, _)| *known == name.trim())?;
            Some(Self { requests, window })
        };
        read().ok_or_else(|| InvalidRateLimit(text.to_owned()))
    }
}

/// A text that is not a rate limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRateLimit(String);

impl fmt::Display for InvalidRateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.0;
        write!(
            formatter,
            "invalid rate limit `{text}`: write 60/second, 60/minute or 60/hour"
        )
    }
}

impl std::error::Error for InvalidRateLimit {}

impl VaultBuilder {
    /// A literal: `RateLimit::per_minute(60)`; a text from elsewhere: `text.parse::<RateLimit>()?`.
    ///
    /// How many requests an app may make in a window of time. Default: no limit.
    ///
    /// For a limit without a window, answered with 402, use [`request_limit`](Self::request_limit).
    pub fn rate_limit(mut self, limit: impl RuleArgument<RateLimit>) -> Self {
        self.settings.rules.rate_limit = Some(limit.into());
        self
    }
}

impl Vault {
    /// How many requests an app may make in a window of time; `None` is no limit.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.look_at_rules(|rules| rules.rate_limit)
    }

    /// Changes how many requests an app may make, or lifts the limit. All windows start anew.
    pub fn set_rate_limit(&self, limit: Option<RateLimit>) {
        self.change_rules(|rules| rules.rate_limit = limit);
        *self.rate_limiter().lock() = State::new(limit);
    }
}

/// Apps whose requests are counted; beyond that, the one that has not called for longest starts anew.
const APPS: usize = 65_536;

/// Counts the requests of each app.
#[derive(Debug)]
pub(crate) struct RateLimiter(Mutex<State>);

#[derive(Debug)]
struct State {
    limit: Option<RateLimit>,
    /// By the hash of the app, which is smaller than its ID; the requests that name none share one
    /// window.
    windows: Recent<u64, Used>,
    hash: RandomState,
}

#[derive(Debug)]
struct Used {
    since: SystemTime,
    requests: u32,
}

/// Where a request stands in its window.
pub(crate) struct Counted {
    limit: RateLimit,
    /// `None` if the request is one too many.
    remaining: Option<u32>,
    seconds_to_next: u64,
}

impl RateLimiter {
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self(Mutex::new(State::new(limit)))
    }

    /// Counts towards this limit from now on; if it is another one, all windows start anew.
    pub(crate) fn set_limit(&self, limit: Option<RateLimit>) {
        let mut state = self.lock();
        if state.limit != limit {
            *state = State::new(limit);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        sync::lock(&self.0)
    }

    /// Counts a request, if there is a limit.
    pub(crate) fn count(&self, head: &Head, clock: &Clock) -> Option<Counted> {
        let parts = &head.parts;
        if is_spared(parts) || api::is_preflight(&parts.method, &parts.headers) {
            return None;
        }
        let mut state = self.lock();
        let limit = state.limit?;
        let RateLimit { requests, window } = limit;
        let now = clock.now();
        let new = || Used {
            since: now,
            requests: 0,
        };
        let app = state.hash.hash_one(head.identity.app_text());
        let used = state.windows.get_or_insert_mut(app, new);
        // A clock that was set back starts a new window, too.
        let passed = now.duration_since(used.since).ok();
        let passed = passed.filter(|passed| *passed < window.duration());
        let passed = passed.unwrap_or_else(|| {
            *used = new();
            Duration::ZERO
        });
        used.requests = used.requests.saturating_add(1);
        let remaining = requests.checked_sub(used.requests);
        let left = window.duration().saturating_sub(passed);
        Some(Counted {
            limit,
            remaining,
            seconds_to_next: left.as_secs() + u64::from(left.subsec_nanos() > 0),
        })
    }
}

impl State {
    fn new(limit: Option<RateLimit>) -> Self {
        Self {
            limit,
            windows: Recent::with_limit(APPS),
            hash: RandomState::new(),
        }
    }
}

impl Counted {
    /// The limit, if the request is one too many.
    pub(crate) fn exceeded(&self) -> Option<RateLimit> {
        self.remaining.is_none().then_some(self.limit)
    }

    /// Writes the headers that tell the client where it stands.
    pub(crate) fn write(&self, response: &mut Response<Bytes>) {
        let headers = response.headers_mut();
        headers.insert("x-ratelimit-limit", self.limit.requests.into());
        headers.insert("x-ratelimit-remaining", self.remaining.unwrap_or(0).into());
        headers.insert("x-ratelimit-reset", self.seconds_to_next.into());
        if self.remaining.is_none() {
            headers.insert(RETRY_AFTER, self.seconds_to_next.into());
        }
    }
}
