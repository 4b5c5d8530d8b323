use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use serde_core::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Unexpected},
};
use serde_json::Value;

use super::{
    InvalidToken,
    salvage::{after_marks, readable},
};
use crate::{
    open_object::{open_object, read_map},
    request::Session,
    values::{AppId, ConsumerId},
};

/// The claims of a session token, as written in it (RFC 7519 §4).
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
    /// Reads claims beside others that cannot be read: those are left out. A byte-order mark is ignored.
    pub(super) fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        const NEEDED: [&str; 4] = ["consumer_id", "application_id", "iat", "exp"];
        let json = after_marks(json);
        serde_json::from_slice(json).or_else(|cause| {
            let readable = readable(json, &NEEDED);
            let claims = readable.and_then(|json| serde_json::from_slice(&json).ok());
            // The words for what is really there, with its position.
            claims.ok_or(cause)
        })
    }

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

    /// When the token was issued (`iat`). The service writes whole seconds.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.iat.0
    }

    /// When the token expires (`exp`): it is no longer accepted at this instant (RFC 7519 §4.1.4). The
    /// service writes whole seconds.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.exp.0
    }

    /// What is left of the session at `now`; zero once it has expired.
    #[must_use]
    pub fn remaining(&self, now: SystemTime) -> Duration {
        self.expires_at().duration_since(now).unwrap_or_default()
    }

    /// The time from issue to expiry; zero if `exp` is before `iat`.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.exp.0.saturating_sub(self.iat.0)
    }

    /// The session that was requested. Claims that do not belong to its body are in its `extra`.
    ///
    /// # Errors
    ///
    /// Another client wrote a member that this crate's types do not allow. You still find it in
    /// [`others`](Self::others).
    pub fn session(&self) -> Result<Session, InvalidToken> {
        let members = self.others.clone().into_iter().collect();
        serde_json::from_value(Value::Object(members))
            .map_err(|cause| InvalidToken::session(&cause))
    }

    /// Every other claim: the members of the body, `scopes`, and whatever the service adds later.
    /// What cannot be read of them, such as a number beyond 64 bits, is left out of a token's claims.
    #[must_use]
    pub fn others(&self) -> &BTreeMap<String, Value> {
        &self.others
    }
}

/// Seconds since 1970-01-01, perhaps with a fraction or an exponent (RFC 7519 §2).
#[derive(Clone, Copy, Debug, PartialEq)]
struct NumericDate(Duration);

impl NumericDate {
    /// The last second of the year 9999, up to which every date format can write an instant.
    const LATEST: u64 = 253_402_300_799;
}

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.subsec_nanos() {
            0 => serializer.serialize_u64(self.0.as_secs()),
            _ => serializer.serialize_f64(self.0.as_secs_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Whatever kind of number the text has: other readers than JSON's take a hint literally.
        deserializer.deserialize_any(Seconds)
    }
}

struct Seconds;

impl<'de> de::Visitor<'de> for Seconds {
    type Value = NumericDate;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number of seconds since 1970")
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
        if seconds > NumericDate::LATEST {
            return Err(E::custom("a time after the year 9999"));
        }
        Ok(NumericDate(Duration::from_secs(seconds)))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<NumericDate, E> {
        let seconds = u64::try_from(seconds).map_err(|_| E::custom("a time before 1970"))?;
        self.visit_u64(seconds)
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
        if seconds < 0.0 {
            return Err(E::custom("a time before 1970"));
        }
        let time = Duration::try_from_secs_f64(seconds).ok();
        let time = time.filter(|time| time.as_secs() <= NumericDate::LATEST);
        let time = time.ok_or_else(|| E::custom("a time after the year 9999"))?;
        Ok(NumericDate(time))
    }

    /// A number, where `serde_json` has its feature `arbitrary_precision`.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<NumericDate, A::Error> {
        let value = read_map(map)?;
        match (value.as_u64(), value.as_f64()) {
            (Some(seconds), _) => self.visit_u64(seconds),
            (_, Some(seconds)) => self.visit_f64(seconds),
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(exp: &str) -> serde_json::Result<Claims> {
        let text = format!(r#"{{"consumer_id":"c","application_id":"a","iat":0,"exp":{exp}}}"#);
        let claims: Claims = serde_json::from_str(&text)?;
        let again: Claims = serde_json::from_value(serde_json::to_value(&claims)?)?;
        assert_eq!(again, claims);
        Ok(claims)
    }

    #[test]
    fn a_time_may_have_a_fraction_or_an_exponent() {
        for (exp, nanos) in [
            ("1700000000", 1_700_000_000_000_000_000),
            ("1700000000.5", 1_700_000_000_500_000_000),
            ("1.7e9", 1_700_000_000_000_000_000),
            ("17E8", 1_700_000_000_000_000_000),
            ("0", 0),
            ("-0", 0),
            ("1.7E+9", 1_700_000_000_000_000_000),
            ("1e-3", 1_000_000),
            ("253402300799", 253_402_300_799_000_000_000_u128),
        ] {
            let claims = claims(exp).unwrap();
            let since_epoch = claims.expires_at().duration_since(SystemTime::UNIX_EPOCH);
            assert_eq!(since_epoch.unwrap().as_nanos(), nanos, "{exp}");
            assert_eq!(claims.lifetime().as_nanos(), nanos, "{exp}");
        }
    }

    #[test]
    fn a_time_is_a_number_from_1970_to_9999() {
        for exp in [
            "-1",
            "-0.5",
            "253402300800",
            "253402300800.5",
            "1e300",
            "18446744073709551616",
            "\"1\"",
            "null",
            "true",
            "[]",
        ] {
            assert!(claims(exp).is_err(), "{exp}");
        }
    }
}
