use std::{collections::BTreeMap, fmt};

use serde_json::Value;

#[cfg(feature = "http")]
use super::salvage::{members, plain, read, read_extra};
use super::{session_uri::SessionUri, token::SessionToken};
use crate::open_object::{NamesOf, open_object};

/// The service's answer to a good request: the token, and the page to send the consumer to.
///
/// `Debug` shows neither. Of members that this version of the crate does not know it shows only the
/// names.
///
/// ```
/// use vault_sessions::SessionCreated;
///
/// let created: SessionCreated = serde_json::from_str(
///     r#"{"status_code":200,"status":"OK","data":{
///         "session_uri":"https://vault.apideck.com/session/e30.e30.sig",
///         "session_token":"e30.e30.sig"}}"#,
/// )?;
/// assert_eq!(created.token().expose_secret(), "e30.e30.sig");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct SessionCreated {
    status_code: u16,
    status: String,
    data: Data,
    extra: BTreeMap<String, Value>,
}

#[derive(Clone, PartialEq)]
struct Data {
    session_uri: SessionUri,
    session_token: SessionToken,
    extra: BTreeMap<String, Value>,
}

open_object!(SessionCreated, "answer with a session", {
    defaulted status_code: "status_code", OK;
    defaulted status: "status", String::new();
    required data: "data";
    ..extra
});

open_object!(Data, "data of a session", {
    required session_uri: "session_uri";
    required session_token: "session_token";
    ..extra
});

impl SessionCreated {
    /// The answer `200 OK` with this URI and token.
    #[must_use]
    pub fn new(uri: SessionUri, token: SessionToken) -> Self {
        Self {
            status_code: OK,
            status: "OK".to_owned(),
            data: Data {
                session_uri: uri,
                session_token: token,
                extra: BTreeMap::new(),
            },
            extra: BTreeMap::new(),
        }
    }

    /// Reads what it can from an answer that is not the JSON it should be. It is a session if the URI and
    /// the token can be read.
    #[cfg(feature = "http")]
    pub(crate) fn salvage(json: &[u8]) -> Option<Self> {
        let (mut status_code, mut status, mut data) = (None, None, None);
        let mut extra = BTreeMap::new();
        for (name, value) in members(&plain(json)) {
            match name.as_str() {
                "status_code" => read(value, &mut status_code),
                "status" => read(value, &mut status),
                "data" => data = Data::salvage(value).or(data),
                _ => read_extra(name, value, &mut extra),
            }
        }
        Some(Self {
            status_code: status_code.unwrap_or(OK),
            status: status.unwrap_or_default(),
            data: data?,
            extra,
        })
    }

    /// Where to send the consumer.
    #[must_use]
    pub fn uri(&self) -> &SessionUri {
        &self.data.session_uri
    }

    /// The session's JWT.
    #[must_use]
    pub fn token(&self) -> &SessionToken {
        &self.data.session_token
    }

    /// The status code as the body repeats it.
    #[must_use]
    pub fn status_code(&self) -> u16 {
        self.status_code
    }

    /// The reason phrase as the body repeats it, such as `OK`.
    #[must_use]
    pub fn status(&self) -> &str {
        &self.status
    }

    /// Members of the answer that this version of the crate does not know.
    #[must_use]
    pub fn extra(&self) -> &BTreeMap<String, Value> {
        &self.extra
    }

    /// Members of the answer's `data` that this version of the crate does not know.
    #[must_use]
    pub fn data_extra(&self) -> &BTreeMap<String, Value> {
        &self.data.extra
    }
}

#[cfg(feature = "http")]
impl Data {
    fn salvage(json: &[u8]) -> Option<Self> {
        let (mut session_uri, mut session_token) = (None, None);
        let mut extra = BTreeMap::new();
        for (name, value) in members(json) {
            match name.as_str() {
                "session_uri" => read(value, &mut session_uri),
                "session_token" => read(value, &mut session_token),
                _ => read_extra(name, value, &mut extra),
            }
        }
        Some(Self {
            session_uri: session_uri?,
            session_token: session_token?,
            extra,
        })
    }
}

impl fmt::Debug for SessionCreated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionCreated")
            .field("status_code", &self.status_code)
            .field("status", &self.status)
            .field("data", &self.data)
            .field("extra", &NamesOf(&self.extra))
            .finish()
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Data")
            .field("session_uri", &self.session_uri)
            .field("session_token", &self.session_token)
            .field("extra", &NamesOf(&self.extra))
            .finish()
    }
}

/// The only status that the service answers a good request with.
const OK: u16 = 200;
