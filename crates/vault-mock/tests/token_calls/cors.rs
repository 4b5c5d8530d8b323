use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use serde_json::json;
use tower_service::Service;
use vault_mock::{
    Matching, RateLimit,
    fault::{Fault, Scope, Script},
};

use crate::support::{Answer, SALESFORCE, builder, open, send};

fn preflight(path: &str, method: &str) -> Answer {
    send(&builder().build(), asking(path, method, "authorization"))
}

/// A preflight for a request with these headers.
fn asking(path: &str, method: &str, headers: &str) -> Request<Bytes> {
    Request::options(path)
        .header("origin", "null")
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .body(Bytes::new())
        .unwrap()
}

fn list(answer: &Answer, name: &str) -> Vec<String> {
    let value = answer.headers[name].to_str().unwrap().split(',');
    value.map(|item| item.trim().to_owned()).collect()
}

#[test]
fn preflights_are_answered_without_credentials() {
    for (path, method) in [
        ("/vault/connections", "GET"),
        (SALESFORCE, "PATCH"),
        (SALESFORCE, "DELETE"),
        ("/vault/connections/crm/salesforce/confirm", "POST"),
        ("/vault/not-there", "GET"),
    ] {
        let answer = preflight(path, method);
        assert_eq!(answer.status, 204, "{path}");
        let methods = list(&answer, "access-control-allow-methods");
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            assert!(methods.iter().any(|allowed| allowed == method), "{method}");
        }
        let headers = list(&answer, "access-control-allow-headers");
        for header in [
            "authorization",
            "content-type",
            "x-apideck-app-id",
            "x-apideck-consumer-id",
            "x-apideck-auth-type",
        ] {
            assert!(headers.iter().any(|allowed| allowed == header), "{header}");
        }
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(answer.headers.get("access-control-allow-credentials"), None);
    }
}

#[test]
fn a_page_may_send_whatever_headers_it_likes() {
    let answer = |headers: &str| {
        let request = asking("/vault/connections", "GET", headers);
        let answer = send(&builder().build(), request);
        list(&answer, "access-control-allow-headers")
    };
    let asked = "sentry-trace,traceparent, x-requested-with ,Authorization,";
    let allowed = answer(asked);
    for name in [
        "sentry-trace",
        "traceparent",
        "x-requested-with",
        "authorization",
    ] {
        let times = allowed.iter().filter(|allowed| *allowed == name).count();
        assert_eq!(times, 1, "{name} in {allowed:?}");
    }
    let usual = answer("");
    assert!(usual.contains(&"x-apideck-app-id".to_owned()));
    let many: Vec<_> = (0..200).map(|number| format!("x-{number}")).collect();
    for no_list in ["a b", "x:y", "\u{e9}", "x-\"y\"", "*/(", &many.join(",")] {
        assert_eq!(answer(no_list), usual, "{no_list}");
    }
}

#[test]
fn a_preflight_says_what_it_depends_on_and_may_ask_for_a_private_network() {
    let mut request = asking("/vault/connections", "GET", "x-new");
    let name = "access-control-request-private-network";
    request.headers_mut().insert(name, "true".parse().unwrap());
    let private = send(&builder().build(), request);
    assert_eq!(
        private.headers["access-control-allow-private-network"],
        "true"
    );
    let public = preflight("/vault/connections", "GET");
    let allowed = public.headers.get("access-control-allow-private-network");
    assert_eq!(allowed, None);
    let vary = list(&public, "vary");
    for name in [
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
        "access-control-request-private-network",
    ] {
        assert!(vary.iter().any(|varies| varies == name), "{name}");
    }
    assert_eq!(public.headers.get("access-control-expose-headers"), None);
}

#[test]
fn nothing_that_counts_limits_or_breaks_touches_a_preflight() {
    let session = open(builder().rate_limit(RateLimit::per_hour(3)), &json!({}));
    let vault = &session.vault;
    let script: Script = "status=503, ok".parse().unwrap();
    vault.faults().inject(script);
    let ask = || send(vault, asking("/vault/connections", "GET", "x-new"));
    for status in [503, 200, 200, 429] {
        let preflight = ask();
        assert_eq!(preflight.status, 204);
        assert_eq!(preflight.headers.get("x-ratelimit-remaining"), None);
        let answer = session.get("/vault/connections");
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
    }
    let of_the_page = Matching::requests().path("/vault/connections");
    assert_eq!(vault.journal().find(&of_the_page).len(), 4);
    let preflights = of_the_page.method(Method::OPTIONS);
    assert_eq!(vault.journal().find(&preflights).len(), 4);

    let options = Scope::everybody().and_method(Method::OPTIONS);
    vault.faults().inject_for(options, Fault::status(502));
    assert_eq!(ask().status, 502);
}

