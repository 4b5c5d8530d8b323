use std::{
    fmt,
    pin::pin,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use http::HeaderValue;
use tokio::{
    runtime::Handle,
    sync::Notify,
    time::{Instant, sleep},
};

use super::{
    change::ClockState,
    source::{Source, system_time},
};
use crate::{race::race, sync};

/// The clock that the whole mock uses: for `iat`, `exp`, every check, `Date`, `Retry-After`, rate
/// limits, the journal, and delays [by the clock](crate::fault::Fault::by_clock).
///
/// A clock is a handle: clones show, and change, the same time. A frozen clock stands still until
/// it is advanced or set; a running one moves on by itself, from wherever it was set to.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use vault_mock::Clock;
///
/// let clock = Clock::frozen_at(SystemTime::UNIX_EPOCH);
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(90));
/// ```
///
/// # The mock's time and tokio's
///
/// A running clock runs by the time of the tokio runtime that it was made in, which is the system's
/// monotonic time unless a test pauses it. Under paused time the two agree: when tokio skips 30
/// seconds because everything waits, the clock moves on by 30 seconds, to the nanosecond.
///
/// A frozen clock, the default, is independent of tokio's time. Injected delays therefore wait in real
/// time (tokio's) unless they are [by the clock](crate::fault::Fault::by_clock): those end when
/// [`advance`](Clock::advance) or [`set`](Clock::set) reaches their end, however long that takes. Use
/// real time to test a client's own timeout; use the clock to decide in the test when an answer comes.
#[derive(Clone)]
pub struct Clock(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    source: Source,
    /// The last second that was written as a date of HTTP.
    dated: Mutex<(u64, HeaderValue)>,
    /// Wakes whoever waits for a time on this clock, because it may have come nearer.
    changed: Notify,
}

/// The clock showed `shown` at `since`, and has gone `scale` times as fast as its source from then.
#[derive(Clone, Copy)]
struct State {
    shown: SystemTime,
    since: Instant,
    scale: u32,
}

impl Clock {
    /// A clock that shows the system's time and runs with it.
    #[must_use]
    pub fn system() -> Self {
        Self::with(system_time(), 1)
    }

    /// A clock that stands still at the present second.
    ///
    /// Time in tokens is in whole seconds, so a clock that starts on one makes every boundary exact.
    #[must_use]
    pub fn frozen() -> Self {
        Self::frozen_at(whole_second(system_time()))
    }

    /// A clock that stands still at `time`.
    #[must_use]
    pub fn frozen_at(time: SystemTime) -> Self {
        Self::with(time, 0)
    }

    /// A clock that runs from `time` on, as fast as tokio's time.
    #[must_use]
    pub fn running_from(time: SystemTime) -> Self {
        Self::with(time, 1)
    }

