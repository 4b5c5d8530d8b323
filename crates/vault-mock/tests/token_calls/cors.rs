use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::support::{Answer, SALESFORCE, builder, open, send};

fn preflight(path: &str, method: &str) -> Answer {
    let request = Request::options(path)
        .header("origin", "https://app.example")
        .header("access-control-request-method", method)
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        )
        .body(Bytes::new())
        .unwrap();
    send(&builder().build(), request)
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
        let list = |name: &str| -> Vec<String> {
            let value = answer.headers[name].to_str().unwrap();
            value
                .split(',')
                .map(|item| item.trim().to_owned())
                .collect()
        };
        let methods = list("access-control-allow-methods");
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            assert!(methods.iter().any(|allowed| allowed == method), "{method}");
        }
        let headers = list("access-control-allow-headers");
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
