//! Where a round trip may lead in the end.
//!
//! The state is signed, so nobody but the holder of a session token or of the API key can start a
//! round trip. What the holder may name as `redirect_uri`:
//!
//! - with the API key, any `http` or `https` URL: the backend is trusted;
//! - with a session, the session's own `redirect_uri` and everything of the same origin, the mock's
//!   own pages, loopback addresses, and the page that the Vault widget returns to by default,
//!   `https://vault.apideck.com/oauth/callback`.
//!
//! Everything else is refused with `OAuthRedirectUriError` and no redirect. Without a `redirect_uri`
//! the session's own is taken.

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode, Uri,
    header::{CACHE_CONTROL, LOCATION},
};
use serde_json::Value;
use vault_sessions::Url;

use crate::{api::ServiceError, vault::Vault};

/// Where the widget returns to, unless the session says otherwise.
const WIDGET: &str = "https://vault.apideck.com/oauth/callback";

/// The place that a round trip returns to; `own` is the claim `redirect_uri` of its state.
pub(super) fn accepted(
    vault: &Vault,
    own: Option<&Value>,
    given: Option<&str>,
) -> Result<Url, ServiceError> {
    let of_session = own.and_then(Value::as_str);
    let given = given.filter(|given| !given.is_empty()).or(of_session);
    let given = given.ok_or_else(|| {
        ServiceError::redirect_uri("Missing redirect_uri: append it to the link, or to the session")
    })?;
    let url = Url::new(given.to_owned())
        .map_err(|invalid| ServiceError::redirect_uri(invalid.to_string()))?;
    // A link without the claim was made for the backend.
    let is_accepted = match own {
        None => origin(given).is_some(),
        Some(_) => {
            of_session == Some(given) || given == WIDGET || is_among(given, vault, of_session)
        }
    };
    if is_accepted {
        Ok(url)
    } else {
        Err(ServiceError::redirect_uri(
            "This redirect_uri belongs neither to the session's redirect_uri, nor to the mock, nor to this machine",
        ))
    }
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
    redirect_uri: &Url,
    origin: &str,
    state: &super::state::State,
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
    to(&with_query(redirect_uri, &query.finish()))
}

/// A URL with more in its query, in front of its fragment.
pub(super) fn with_query(url: &Url, query: &str) -> String {
    let (url, fragment) = match url.as_str().split_once('#') {
        Some((url, fragment)) => (url, Some(fragment)),
        None => (url.as_str(), None),
    };
    let separator = if url.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|fragment| format!("#{fragment}"));
    format!("{url}{separator}{query}{}", fragment.unwrap_or_default())
}

fn is_among(given: &str, vault: &Vault, of_session: Option<&str>) -> bool {
    let Some(given) = origin(given) else {
        return false;
    };
    let known = [
        Some(vault.public_base()),
        Some(vault.api_base()),
        of_session,
    ];
    is_loopback(&given)
        || known
            .into_iter()
            .flatten()
            .any(|known| origin(known).as_ref() == Some(&given))
}

/// Scheme and authority of an `http` or `https` URL without user information, in lower case.
fn origin(url: &str) -> Option<(String, String)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let authority = uri.authority()?.as_str().to_ascii_lowercase();
    let is_web = matches!(scheme.as_str(), "http" | "https");
    (is_web && !authority.contains('@')).then_some((scheme, authority))
}

fn is_loopback((_, authority): &(String, String)) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_accepted(own: Option<&Value>, given: &str) -> bool {
        accepted(&Vault::builder().build(), own, Some(given)).is_ok()
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
        let with = |url: &str| with_query(&Url::new(url.to_owned()).unwrap(), "x=1");
        assert_eq!(with("https://a.b/c"), "https://a.b/c?x=1");
        assert_eq!(with("https://a.b/?y=2#z"), "https://a.b/?y=2&x=1#z");
    }
}
