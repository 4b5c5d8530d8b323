use std::{fmt, str::FromStr, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Response,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

use super::{
    redirect,
    state::{self, OAuthState, OAuthStep},
};
use crate::{api::ServiceError, router::Call, rules::InvalidName};

/// Where the simulated provider lives.
pub(crate) const PATH: &str = "/mock-provider/authorize";

/// How long a code can be exchanged: the most that RFC 6749 §4.1.2 recommends.
const CODE_LIFETIME: Duration = Duration::from_secs(600);

/// What the simulated OAuth provider does when a browser arrives. Text: `agrees`, `asks`, `refuses`,
/// or `refuses=server_error` for an error code other than `access_denied`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provider {
    /// It agrees at once, and sends the browser back with a code.
    #[default]
    Agrees,
    /// It refuses at once, with an error of RFC 6749 §4.1.2.1 such as `access_denied`.
    Refuses {
        /// The error's code.
        error: String,
        /// A sentence about it.
        description: String,
    },
    /// It shows a page with two links, to agree and to refuse.
    Asks,
}

impl Provider {
    fn refuses(error: &str) -> Self {
        Self::Refuses {
            error: error.to_owned(),
            description: match error {
                DENIED => "The user denied access to your application".to_owned(),
                error => format!("The provider answered {error}"),
            },
        }
    }
}

impl fmt::Display for Provider {
    /// Writes all but the description of a refusal.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agrees => formatter.write_str("agrees"),
            Self::Asks => formatter.write_str("asks"),
            Self::Refuses { error, .. } if error == DENIED => formatter.write_str("refuses"),
            Self::Refuses { error, .. } => write!(formatter, "refuses={error}"),
        }
    }
}

impl FromStr for Provider {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match (text, text.strip_prefix("refuses=")) {
            ("agrees", _) => Ok(Self::Agrees),
            ("asks", _) => Ok(Self::Asks),
            ("refuses", _) => Ok(Self::refuses(DENIED)),
            (_, Some(error)) if is_error_code(error) => Ok(Self::refuses(error)),
            _ => {
                let names = "agrees, asks, refuses, or refuses=CODE";
                Err(InvalidName::new("OAuth provider", text, names))
            }
        }
    }
}

/// What RFC 6749 §4.1.2.1 calls a refusal of the user.
const DENIED: &str = "access_denied";

/// The characters of an error code (RFC 6749 §4.1.2.1).
fn is_error_code(text: &str) -> bool {
    let allowed = |byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    !text.is_empty() && text.bytes().all(allowed)
}

/// The link to the provider for a round trip (RFC 6749 §4.1.1).
pub(super) fn link(call: &Call<'_>, flow: &str) -> String {
    let base = call.vault.api_base_for(&call.head.parts);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", "vault-mock")
        .append_pair("redirect_uri", &callback(call))
        .append_pair("state", flow);
    format!("{base}{PATH}?{}", query.finish())
}

/// `GET /mock-provider/authorize`: what the service on the other side would do.
pub(crate) fn provider(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let vault = call.vault;
    let flow = call.query("state").unwrap_or_default();
    let state = state::read(vault, OAuthStep::Callback, &flow)?;
    let provider = match (vault.oauth_provider(), call.query("decision").as_deref()) {
        (Provider::Asks, Some("agree")) => Provider::Agrees,
        (Provider::Asks, Some("refuse")) => Provider::refuses(DENIED),
        (provider, _) => provider,
    };
    Ok(match provider {
        Provider::Agrees => {
            let expires_at = vault.clock().now() + CODE_LIFETIME;
            let code = vault
                .oauth()
                .codes
                .issue(signature(&flow).to_owned(), expires_at);
            back(call, &flow, &[("code", &code)])
        }
        Provider::Refuses { error, description } => back(
            call,
            &flow,
            &[("error", &error), ("error_description", &description)],
        ),
        Provider::Asks => page(&state, &link(call, &flow)),
    })
}

/// What a code is bound to.
pub(super) fn signature(flow: &str) -> &str {
    flow.rsplit('.').next().unwrap_or(flow)
}

fn back(call: &Call<'_>, flow: &str, pairs: &[(&str, &str)]) -> Response<Bytes> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", flow).extend_pairs(pairs);
    redirect::to(&format!("{}?{}", callback(call), query.finish()))
}

fn callback(call: &Call<'_>) -> String {
    format!(
        "{}/vault/callback",
        call.vault.api_base_for(&call.head.parts)
    )
}

/// A page without scripts. Nothing in it needs escaping but the link's `&`: an ID of a service has
/// letters, digits, hyphens and underscores, and the rest is percent-encoded.
fn page(state: &OAuthState, link: &str) -> Response<Bytes> {
    let service = state.id.service_id();
    let link = link.replace('&', "&amp;");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <title>Sign in to {service}</title>\n\
         <h1>{service}</h1>\n<p>vault-mock asks for access, and this page stands for the service.</p>\n\
         <p><a id=\"agree\" href=\"{link}&amp;decision=agree\">Agree</a></p>\n\
         <p><a id=\"refuse\" href=\"{link}&amp;decision=refuse\">Refuse</a></p>\n"
    );
    let mut response = Response::new(Bytes::from(html));
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The address holds the state.
        (REFERRER_POLICY, "no-referrer"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
