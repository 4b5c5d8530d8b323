use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode, Uri,
    header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
    request::Parts,
};

use super::{
    client, clock, connections, expectations, faults, journal, keys, metrics,
    problem::AdminProblem, query::Query, settings, tenants,
};
use crate::{
    api::{self, Unread},
    identity::Head,
    openapi,
    router::{self, Call, Found, Route},
    vault::Vault,
};

/// What the paths of the admin API start with.
const PREFIX: &str = "/__vault_mock";

/// Bytes of the largest body that the admin API takes.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// The endpoints that take parameters, and say of each what is wrong with it.
const WITH_PARAMETERS: [(&str, &str); 5] = [
    ("GET", "/connections"),
    ("DELETE", "/connections"),
    ("DELETE", "/faults"),
    ("GET", "/journal"),
    ("DELETE", tenants::PATH),
];

/// How an endpoint answers.
type Endpoint = fn(&Call<'_>) -> Result<Response<Bytes>, AdminProblem>;

/// What comes after the prefix, for everybody.
const OPEN: [&str; 2] = ["/health", "/ready"];

/// What comes after the prefix.
static TABLE: &[Route<Endpoint>] = &[
    Route {
        path: "/health",
        methods: &[("GET", |_| Ok(metrics::health()))],
    },
    Route {
        path: "/ready",
        methods: &[("GET", |call| Ok(metrics::ready(call)))],
    },
    Route {
        path: "/authorize",
        methods: &[("POST", client::authorize)],
    },
    Route {
        path: "/client",
        methods: &[("GET", |call| Ok(client::read(call)))],
    },
    Route {
        path: "/clock",
        methods: &[("GET", |call| Ok(clock::read(call))), ("PUT", clock::set)],
    },
    Route {
        path: "/clock/advance",
        methods: &[("POST", clock::advance)],
    },
    Route {
        path: "/clock/expiry",
        methods: &[("POST", clock::expiry)],
    },
    Route {
        path: "/clock/scale",
        methods: &[("PUT", clock::scale)],
    },
    Route {
        path: "/clock/freeze",
        methods: &[("POST", |call| Ok(clock::freeze(call)))],
    },
    Route {
        path: "/clock/resume",
        methods: &[("POST", |call| Ok(clock::resume(call)))],
    },
    Route {
        path: "/connections",
        methods: &[
            ("GET", connections::list),
            ("PUT", connections::set),
            ("DELETE", connections::reset),
        ],
    },
    Route {
        path: "/connections/change",
        methods: &[("POST", connections::change)],
    },
    Route {
        path: "/expectations",
        methods: &[
            ("POST", expectations::declare),
            ("DELETE", |call| Ok(expectations::forget(call))),
        ],
    },
    Route {
        path: "/expectations/check",
        methods: &[("POST", expectations::check)],
    },
    Route {
        path: expectations::VERIFY,
        methods: &[("GET", expectations::verify)],
    },
    Route {
        path: "/faults",
        methods: &[
            ("GET", |call| Ok(faults::list(call))),
            ("PUT", faults::set),
            ("DELETE", faults::clear),
        ],
    },
    Route {
        path: "/journal",
        methods: &[
            ("GET", journal::list),
            ("DELETE", |call| Ok(journal::clear(call))),
        ],
    },
    Route {
        path: "/keys/rotate",
        methods: &[("POST", keys::rotate)],
    },
    Route {
        path: "/metrics",
        methods: &[("GET", |call| Ok(metrics::metrics(call)))],
    },
    Route {
        path: "/openapi.json",
        methods: &[("GET", |_| Ok(described()))],
    },
    Route {
        path: "/reset",
        methods: &[("POST", |call| Ok(settings::reset(call)))],
    },
    Route {
        path: "/settings",
        methods: &[
            ("GET", |call| Ok(settings::read(call))),
            ("PATCH", settings::change),
        ],
    },
    Route {
        path: tenants::PATH,
        methods: &[
            ("GET", |call| Ok(tenants::list(call))),
            ("PUT", tenants::set),
            ("DELETE", tenants::remove),
        ],
    },
];

/// Methods and paths of all endpoints.
#[cfg(test)]
pub(crate) fn routes() -> impl Iterator<Item = (&'static str, String)> {
    router::listed(TABLE).map(|(method, path)| (method, format!("{PREFIX}{path}")))
}

/// Whether the request is for the admin API, and the mock has one.
pub(crate) fn is_admin(vault: &Vault, parts: &Parts) -> bool {
    path(&parts.uri).is_some() && !vault.admin().is_off()
}

/// Waits for the requests in flight if this one asks for a verdict of them: an endpoint answers at once.
pub(crate) async fn settle(vault: &Vault, head: &Head) {
    let is_verdict = path(&head.parts.uri) == Some(expectations::VERIFY);
    // A stranger, who is refused, is told so at once; and without a runtime nobody can wait.
    if is_verdict
        && vault.admin().check(head).is_ok()
        && tokio::runtime::Handle::try_current().is_ok()
    {
        // Apart, so that the future of every other request stays small.
        Box::pin(vault.journal().settle()).await;
    }
}

/// What comes after the prefix in a path of the admin API.
pub(super) fn path(uri: &Uri) -> Option<&str> {
    below_prefix(uri.path())
}

/// Whether a path is one of the admin API.
pub(crate) fn has_path(path: &str) -> bool {
    below_prefix(path).is_some()
}

fn below_prefix(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(PREFIX);
    rest.filter(|rest| rest.starts_with('/'))
}

/// Checks who calls, finds the endpoint, and lets it answer.
pub(crate) fn respond(vault: &Vault, head: &Head, body: Result<&Bytes, Unread>) -> Response<Bytes> {
    let outcome = route(vault, head, body);
    let mut response = outcome.unwrap_or_else(AdminProblem::into_response);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn route(
    vault: &Vault,
    head: &Head,
    body: Result<&Bytes, Unread>,
) -> Result<Response<Bytes>, AdminProblem> {
    let path = path(&head.parts.uri).unwrap_or_default();
    if !OPEN.contains(&path) {
        vault.admin().check(head)?;
        client::check_tenant(vault, &head.parts.headers)?;
    }
    match router::find(TABLE, &head.parts.method, path) {
        Some(Found::Endpoint(endpoint, captures)) => {
            check_parameters(&head.parts, path)?;
            endpoint(&Call {
                vault,
                head,
                token_age: None,
                body: read(body)?,
                captures,
            })
        }
        Some(Found::Options(allow)) => Ok(allow.options()),
        Some(Found::NotAllowed(allow)) => Err(AdminProblem::method_not_allowed(&allow)),
        None => Err(AdminProblem::new(
            StatusCode::NOT_FOUND,
            format!("the admin API has no such path; {PREFIX}/openapi.json describes all"),
        )),
    }
}

/// Refuses parameters where none is known: a call would do something else than it says.
fn check_parameters(parts: &Parts, path: &str) -> Result<(), AdminProblem> {
    let method = match parts.method.as_str() {
        "HEAD" => "GET",
        method => method,
    };
    if OPEN.contains(&path) || WITH_PARAMETERS.contains(&(method, path)) {
        return Ok(());
    }
    Query::of(parts.uri.query()).finish()
}

fn read(body: Result<&Bytes, Unread>) -> Result<&Bytes, AdminProblem> {
    match body {
        Ok(body) if body.len() <= BODY_LIMIT => Ok(body),
        Err(Unread::Broken | Unread::Left | Unread::TooSlow) => Err(AdminProblem::new(
            StatusCode::BAD_REQUEST,
            "the body ends early, or its framing is broken",
        )),
        Err(Unread::NoRoom) => Err(AdminProblem::no_room()),
        Err(Unread::InvalidHead(why)) => Err(AdminProblem::new(StatusCode::BAD_REQUEST, why)),
        Err(Unread::UnknownExpectation) => Err(AdminProblem::new(
            StatusCode::EXPECTATION_FAILED,
            "the only expectation that is known is 100-continue",
        )),
        Err(Unread::UnknownTransferCoding) => Err(AdminProblem::new(
            StatusCode::NOT_IMPLEMENTED,
            "the only transfer coding that is known is chunked",
        )),
        Ok(_) | Err(Unread::TooLarge) => Err(AdminProblem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is larger than the mock takes",
        )),
    }
}

fn described() -> Response<Bytes> {
    api::json(StatusCode::OK, openapi::document())
}
