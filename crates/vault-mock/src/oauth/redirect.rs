//! Where a round trip may lead in the end.
//!
//! The state is signed, so nobody but the holder of a session token or of the API key can start a
//! round trip. What the holder may name as `redirect_uri`:
//!
//! - with the API key, any `http` or `https` URL: the backend is trusted;
//! - with a session, the session's own `redirect_uri` and everything of the same origin (RFC 6454),
//!   everything below the mock's bases and address, its pages under whatever name it is visited,
//!   loopback addresses, and the page that the Vault widget returns to by default,
//!   `https://vault.apideck.com/oauth/callback`.
//!
//! Everything else is refused with `OAuthRedirectUriError` and no redirect. Without a `redirect_uri`
//! the session's own is taken.

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, LOCATION},
};
use serde_json::Value;
use vault_sessions::Url;

use crate::{api::ServiceError, origin::Origin, router::Call};

/// Where the widget returns to, unless the session says otherwise.
const WIDGET: &str = "https://vault.apideck.com/oauth/callback";

/// A place that a round trip may return to: a URL, or the path of a page of the mock's own.
#[derive(Debug, PartialEq)]
pub(super) struct Destination(String);

impl Destination {
    /// A place that was accepted before, as a signed state says.
    pub(super) fn signed(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The place that a round trip returns to; `own` is the claim `redirect_uri` of its state.
pub(super) fn accepted(
    call: &Call<'_>,
    own: Option<&Value>,
    given: Option<&str>,
) -> Result<Destination, ServiceError> {
    let of_session = own.and_then(Value::as_str);
    let given = given.filter(|given| !given.is_empty()).or(of_session);
    let given = given.ok_or_else(|| {
        ServiceError::redirect_uri("Missing redirect_uri: append it to the link, or to the session")
    })?;
    let url = Url::new(given.to_owned())
        .map_err(|invalid| ServiceError::redirect_uri(invalid.to_string()))?;
    let origin = Origin::of(given);
    // A link without the claim was made for the backend.
    let is_for_backend = own.is_none();
    let is_accepted = (!is_for_backend && (of_session == Some(given) || given == WIDGET))
        || origin.is_some_and(|origin| is_for_backend || is_among(&origin, call, of_session));
    if is_accepted {
        return Ok(Destination(url.as_str().to_owned()));
    }
    page_of_the_mock(given, call).map(Destination).ok_or_else(|| {
        ServiceError::redirect_uri(
            "This redirect_uri belongs neither to the session's redirect_uri, nor to the mock, nor to this machine",
        )
    })
}

/// Redirects a browser, as the service does, with 301. It must not be remembered: the next round
/// trip leads elsewhere.
pub(super) fn to(location: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let location = HeaderValue::try_from(location).expect("a URL is visible ASCII");
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Redirects with what went wrong, as the service does.
pub(super) fn with_error(
    redirect_uri: &Destination,
    origin: &str,
    state: &super::state::OAuthState,
    error: &ServiceError,
) -> Response<Bytes> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("error_type", error.type_name())
        .append_pair("error_message", &error.detail())
        .append_pair("origin", origin)
        .append_pair("service_id", state.id.service_id().as_str())
        .append_pair("application_id", state.claims.application_id().as_str())
        .append_pair("ref", &error.reference());
    to(&with_query(redirect_uri.as_str(), &query.finish()))
}

/// A URL with more in its query, in front of its fragment.
pub(crate) fn with_query(url: &str, query: &str) -> String {
    let (url, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{query}{fragment}")
}

fn is_among(given: &Origin, call: &Call<'_>, of_session: Option<&str>) -> bool {
    let settings = call.vault.settings();
    let bases = [&settings.public_base, &settings.api_base];
    let bases = bases.into_iter().flatten().map(ToString::to_string);
    let mut known = bases
        .chain([call.vault.address().to_owned()])
        .chain(of_session.map(str::to_owned));
    given.is_loopback() || known.any(|known| Origin::of(&known).as_ref() == Some(given))
}

/// The path of a page that the browser sees under the origin that the request came with.
///
/// Whoever sends a request chooses its `Host`. Without scheme and host the way leads to the mock
/// itself and nowhere else, whatever it says there.
fn page_of_the_mock(given: &str, call: &Call<'_>) -> Option<String> {
    let visited = call.vault.visited(&call.head.parts)?;
    if Origin::of(given)? != Origin::of(&visited)? {
        return None;
    }
    let (_, after_scheme) = given.split_once("://")?;
    let path = &after_scheme[after_scheme.find(['/', '?', '#'])?..];
    let is_page = path.starts_with("/session/") || path.starts_with("/oauth/callback");
    is_page.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde_json::json;

    use super::*;
    use crate::{identity::Head, router::Captures, vault::Vault};

    /// Where a round trip leads that is started at `https://mock:8080`.
    fn destination(own: Option<&Value>, given: &str) -> Option<Destination> {
        let vault = Vault::builder().build();
        let request = Request::get("/vault/authorize").header("host", "mock:8080");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let call = Call {
            vault: &vault,
            head: &Head::from(parts),
            body: &Bytes::new(),
            token_age: None,
            captures: Captures::default(),
        };
        accepted(&call, own, Some(given)).ok()
    }

    fn is_accepted(own: Option<&Value>, given: &str) -> bool {
        destination(own, given).is_some()
    }

    #[test]
    fn a_page_of_the_mock_is_returned_to_wherever_the_mock_is_visited() {
        let own = json!("https://app.example/dashboard");
        let page = destination(Some(&own), "https://mock:8080/session/x?done=y#z");
        assert_eq!(page.unwrap().as_str(), "/session/x?done=y#z");
        for elsewhere in [
            "https://mock:8080/",
            "https://mock:8080/vault/callback",
            "https://mock:8081/session/x",
            "http://mock:8080/session/x",
            "https://mock:8080@evil.example/session/x",
        ] {
            assert!(!is_accepted(Some(&own), elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn a_session_leads_home_and_nowhere_else() {
        let own = json!("https://app.example/dashboard");
        for home in [
            "https://app.example/dashboard",
            "https://APP.example/elsewhere?a=b#c",
            "https://vault.apideck.com/oauth/callback",
            "https://vault.invalid/session/x",
            "http://localhost:3000/",
            "http://127.0.0.1:3000/",
            "http://127.8.8.8:3000/",
            "https://app.example:443/dashboard",
            "http://[::1]:3000/",
        ] {
            assert!(is_accepted(Some(&own), home), "{home}");
        }
        for elsewhere in [
            "https://evil.example/",
            "http://app.example/dashboard",
            "https://app.example:8443/dashboard",
            "https://app.example.evil.example/",
            "https://app.example@evil.example/",
            "https://user@app.example/",
            "https://vault.apideck.com/oauth/callback/x",
            "https://localhost.evil.example/",
            "http://127.0.0.1@evil.example/",
            "//evil.example/",
            "/path",
            "javascript:alert(1)",
            "https://evil.example\\@app.example/",
        ] {
            assert!(!is_accepted(Some(&own), elsewhere), "{elsewhere}");
            assert!(!is_accepted(Some(&Value::Null), elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn a_session_may_return_to_an_app() {
        let own = json!("myapp://connected");
        assert!(is_accepted(Some(&own), "myapp://connected"));
        assert!(!is_accepted(Some(&own), "myapp://other"));
    }

    #[test]
    fn the_backend_leads_to_any_page() {
        assert!(is_accepted(None, "https://anywhere.example/"));
        for other in ["javascript:alert(1)", "myapp://connected", "anywhere", ""] {
            assert!(!is_accepted(None, other), "{other}");
        }
    }

    #[test]
    fn queries_stand_before_fragments() {
        for (url, expected) in [
            ("https://a.b/c", "https://a.b/c?x=1"),
            ("https://a.b/?y=2#z", "https://a.b/?y=2&x=1#z"),
            ("https://a.b/#y?z", "https://a.b/?x=1#y?z"),
        ] {
            assert_eq!(with_query(url, "x=1"), expected);
        }
    }
}
