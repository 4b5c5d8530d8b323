//! Several mocks behind one balancer, which one handle steers.

use std::time::{Duration, SystemTime};

use super::{
    caller::RemoteCaller,
    clock::Clock,
    error::{RemoteError, RemoteProblem},
    vault::RemoteAccess,
    version::{self, Version},
};
use crate::clock::ClockState;

/// What clocks that run with the system's may differ by.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(2);

/// Refuses mocks that this handle does not fit, and replicas that are not alike.
pub(super) async fn check(caller: &RemoteCaller) -> Result<(), RemoteError> {
    let replicas = caller.each();
    if let [one] = &replicas[..] {
        return version::check(one).await.map(drop);
    }
    let Some((first, others)) = replicas.split_first() else {
        return Ok(());
    };
    let there = first.uri();
    let mut expected = Likeness::of(first).await?;
    for replica in others {
        let likeness = Likeness::of(replica).await?;
        // It was read between these two.
        let earlier = expected.clock.now();
        expected.clock = Clock::new(first.clone()).state().await?;
        if let Some((difference, cure)) = likeness.difference(&expected, earlier) {
            let unlike = format!("{difference} than the one at {there}: {cure}");
            return Err(replica.error(RemoteProblem::Unlike(unlike)));
        }
    }
    Ok(())
}

/// What replicas have in common.
struct Likeness {
    version: Version,
    access: RemoteAccess,
    clock: ClockState,
}

impl Likeness {
    async fn of(replica: &RemoteCaller) -> Result<Self, RemoteError> {
        Ok(Self {
            version: version::check(replica).await?,
            access: replica.get("/client").await?,
            clock: Clock::new(replica.clone()).state().await?,
        })
    }

    /// What is not as it is at the first one, and what to do.
    fn difference(
        &self,
        first: &Self,
        earlier: SystemTime,
    ) -> Option<(&'static str, &'static str)> {
        let (own, other) = (&self.access, &first.access);
        if self.version != first.version {
            Some(("has another version", "start all from one release"))
        } else if own.api_key.expose_secret() != other.api_key.expose_secret() {
            let cure = "start both with the same --api-key-file";
            Some(("takes another API key", cure))
        } else if own.app_id != other.app_id {
            Some(("knows another app", "start both with the same --app-id"))
        } else if own.secret_fingerprint != other.secret_fingerprint {
            let cure = "start both with the same --secret-file";
            Some(("signs with another secret", cure))
        } else if self.clock.scale() != first.clock.scale() {
            Some(("has a clock of another speed", "set both alike"))
        } else if !self.shows_a_time_between(earlier, first.clock.now()) {
            Some(("has a clock that shows another time", "set both alike"))
        } else {
            None
        }
    }

    fn shows_a_time_between(&self, earlier: SystemTime, later: SystemTime) -> bool {
        let (now, tolerance) = (self.clock.now(), CLOCK_TOLERANCE * self.clock.scale());
        let past = |one: SystemTime, other| one.duration_since(other).unwrap_or_default();
        past(earlier, now) <= tolerance && past(now, later) <= tolerance
    }
}
