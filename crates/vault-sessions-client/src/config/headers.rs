use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, EXPECT, HOST, PROXY_AUTHORIZATION, TE,
        TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
    },
};

use super::{ConfigError, ConfigProblem};
use crate::builder::ClientBuilder;

/// Few enough for servers to accept the request: common ones allow a hundred in all.
const LIMIT: usize = 64;

/// What goes with every request, besides the headers that each request brings.
#[derive(Default)]
pub(crate) struct ExtraHeaders {
    map: HeaderMap,
    refused: Option<ConfigError>,
}

impl ClientBuilder {
    /// Sends a header with every request: visible ASCII characters, with spaces and tabs between them. A
    /// name that is given twice is sent twice.
    ///
    /// The value is treated as a secret: `Debug` of builder, request and headers shows names only.
    ///
    /// Headers that the request or the connection owns cannot be given: `authorization`,
    /// `x-apideck-*`, `content-*`, `host` and their like. [`build`](Self::build) reports what is
    /// wrong with a header.
    ///
    /// ```
    /// use vault_sessions_client::Client;
    ///
    /// let builder = Client::builder().header("x-team", "billing");
    /// assert!(!format!("{builder:?}").contains("billing"));
    /// ```
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        HeaderName: TryFrom<N>,
        <HeaderName as TryFrom<N>>::Error: Into<http::Error>,
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<http::Error>,
    {
        let name = HeaderName::try_from(name).map_err(Into::into);
        let value = HeaderValue::try_from(value).map_err(Into::into);
        if let Err(error) = self.headers.add(name, value) {
            self.headers.refused.get_or_insert(error);
        }
        self
    }
}

impl ExtraHeaders {
    fn add(
        &mut self,
        name: http::Result<HeaderName>,
        value: http::Result<HeaderValue>,
    ) -> Result<(), ConfigError> {
        let number = self.map.len() + 1;
        let problem = ConfigProblem::HeaderName { number };
        let name = name.map_err(|cause| ConfigError::with(problem, cause))?;
        if is_owned(&name) {
            return Err(ConfigProblem::OwnedHeader(name).into());
        }
        let mut value = value
            .map_err(|cause| ConfigError::with(ConfigProblem::HeaderValue(name.clone()), cause))?;
        value.set_sensitive(true);
        if !arrives_as_sent(value.as_bytes()) {
            return Err(ConfigProblem::HeaderValue(name).into());
        }
        if self.map.len() == LIMIT {
            return Err(ConfigProblem::ManyHeaders { limit: LIMIT }.into());
        }
        self.map.append(name, value);
        Ok(())
    }

    /// The headers, with the user agent among them.
    pub(crate) fn check(self, user_agent: HeaderValue) -> Result<HeaderMap, ConfigError> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        let mut map = self.map;
        map.insert(USER_AGENT, user_agent);
        Ok(map)
    }

    /// All that may be shown: values can be secrets.
    pub(crate) fn names(&self) -> Vec<&HeaderName> {
        self.map.keys().collect()
    }
}

/// Whether a value arrives as it is sent: in HTTP, values are ASCII, and white space at either end is
/// stripped (RFC 9110 §5.5).
pub(crate) fn arrives_as_sent(value: &[u8]) -> bool {
    let is_visible = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ' || *byte == b'\t';
    value.trim_ascii() == value && value.iter().all(is_visible)
}

fn is_owned(name: &HeaderName) -> bool {
    // Answers are not decoded, so encodings must not be negotiated.
    const OWNED: [HeaderName; 12] = [
        ACCEPT,
        ACCEPT_ENCODING,
        AUTHORIZATION,
        CONNECTION,
        EXPECT,
        HOST,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
        USER_AGENT,
    ];
    let other = ["http2-settings", "keep-alive", "proxy-connection"];
    let families = ["content-", "x-apideck-"];
    OWNED.contains(name)
        || other.contains(&name.as_str())
        || families
            .iter()
            .any(|family| name.as_str().starts_with(family))
}
