use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// The time that the whole mock lives by: `iat`, `exp`, every check, `Date` and the journal.
///
/// A clock is a handle: clones show, and change, the same time. A frozen clock stands still until
/// it is advanced or set; a running one follows the system, from wherever it was set to.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use vault_mock::Clock;
///
/// let clock = Clock::frozen_at(SystemTime::UNIX_EPOCH);
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(90));
/// ```
#[derive(Clone)]
pub struct Clock(Arc<Mutex<State>>);

/// `running_since` says when the clock showed `shown`; `None` while it stands still.
#[derive(Clone, Copy)]
struct State {
    shown: SystemTime,
    running_since: Option<Instant>,
}

impl Clock {
    /// A clock that shows the system's time and runs with it.
    #[must_use]
    pub fn system() -> Self {
        Self::with(State {
            shown: system_time(),
            running_since: Some(monotonic_time()),
        })
    }

    /// A clock that stands still at the present second.
    ///
    /// Time in tokens is in whole seconds, so a clock that starts on one makes every boundary exact.
    #[must_use]
    pub fn frozen() -> Self {
        let since_epoch = system_time()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Self::frozen_at(SystemTime::UNIX_EPOCH + Duration::from_secs(since_epoch.as_secs()))
    }

    /// A clock that stands still at `time`.
    #[must_use]
    pub fn frozen_at(time: SystemTime) -> Self {
        Self::with(State {
            shown: bounded(time),
            running_since: None,
        })
    }

    /// The time on this clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.update(|_| {})
    }

    /// Moves the clock forward. It never passes the year 9999.
    pub fn advance(&self, by: Duration) {
        self.update(|state| {
            state.shown = bounded(state.shown.checked_add(by).unwrap_or_else(latest));
        });
    }

    /// Sets the clock, forward or back. Times before 1970 and after 9999 are moved to the border.
    pub fn set(&self, time: SystemTime) {
        self.update(|state| state.shown = bounded(time));
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        self.update(|state| state.running_since = None);
    }

    /// Lets the clock run from where it is.
    pub fn resume(&self) {
        self.update(|state| state.running_since = Some(monotonic_time()));
    }

    /// Seconds since the epoch, as tokens count time.
    pub(crate) fn unix_seconds(&self) -> u64 {
        let since_epoch = self.now().duration_since(SystemTime::UNIX_EPOCH);
        since_epoch.unwrap_or_default().as_secs()
    }

    fn with(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    fn update(&self, change: impl FnOnce(&mut State)) -> SystemTime {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = &mut state.running_since {
            let now = monotonic_time();
            let elapsed = now.duration_since(*since);
            *since = now;
            state.shown = bounded(state.shown.checked_add(elapsed).unwrap_or_else(latest));
        }
        change(&mut state);
        state.shown
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// The last second that an HTTP date can be written for.
fn latest() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799)
}

fn bounded(time: SystemTime) -> SystemTime {
    time.clamp(SystemTime::UNIX_EPOCH, latest())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the system's time"
)]
fn system_time() -> SystemTime {
    SystemTime::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the system's time"
)]
fn monotonic_time() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::frozen_at(EPOCH);
        let other_handle = clock.clone();
        other_handle.advance(Duration::from_millis(1_500));
        assert_eq!(clock.now(), EPOCH + Duration::from_millis(1_500));
        assert_eq!(clock.unix_seconds(), 1);
        clock.set(EPOCH + Duration::from_secs(7));
        assert_eq!(other_handle.unix_seconds(), 7);
    }

    #[test]
    fn a_running_clock_keeps_what_it_was_set_to() {
        let clock = Clock::system();
        clock.set(EPOCH);
        let first = clock.now();
        assert!(first < EPOCH + Duration::from_secs(3_600), "{first:?}");
        clock.freeze();
        assert_eq!(clock.now(), clock.now());
        let frozen = clock.now();
        clock.resume();
        assert!(clock.now() >= frozen);
    }

    #[test]
    fn stays_where_dates_can_be_written() {
        let clock = Clock::frozen();
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), latest());
        clock.set(EPOCH - Duration::from_secs(1));
        assert_eq!(clock.now(), EPOCH);
    }
}
