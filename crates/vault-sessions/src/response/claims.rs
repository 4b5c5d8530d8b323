use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::MalformedToken;
use crate::{
    open_object::open_object,
    request::Session,
    values::{AppId, ConsumerId},
};

/// The claims of a session token, as they stand in it (RFC 7519 §4).
///
/// They are the request's body, member by member, and what the service adds: the IDs, the time of
/// issue and the time of expiry. Reading claims verifies nothing; see
/// [`SessionToken::claims`](super::SessionToken::claims).
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    consumer_id: ConsumerId,
    application_id: AppId,
    iat: NumericDate,
    exp: NumericDate,
    others: BTreeMap<String, Value>,
}

open_object!(Claims, "claims of a session", {
    required consumer_id: "consumer_id";
    required application_id: "application_id";
    required iat: "iat";
    required exp: "exp";
    ..others
});

impl Claims {
    /// The app that opened the session (`application_id`).
    #[must_use]
    pub fn application_id(&self) -> &AppId {
        &self.application_id
    }

    /// The consumer the session is for (`consumer_id`).
    #[must_use]
    pub fn consumer_id(&self) -> &ConsumerId {
        &self.consumer_id
    }

    /// When the token was issued (`iat`), a whole second.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.iat.0)
    }

    /// When the token expires (`exp`), a whole second. From this instant on it is refused
    /// (RFC 7519 §4.1.4).
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.exp.0)
    }

    /// What is left of the session at `now`; zero once it has expired.
    #[must_use]
    pub fn remaining(&self, now: SystemTime) -> Duration {
        self.expires_at().duration_since(now).unwrap_or_default()
    }

    /// From issue to expiry; zero if the claims contradict each other.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        Duration::from_secs(self.exp.0.saturating_sub(self.iat.0))
    }

    /// The session that was asked for, as types. Claims that are not the body's are in its `extra`.
    ///
    /// # Errors
    ///
    /// A member that another client wrote is not what this crate's types allow; it is still to be
    /// found in [`others`](Self::others).
    pub fn session(&self) -> Result<Session, MalformedToken> {
        let members = self.others.clone().into_iter().collect();
        serde_json::from_value(Value::Object(members))
            .map_err(|cause| MalformedToken::session(&cause))
    }

    /// Every claim that has no method of its own above: the body's members, `scopes`, and whatever
    /// the service adds one day.
    #[must_use]
    pub fn others(&self) -> &BTreeMap<String, Value> {
        &self.others
    }
}

/// Whole seconds since 1970-01-01 (RFC 7519 §2), as the service writes them.
#[derive(Clone, Copy, Debug, PartialEq)]
struct NumericDate(u64);

impl NumericDate {
    /// The last second of the year 9999, up to which every date format can write an instant.
    const LATEST: Self = Self(253_402_300_799);
}

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = u64::deserialize(deserializer)?;
        if seconds > Self::LATEST.0 {
            return Err(de::Error::custom("a time after the year 9999"));
        }
        Ok(Self(seconds))
    }
}
