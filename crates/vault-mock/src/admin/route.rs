use bytes::Bytes;
use http::{
    HeaderValue, Method, Response, StatusCode, Uri,
    header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
    request::Parts,
};

use super::{
    clock, connections, expectations, faults, health, journal, keys, metrics, problem::Problem,
    reset, settings, tenants,
};
use crate::{
    api::{self, Unread},
    openapi,
    vault::Vault,
};

/// What the paths of the admin API start with.
const PREFIX: &str = "/__vault_mock";

/// Bytes of the largest body that the admin API takes.
const BODY_LIMIT: usize = 1024 * 1024;

/// A request that may use the API, on its way to its endpoint.
pub(super) struct Call<'a> {
    pub(super) vault: &'a Vault,
    pub(super) parts: &'a Parts,
    pub(super) body: &'a Bytes,
}

/// One endpoint.
struct Route {
    method: Method,
    /// What comes after the prefix.
    path: &'static str,
    answer: Answer,
    /// Whether everybody may call it.
    open: bool,
}

/// How an endpoint answers.
type Answer = fn(&Call<'_>) -> Result<Response<Bytes>, Problem>;

impl Route {
    const fn guarded(method: Method, path: &'static str, answer: Answer) -> Self {
        Self {
            method,
            path,
            answer,
            open: false,
        }
    }

    const fn open(method: Method, path: &'static str, answer: Answer) -> Self {
        Self {
            method,
            path,
            answer,
            open: true,
        }
    }

    fn answers(&self, method: &Method) -> bool {
        self.method == *method || (self.method == Method::GET && *method == Method::HEAD)
    }
}

static ROUTES: [Route; 30] = [
    Route::open(Method::GET, "/health", |_| Ok(health::health())),
    Route::open(Method::GET, "/ready", |_| Ok(health::health())),
    Route::guarded(Method::GET, "/clock", |call| Ok(clock::read(call))),
    Route::guarded(Method::PUT, "/clock", clock::set),
    Route::guarded(Method::POST, "/clock/advance", clock::advance),
    Route::guarded(Method::POST, "/clock/expiry", clock::expiry),
    Route::guarded(Method::PUT, "/clock/scale", clock::scale),
    Route::guarded(Method::POST, "/clock/freeze", |call| {
        Ok(clock::freeze(call))
    }),
    Route::guarded(Method::POST, "/clock/resume", |call| {
        Ok(clock::resume(call))
    }),
    Route::guarded(Method::GET, "/connections", connections::list),
    Route::guarded(Method::PUT, "/connections", connections::set),
    Route::guarded(Method::DELETE, "/connections", connections::reset),
    Route::guarded(Method::POST, "/connections/change", connections::change),
    Route::guarded(Method::POST, "/expectations", expectations::declare),
    Route::guarded(Method::DELETE, "/expectations", |call| {
        Ok(expectations::forget(call))
    }),
    Route::guarded(Method::GET, "/expectations/verify", expectations::verify),
    Route::guarded(Method::GET, "/faults", |call| Ok(faults::list(call))),
    Route::guarded(Method::PUT, "/faults", faults::set),
    Route::guarded(Method::DELETE, "/faults", faults::clear),
    Route::guarded(Method::GET, "/journal", journal::list),
    Route::guarded(Method::DELETE, "/journal", |call| Ok(journal::clear(call))),
    Route::guarded(Method::POST, "/keys/rotate", keys::rotate),
    Route::guarded(Method::GET, "/metrics", |call| Ok(metrics::metrics(call))),
    Route::guarded(Method::GET, "/openapi.json", |_| Ok(described())),
    Route::guarded(Method::POST, "/reset", |call| Ok(reset::reset(call))),
    Route::guarded(Method::GET, "/settings", |call| Ok(settings::read(call))),
    Route::guarded(Method::PATCH, "/settings", settings::change),
    Route::guarded(Method::GET, tenants::PATH, |call| Ok(tenants::list(call))),
    Route::guarded(Method::PUT, tenants::PATH, tenants::set),
    Route::guarded(Method::DELETE, tenants::PATH, tenants::remove),
];

/// Methods and paths of all endpoints.
#[cfg(test)]
pub(crate) fn routes() -> impl Iterator<Item = (Method, String)> {
    let routes = ROUTES.iter();
    routes.map(|route| (route.method.clone(), format!("{PREFIX}{}", route.path)))
}

/// Whether the request is for the admin API, and the mock has one.
pub(crate) fn is_admin(vault: &Vault, parts: &Parts) -> bool {
    path(&parts.uri).is_some() && !vault.admin().is_off()
}

/// What comes after the prefix in a path of the admin API.
pub(super) fn path(uri: &Uri) -> Option<&str> {
    let rest = uri.path().strip_prefix(PREFIX);
    rest.filter(|rest| rest.starts_with('/'))
}

/// Checks who calls, finds the endpoint, and lets it answer.
pub(crate) fn respond(
    vault: &Vault,
    parts: &Parts,
    body: Result<&Bytes, Unread>,
) -> Response<Bytes> {
    let outcome = route(vault, parts, body);
    let mut response = outcome.unwrap_or_else(Problem::into_response);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

pub(super) fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

fn route(
    vault: &Vault,
    parts: &Parts,
    body: Result<&Bytes, Unread>,
) -> Result<Response<Bytes>, Problem> {
    let path = path(&parts.uri).unwrap_or_default();
    let mut here = ROUTES.iter().filter(|route| route.path == path);
    let found = here.clone().find(|route| route.answers(&parts.method));
    if !found.is_some_and(|route| route.open) {
        vault.admin().check(parts, vault.key())?;
    }
    match found {
        Some(route) => (route.answer)(&Call {
            vault,
            parts,
            body: read(body)?,
        }),
        None if here.next().is_some() => Err(Problem::method_not_allowed(methods(path))),
        None => Err(Problem::new(
            StatusCode::NOT_FOUND,
            format!("the admin API has no such path; {PREFIX}/openapi.json describes all"),
        )),
    }
}

fn methods(path: &str) -> String {
    let here = ROUTES.iter().filter(|route| route.path == path);
    let names = here.flat_map(|route| match route.method {
        Method::GET => vec!["GET", "HEAD"],
        _ => vec![route.method.as_str()],
    });
    names.collect::<Vec<_>>().join(", ")
}

fn read(body: Result<&Bytes, Unread>) -> Result<&Bytes, Problem> {
    match body {
        Ok(body) if body.len() <= BODY_LIMIT => Ok(body),
        Err(Unread::Broken | Unread::TooSlow) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "the body ends early, or its framing is broken",
        )),
        Ok(_) | Err(Unread::TooLarge) => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is larger than the mock takes",
        )),
    }
}

fn described() -> Response<Bytes> {
    api::json(StatusCode::OK, openapi::document())
}