#[tokio::test]
async fn no_hook_sees_a_preflight() {
    static SEEN: AtomicBool = AtomicBool::new(false);
    let vault = builder()
        .hook(async |_| {
            SEEN.store(true, Ordering::Relaxed);
            None
        })
        .build();
    let request = asking("/vault/connections", "GET", "x-new").map(Full::new);
    assert_eq!(vault.service().call(request).await.unwrap().status(), 204);
    assert!(!SEEN.load(Ordering::Relaxed));
}

#[test]
fn pages_can_read_what_the_mock_sends_and_nothing_is_named_that_it_never_sends() {
    let session = open(builder().rate_limit(RateLimit::per_hour(2)), &json!({}));
    for status in [200, 429] {
        let answer = session.get("/vault/connections");
        assert_eq!(answer.status, status);
        let exposed = list(&answer, "access-control-expose-headers");
        for name in answer.headers.keys().map(http::HeaderName::as_str) {
            let is_readable = name.starts_with("access-control-") || name == "content-type";
            assert!(
                is_readable || exposed.iter().any(|exposed| exposed == name),
                "{name}"
            );
        }
        assert!(!exposed.contains(&"x-apideck-request-id".to_owned()));
    }
}

#[test]
fn answers_and_refusals_can_be_read_from_any_origin() {
    let session = open(builder(), &json!({}));
    for (method, path, status) in [
        ("GET", "/vault/connections", 200),
        ("DELETE", SALESFORCE, 204),
        ("GET", "/vault/connections/crm/none", 404),
        ("GET", "/vault/none", 404),
        ("PUT", "/vault/connections", 405),
    ] {
        let answer = session.call(method, path, &json!(null));
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.headers["access-control-allow-origin"], "*", "{path}");
    }
    let expired = Request::get("/vault/connections")
        .body(Bytes::new())
        .unwrap();
    let expired = send(&session.vault, expired);
    assert_eq!(expired.status, 401);
    assert_eq!(expired.headers["access-control-allow-origin"], "*");
}

#[test]
fn nothing_else_of_the_mock_is_open_to_other_origins() {
    let vault = builder().build();
    for path in ["/health", "/__vault_mock/clock", "/session/x", "/"] {
        for method in ["GET", "OPTIONS"] {
            let request = Request::builder().method(method).uri(path);
            let request = request.header("origin", "https://app.example");
            let response = vault.handle(request.body(Bytes::new()).unwrap());
            let allowed = response.headers().get("access-control-allow-origin");
            assert_eq!(allowed, None, "{method} {path}");
        }
    }
}

#[test]
fn other_methods_are_405_with_what_is_allowed() {
    let session = open(builder(), &json!({}));
    for (path, allow) in [
        ("/vault/sessions", "POST, OPTIONS"),
        ("/vault/connections", "GET, HEAD, OPTIONS"),
        (SALESFORCE, "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("/vault/connections/crm/salesforce/token", "POST, OPTIONS"),
        ("/vault/callback", "GET, HEAD, OPTIONS"),
    ] {
        for method in ["PUT", "TRACE", "QUERY", "CONNECT", "BREW"] {
            let answer = session.call(method, path, &json!(null));
            assert_eq!(answer.refused(405).0, "MethodNotAllowedError");
            assert_eq!(answer.headers["allow"], allow, "{method} {path}");
        }
        let options = session.call("OPTIONS", path, &json!(null));
        assert_eq!(
            (options.status, &options.headers["allow"]),
            (204, &allow.parse().unwrap())
        );
    }
    let head = session.call("HEAD", "/vault/connections", &json!(null));
    assert_eq!(head.status, 200);
}

#[test]
fn tricks_with_paths_lead_nowhere() {
    let session = open(builder(), &json!({}));
    for path in [
        "//vault/connections",
        "/vault//connections",
        "/vault/connections/",
        "/vault/./connections",
        "/vault/x/../connections",
        "/vault/%2e%2e/vault/connections",
        "/vault/connections%00",
        "/vault/connections/crm/salesforce%00",
        "/vault/connections/crm/%2e%2e",
        "/vault/connections/crm/..",
        "/vault/connections/crm/%73alesforce",
        "/vault/connections/crm%2Fsalesforce",
        "/vault/connections/crm/salesforce/leads",
        "/VAULT/connections",
        "/vault/connections;x=1",
    ] {
        let answer = session.get(path);
        answer.refused(404);
    }
}
