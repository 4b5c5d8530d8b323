use std::time::{Duration, SystemTime};

use http::Method;
use serde::{Deserialize, de::Error as _};
use serde_json::{Value, json};
use vault_sessions::SessionToken;

use super::{
    caller::RemoteCaller,
    error::{RemoteError, RemoteProblem},
};
use crate::clock::{AroundExpiry, ClockChange, ClockState, bounded};

/// The clock of a mock that runs elsewhere: what [`Clock`](crate::Clock) is in process.
///
/// # Errors
///
/// Every call fails if the mock cannot be reached.
#[derive(Clone, Debug)]
pub struct Clock(RemoteCaller);

impl Clock {
    pub(super) fn new(caller: RemoteCaller) -> Self {
        Self(caller)
    }

    /// The time on the clock.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn now(&self) -> Result<SystemTime, RemoteError> {
        Ok(self.state().await?.now())
    }

    /// The time on the clock, and how fast it runs.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn state(&self) -> Result<ClockState, RemoteError> {
        let shown: Shown = self.0.get("/clock").await?;
        Ok(ClockState::new(shown.now, shown.scale))
    }

    /// Moves the clock forward. It never passes the year 9999.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn advance(&self, by: Duration) -> Result<(), RemoteError> {
        let by = by.min(LONGEST);
        // A JSON number holds the nanoseconds of a few months; a longer way is gone in two steps.
        let whole = Duration::from_secs(by.as_secs());
        let steps = if is_exact(by) {
            vec![by]
        } else {
            vec![whole, Duration::from_nanos(by.subsec_nanos().into())]
        };
        for step in steps {
            let body = json!({ "seconds": step.as_secs_f64() });
            self.change(Method::POST, "/clock/advance", Some(&body))
                .await?;
        }
        Ok(())
    }

    /// Sets the clock, forward or back. Times before 1970 or after 9999 are clamped.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn set(&self, time: SystemTime) -> Result<(), RemoteError> {
        let body = json!({ "now": humantime::format_rfc3339(bounded(time)).to_string() });
        self.change(Method::PUT, "/clock", Some(&body)).await
    }

    /// Sets the clock to an instant around the `exp` of a token, forward or back.
    ///
    /// # Errors
    ///
    /// The token is not a JWT with the claims of a session, or its app runs by the clock of another mock,
    /// which the error names; or the mock cannot be reached.
    pub async fn set_around_expiry(
        &self,
        token: &SessionToken,
        instant: AroundExpiry,
    ) -> Result<(), RemoteError> {
        let time = instant.of(token);
        let time = time.map_err(|invalid| self.0.error(RemoteProblem::Token(invalid)))?;
        let (sign, by) = match instant {
            AroundExpiry::Before(by) => (-1.0, by),
            AroundExpiry::At => (1.0, Duration::ZERO),
            AroundExpiry::After(by) => (1.0, by),
        };
        let by = by.min(LONGEST);
        // The mock knows whose sessions end by its clock.
        let body = json!({
            "session_token": token.expose_secret(), "seconds": sign * by.as_secs_f64(),
        });
        self.change(Method::POST, "/clock/expiry", Some(&body))
            .await?;
        if is_exact(by) {
            return Ok(());
        }
        self.set(time).await
    }

    /// Stops the clock where it is.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn freeze(&self) -> Result<(), RemoteError> {
        self.change(Method::POST, "/clock/freeze", None).await?;
        if self.0.each().len() > 1 {
            // Each has stopped at a moment of its own.
            self.set(self.now().await?).await?;
        }
        Ok(())
    }

    /// Lets the clock run from where it is, as fast as real time.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn resume(&self) -> Result<(), RemoteError> {
        self.change(Method::POST, "/clock/resume", None).await
    }

    /// Lets the clock run this many times as fast as real time, from where it is; 0 stops it.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn scale(&self, factor: u32) -> Result<(), RemoteError> {
        let body = json!({ "scale": factor });
        self.change(Method::PUT, "/clock/scale", Some(&body)).await
    }

    /// Applies a change that is given as data.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn apply(&self, change: ClockChange) -> Result<(), RemoteError> {
        match change {
            ClockChange::Advance(by) => self.advance(by).await,
            ClockChange::Set(time) => self.set(time).await,
            ClockChange::Freeze => self.freeze().await,
            ClockChange::Resume => self.resume().await,
            ClockChange::Scale(factor) => self.scale(factor).await,
        }
    }

    async fn change(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(), RemoteError> {
        self.0.tell(method, path, body).await
    }
}

/// More than from one end of the clock to the other.
const LONGEST: Duration = Duration::from_secs(1_000_000_000_000);

/// Whether a JSON number of seconds holds every nanosecond.
fn is_exact(duration: Duration) -> bool {
    Duration::from_secs_f64(duration.as_secs_f64()) == duration
}

#[derive(Deserialize)]
struct Shown {
    #[serde(deserialize_with = "read_time")]
    now: SystemTime,
    scale: u32,
}

/// Reads a time as the admin API writes it.
pub(super) fn read_time<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<SystemTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_rfc3339(&text).map_err(D::Error::custom)
}
