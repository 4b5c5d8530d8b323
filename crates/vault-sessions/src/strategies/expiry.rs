use std::time::{Duration, SystemTime};

use proptest::{prelude::*, sample};

/// An instant near the expiry of a session, with the verdict on it.
///
/// Needs the feature `proptest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NearExpiry {
    /// The instant.
    pub instant: SystemTime,
    /// Whether the session has expired: at its `exp` and after it (RFC 7519 §4.1.4).
    pub is_expired: bool,
}

/// Instants before, at and after an expiry, often only a tick or a second away.
///
/// Needs the feature `proptest`.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use proptest::{prelude::*, test_runner::TestRunner};
/// use vault_sessions::strategies;
///
/// let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_001_800);
/// TestRunner::default().run(&strategies::near_expiry(expiry), |near| {
///     prop_assert_eq!(near.is_expired, near.instant >= expiry);
///     Ok(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn near_expiry(expiry: SystemTime) -> impl Strategy<Value = NearExpiry> {
    let before = distance().prop_filter_map("too early for this system's clock", move |by| {
        let instant = expiry.checked_sub(by.max(TICK))?;
        Some(NearExpiry {
            instant,
            is_expired: false,
        })
    });
    let after = distance().prop_map(move |by| NearExpiry {
        instant: expiry + by,
        is_expired: true,
    });
    let at = Just(NearExpiry {
        instant: expiry,
        is_expired: true,
    });
    prop_oneof![before, at, after]
}

/// The finest step that the clocks of all supported systems can tell apart.
const TICK: Duration = Duration::from_nanos(100);

fn distance() -> impl Strategy<Value = Duration> {
    prop_oneof![
        sample::select(vec![
            TICK,
            Duration::from_millis(999),
            Duration::from_secs(1),
            Duration::from_secs(60),
        ]),
        (0..604_800_000_u64).prop_map(Duration::from_millis),
    ]
}