    fn with(time: SystemTime, scale: u32) -> Self {
        let source = Source::current();
        let state = State {
            shown: bounded(time),
            since: source.now(),
            scale,
        };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            source,
            dated: Mutex::new((0, http_date(0))),
            changed: Notify::new(),
        }))
    }

    /// Another clock that shows the same time and runs as fast.
    pub(crate) fn fork(&self) -> Self {
        let State { shown, scale, .. } = self.read();
        Self::with(shown, scale)
    }

    /// The time on this clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.read().shown
    }

    /// The time on this clock, and how fast it runs.
    #[must_use]
    pub fn state(&self) -> ClockState {
        let State { shown, scale, .. } = self.read();
        ClockState::new(shown, scale)
    }

    /// A function that tells the time on this clock, for code that takes its time from one.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use vault_mock::Clock;
    ///
    /// /// The code under test.
    /// struct Sessions<F>(F);
    ///
    /// impl<F: Fn() -> SystemTime> Sessions<F> {
    ///     fn is_over(&self, expires_at: SystemTime) -> bool {
    ///         (self.0)() >= expires_at
    ///     }
    /// }
    ///
    /// let clock = Clock::frozen();
    /// let sessions = Sessions(clock.to_fn());
    /// let expires_at = clock.now() + Duration::from_secs(60);
    /// assert!(!sessions.is_over(expires_at));
    /// clock.advance(Duration::from_secs(60));
    /// assert!(sessions.is_over(expires_at));
    /// ```
    pub fn to_fn(&self) -> impl Fn() -> SystemTime + Clone + Send + Sync + 'static {
        let clock = self.clone();
        move || clock.now()
    }

    /// Moves the clock forward. It never passes the year 9999.
    pub fn advance(&self, by: Duration) {
        self.update(|state| state.shown = later(state.shown, by));
    }

    /// Sets the clock, forward or back. Times before 1970 or after 9999 are clamped.
    pub fn set(&self, time: SystemTime) {
        self.update(|state| state.shown = bounded(time));
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        self.scale(0);
    }

    /// Lets the clock run from where it is, as fast as tokio's time.
    pub fn resume(&self) {
        self.scale(1);
    }

    /// Lets the clock run this many times as fast as tokio's time, from where it is; 0 stops it.
    ///
    /// At 3,600, a session of an hour expires after a second.
    pub fn scale(&self, factor: u32) {
        self.update(|state| state.scale = factor);
    }

    /// Waits until this much time has passed on this clock.
    ///
    /// A frozen clock must be advanced or set that far. Setting the clock back makes the wait longer.
    ///
    /// # Panics
    ///
    /// The clock runs, and there is no tokio runtime with time.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.later(duration)).await;
    }

    /// Waits until the clock shows `time` or later.
    ///
    /// # Panics
    ///
    /// As [`sleep`](Clock::sleep).
    pub async fn sleep_until(&self, time: SystemTime) {
        loop {
            let mut changed = pin!(self.0.changed.notified());
            // Hear of every change from before the clock is read.
            changed.as_mut().enable();
            let State { shown, scale, .. } = self.read();
            let Some(left) = time
                .duration_since(shown)
                .ok()
                .filter(|left| !left.is_zero())
            else {
                return;
            };
            if scale == 0 {
                changed.await;
            } else {
                assert!(
                    Handle::try_current().is_ok(),
                    "a clock that runs needs a tokio runtime to wait: await it under `#[tokio::main]` or \
                     `#[tokio::test]`, or freeze the clock and advance it"
                );
                race(sleep(source_time(left, scale)), changed).await;
            }
        }
    }

    /// The time that the clock will show when so much has passed.
    pub(crate) fn later(&self, by: Duration) -> SystemTime {
        later(self.now(), by)
    }

    /// Seconds since the epoch, as tokens count time.
    pub(crate) fn unix_seconds(&self) -> u64 {
        unix_seconds(self.now())
    }

    /// The time as the header `Date` has it (RFC 9110 §6.6.1). Most answers have that of the last one.
    pub(crate) fn http_date(&self) -> HeaderValue {
        let now = self.unix_seconds();
        let mut dated = sync::lock(&self.0.dated);
        if dated.0 != now {
            *dated = (now, http_date(now));
        }
        dated.1.clone()
    }

    fn read(&self) -> State {
        let mut state = sync::lock(&self.0.state);
        if state.scale > 0 {
            let now = self.0.source.now();
            let passed = now.saturating_duration_since(state.since);
            state.since = now;
            state.shown = later(state.shown, passed.saturating_mul(state.scale));
        }
        *state
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        self.read();
        let mut state = sync::lock(&self.0.state);
        if state.scale == 0 {
            state.since = self.0.source.now();
        }
        change(&mut state);
        drop(state);
        self.0.changed.notify_waiters();
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Clock").field(&self.state()).finish()
    }
}

/// The last second that an HTTP date can be written for, at the end of the year 9999; since the
/// epoch. No token says a later one: no [`Claims`](vault_sessions::Claims) could be read from it.
pub(crate) const LATEST: u64 = 253_402_300_799;

fn latest() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(LATEST)
}

pub(crate) fn bounded(time: SystemTime) -> SystemTime {
    time.clamp(SystemTime::UNIX_EPOCH, latest())
}

pub(super) fn later(time: SystemTime, by: Duration) -> SystemTime {
    time.checked_add(by).map_or_else(latest, bounded)
}

pub(super) fn unix_seconds(time: SystemTime) -> u64 {
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH);
    since_epoch.unwrap_or_default().as_secs()
}

/// How long the source takes to bring a clock of this scale so far; not a nanosecond less.
fn source_time(left: Duration, scale: u32) -> Duration {
    let rounded_down = left / scale;
    if rounded_down.saturating_mul(scale) < left {
        rounded_down + Duration::from_nanos(1)
    } else {
        rounded_down
    }
}

fn http_date(seconds: u64) -> HeaderValue {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    HeaderValue::try_from(httpdate::fmt_http_date(time)).expect("a date is ASCII")
}

fn whole_second(time: SystemTime) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(unix_seconds(time))
}
