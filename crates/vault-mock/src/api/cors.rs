//! Cross-origin calls: the Vault widget lives on the pages of other origins.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, ORIGIN, SET_COOKIE, VARY,
    },
    request::Parts,
};

/// Headers that every preflight allows, asked for or not. By name: `*` does not stand for
/// authorization (Fetch standard, CORS-preflight fetch).
const ALLOWED: [&str; 7] = [
    "authorization",
    "content-type",
    "x-apideck-app-id",
    "x-apideck-consumer-id",
    "x-apideck-auth-type",
    "x-apideck-service-id",
    "x-vault-mock",
];

/// Headers that pages can read on every answer. What a page may read anyway, such as `content-type`,
/// need not be named.
const EXPOSED: &str = "allow, date, retry-after, www-authenticate, x-ratelimit-limit, \
    x-ratelimit-remaining, x-ratelimit-reset";

/// As [`EXPOSED`]: most answers have nothing else.
static USUALLY_EXPOSED: HeaderValue = HeaderValue::from_static(EXPOSED);

/// Header names that a preflight may ask for; a browser asks for those that a page has set itself.
const NAMES: usize = 100;

/// What the answer to a preflight depends on.
const ASKED: &str = "origin, access-control-request-method, access-control-request-headers, \
    access-control-request-private-network";

/// Whether pages of other origins may call this path: the API, and nothing else of the mock.
pub(super) fn is_open(path: &str) -> bool {
    path.starts_with("/vault/")
}

/// Whether a request is a CORS preflight: the question that a browser sends by itself, without
/// credentials, before a page's own request (Fetch standard, CORS-preflight request).
///
/// Nobody wrote it, so that nothing that counts, limits, breaks or delays requests may touch it.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Lets pages of any origin call the API, and read its answers, refusals too: otherwise the browser
/// hides them. No call has credentials of the browser's own, so that every origin may be `*`, which
/// also stands for `null`.
pub(crate) fn share(mut response: Response<Bytes>, parts: &Parts) -> Response<Bytes> {
    if !is_open(parts.uri.path()) {
        return response;
    }
    if parts.method == Method::OPTIONS {
        response
            .headers_mut()
            .insert(VARY, HeaderValue::from_static(ASKED));
    }
    if is_preflight(&parts.method, &parts.headers) {
        allow(response.headers_mut(), &parts.headers);
    } else {
        let exposed = exposed(response.headers());
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    let everybody = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
    response
}

/// Says yes to a preflight.
fn allow(answer: &mut HeaderMap, asked: &HeaderMap) {
    let methods = HeaderValue::from_static("GET, POST, PATCH, DELETE");
    answer.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    let mut names: Vec<String> = ALLOWED.map(str::to_owned).into();
    let new = names_asked_for(asked).unwrap_or_default().into_iter();
    names.extend(new.filter(|name| !ALLOWED.contains(&name.as_str())));
    let names = HeaderValue::try_from(names.join(", ")).expect("names of headers are ASCII");
    answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
    answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    // A page of a public site that calls a mock on this machine (Private Network Access).
    let private = asked.get("access-control-request-private-network");
    if private.is_some_and(|asked| asked == "true") {
        let yes = HeaderValue::from_static("true");
        answer.insert("access-control-allow-private-network", yes);
    }
}

/// The headers that a page wants to send, unless that is no list of header names.
fn names_asked_for(headers: &HeaderMap) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for list in headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS) {
        let listed = list.to_str().ok()?.split(',').map(str::trim);
        for name in listed.filter(|name| !name.is_empty()) {
            names.insert(name.parse::<HeaderName>().ok()?.as_str().to_owned());
        }
    }
    (names.len() <= NAMES).then_some(names)
}

/// The headers that the mock sends now and then, and what else an answer has, by a hook for example.
fn exposed(answer: &HeaderMap) -> HeaderValue {
    // What pages can read, or never can (Fetch standard, CORS-safelisted response-header name).
    const SAFE: [&str; 7] = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    let is_named = |name: &&HeaderName| {
        let is_known = || EXPOSED.split(", ").any(|known| known == name.as_str());
        let is_hidden = [&SET_COOKIE, &CONNECTION, &VARY].contains(name);
        !SAFE.contains(&name.as_str()) && !is_hidden && !is_known()
    };
    let mut others = answer.keys().filter(is_named).peekable();
    if others.peek().is_none() {
        return USUALLY_EXPOSED.clone();
    }
    let others = others.map(HeaderName::as_str);
    let names: Vec<_> = [EXPOSED].into_iter().chain(others).collect();
    HeaderValue::try_from(names.join(", ")).expect("names of headers are ASCII")
}
