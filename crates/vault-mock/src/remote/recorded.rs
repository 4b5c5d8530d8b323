use std::{fmt, time::SystemTime};

use http::{Method, StatusCode};
use serde::{Deserialize, de::Error as _};
use serde_json::Value;

use super::clock::read_time;
use crate::{journal::Outcome, validate::Json};

/// One request in the journal of a mock that runs elsewhere: the part of a
/// [`Recorded`](crate::Recorded) that the admin API shows, without credentials.
#[derive(Clone, Debug, Deserialize)]
pub struct Recorded {
    number: u64,
    #[serde(deserialize_with = "read_time")]
    at: SystemTime,
    #[serde(deserialize_with = "read_method")]
    method: Method,
    path: String,
    app_id: Option<String>,
    consumer_id: Option<String>,
    #[serde(deserialize_with = "read_value")]
    body: Value,
    #[serde(deserialize_with = "read_status")]
    status: Option<StatusCode>,
    #[serde(deserialize_with = "read_outcome")]
    outcome: Outcome,
}

impl Recorded {
    /// The number of the request, counted from 1 since the mock was made; each of several replicas
    /// counts for itself.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// When the request's head arrived, on the mock's clock.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// The method of the request.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path of the request, without its query; `***` takes the place of a session's token.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The app of the request.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.app_id.as_deref()
    }

    /// The consumer of the request.
    #[must_use]
    pub fn consumer_id(&self) -> Option<&str> {
        self.consumer_id.as_deref()
    }

    /// The body as JSON without its credentials; a body that is not JSON is a text.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        Some(self.body.clone()).filter(|body| !body.is_null())
    }

    /// The status of the answer, or of the one that a fault lost. `None` if the request is still held,
    /// or ended without an answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// What became of the request.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome.clone()
    }
}

impl fmt::Display for Recorded {
    /// One line, such as `#2 POST /vault/sessions: 200, session created`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            method,
            path,
            outcome,
            status,
            ..
        } = self;
        write!(formatter, "#{number} {method} {path}: ")?;
        if let Some(status) = status {
            write!(formatter, "{}, ", status.as_u16())?;
        }
        write!(formatter, "{outcome}")
    }
}

fn read_method<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(D::Error::custom)
}

fn read_status<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<StatusCode>, D::Error> {
    let status = Option::<u16>::deserialize(deserializer)?;
    status
        .map(StatusCode::from_u16)
        .transpose()
        .map_err(D::Error::custom)
}

fn read_value<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Ok(Value::from(&Json::deserialize(deserializer)?))
}

fn read_outcome<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Outcome, D::Error> {
    let outcome = Outcome::told(read_value(deserializer)?);
    outcome.ok_or_else(|| D::Error::custom("this is not an outcome that is known here"))
}
