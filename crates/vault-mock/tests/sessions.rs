//! `POST /vault/sessions` as the outside sees it: every check, every refusal, the token.

#[path = "support/error_shape.rs"]
mod error_shape;

use bytes::Bytes;
use error_shape::error_shape;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use vault_mock::Vault;
use vault_sessions::{ApiKey, AppId, SessionCreated};

fn vault() -> Vault {
    Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .app_id(AppId::new("app").unwrap())
        .build()
}

fn request(body: impl Into<Bytes>) -> Request<Bytes> {
    Request::post("/vault/sessions")
        .header("Authorization", "Bearer key")
        .header("X-Apideck-App-Id", "app")
        .header("X-APIDECK-CONSUMER-ID", "consumer")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn with(name: &'static str, value: &'static [u8]) -> Request<Bytes> {
    let mut request = request("{}");
    let value = HeaderValue::from_bytes(value).unwrap();
    request.headers_mut().insert(name, value);
    request
}

fn without(name: &str) -> Request<Bytes> {
    let mut request = request("{}");
    request.headers_mut().remove(name);
    request
}

/// Checks the whole error shape and returns `type_name` and `detail`.
fn refused(response: &Response<Bytes>, status: u16) -> (String, Value) {
    assert_eq!(response.status(), status, "{:?}", response.body());
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let (type_name, detail) = error_shape(status, &body);
    (type_name.to_owned(), detail.clone())
}

#[test]
fn a_good_request_gets_a_token_with_the_claims_of_the_service() {
    let vault = vault();
    let body = r#"{"redirect_uri":"https://a.b/c","settings":{"session_length":"30m"},"theme":{"logo":null}}"#;
    let response = vault.handle(request(body));
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/json");

    let answer: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        (&answer["status_code"], &answer["status"]),
        (&json!(200), &json!("OK"))
    );
    let created: SessionCreated = serde_json::from_value(answer).unwrap();
    let token = created.token().expose_secret();
    assert_eq!(
        created.uri().expose_secret(),
        format!("https://vault.invalid/session/{token}")
    );

    let claims = vault.verify(created.token()).unwrap();
    assert_eq!(claims.application_id().as_str(), "app");
    assert_eq!(claims.consumer_id().as_str(), "consumer");
    assert_eq!(claims.lifetime().as_secs(), 1_800);
    assert_eq!(claims.issued_at(), vault.clock().now());
    let others = serde_json::to_value(claims.others()).unwrap();
    let mut expected: Value = serde_json::from_str(body).unwrap();
    expected["scopes"] = json!([]);
    expected["data_scopes"] = json!({ "enabled": false });
    assert_eq!(others, expected);
}

#[test]
fn no_body_and_an_empty_object_mean_the_defaults() {
    let vault = vault();
    let mut no_media_type = request("");
    no_media_type.headers_mut().remove("content-type");
    for request in [request(""), request("{}"), no_media_type] {
        let response = vault.handle(request);
        let created: SessionCreated = serde_json::from_slice(response.body()).unwrap();
        let claims = vault.verify(created.token()).unwrap();
        assert_eq!(claims.lifetime().as_secs(), 3_600);
    }
}

#[test]
fn who_calls_is_asked_first() {
    let vault = vault();
    let cases = [
        (without("authorization"), "Missing authentication"),
        (with("authorization", b""), "Missing authentication"),
        (with("authorization", b"key"), "Missing authentication"),
        (
            with("authorization", b"Basic key"),
            "Missing authentication",
        ),
        (
            with("authorization", b"Bearer other"),
            "Invalid Authorization Token",
        ),
        (
            with("x-apideck-app-id", b"other"),
            "Failed to generate valid JWT Session. Verify applicationId is correct",
        ),
    ];
    for (request, detail) in cases {
        let refusal = refused(&vault.handle(request), 401);
        assert_eq!(refusal, ("UnauthorizedError".to_owned(), json!(detail)));
    }
    let response = vault.handle(with("authorization", b"bearer key"));
    assert_eq!(response.status(), StatusCode::OK);
}

#[test]
fn headers_are_named_when_missing_doubled_or_not_ascii() {
    let vault = vault();
    let mut doubled = request("{}");
    doubled
        .headers_mut()
        .append("x-apideck-consumer-id", HeaderValue::from_static("other"));
    let mut two_keys = request("{}");
    two_keys
        .headers_mut()
        .append("authorization", HeaderValue::from_static("Bearer key"));
    let cases = [
        (
            without("x-apideck-consumer-id"),
            "Missing Header: x-apideck-consumer-id",
        ),
        (
            with("x-apideck-consumer-id", b""),
            "Missing Header: x-apideck-consumer-id",
        ),
        (
            without("x-apideck-app-id"),
            "Missing Header: x-apideck-app-id",
        ),
        (doubled, "Duplicate Header: x-apideck-consumer-id"),
        (two_keys, "Duplicate Header: authorization"),
        (
            with("x-apideck-consumer-id", "é".as_bytes()),
            "Invalid Header: x-apideck-consumer-id: it is not ASCII",
        ),
    ];
    for (request, detail) in cases {
        let refusal = refused(&vault.handle(request), 400);
        assert_eq!(
            refusal,
            ("RequestHeadersValidationError".to_owned(), json!(detail))
        );
    }
}

#[test]
fn wrong_method_path_and_content_type() {
    let vault = vault();
    for method in ["GET", "PUT", "DELETE", "TRACE", "QUERY"] {
        let mut request = request("{}");
        *request.method_mut() = method.parse::<Method>().unwrap();
        let response = vault.handle(request);
        assert_eq!(response.headers()["allow"], "POST, OPTIONS");
        refused(&response, 405);
    }
    for path in [
        "/",
        "/vault",
        "/vault/sessions/",
        "//vault/sessions",
        "/vault/%73essions",
    ] {
        let mut request = request("{}");
        *request.uri_mut() = path.parse().unwrap();
        refused(&vault.handle(request), 404);
    }
    for request in [with("content-type", b"text/plain"), without("content-type")] {
        refused(&vault.handle(request), 415);
    }
    let charset = with("content-type", b"Application/JSON; charset=utf-8");
    assert_eq!(vault.handle(charset).status(), StatusCode::OK);
}

#[test]
fn bad_bodies_are_refused_with_their_place() {
    let vault = vault();
    let deep = "[".repeat(10_000);
    for body in [
        "null",
        "[]",
        "1",
        "\"x\"",
        "{",
        "{\"theme\":",
        "{} x",
        deep.as_str(),
        "\u{FEFF}{}",
    ] {
        let (type_name, detail) = refused(&vault.handle(request(body.to_owned())), 400);
        assert_eq!(type_name, "RequestValidationError");
        assert!(
            detail.is_string() || detail["invalid"].is_array(),
            "{detail}"
        );
    }
    let (_, detail) = refused(&vault.handle(request("{\"theme\": nope}")), 400);
    assert_eq!(
        detail,
        json!("The body is not JSON: expected ident at line 1 column 12")
    );
    let (_, detail) = refused(&vault.handle(request(&b"{\"a\":\"\xFF\"}"[..])), 400);
    assert_eq!(detail, json!("The body is not UTF-8 at byte 6"));

    let body = r#"{"settings":{"session_length":"8d","allow_actions":["erase"],"x":1}}"#;
    let (_, detail) = refused(&vault.handle(request(body)), 400);
    assert_eq!(
        detail,
        json!({ "invalid": [
            { "/settings/allow_actions/0":
                "invalid action: `erase` is unknown, the nearest known one is `delete`; use delete, disconnect, reauthorize or disable" },
            { "/settings/session_length":
                "invalid session length: it is out of range; write a whole number and one unit \
                 (s, m, h, d or w), from `1s` to `1w`" },
            { "/settings/x": "is not a field of the API" },
        ] })
    );
}

#[test]
fn a_body_over_the_limit_is_413() {
    let vault = vault();
    refused(&vault.handle(request(vec![b' '; 10 * 1024 * 1024])), 413);
}

#[test]
fn health_needs_no_key() {
    let vault = vault();
    let get = Request::get("/health").body(Bytes::new()).unwrap();
    let response = vault.handle(get);
    assert_eq!(
        (response.status(), &response.body()[..]),
        (StatusCode::OK, &br#"{"status":"ok"}"#[..])
    );
    let post = Request::post("/health").body(Bytes::new()).unwrap();
    refused(&vault.handle(post), 405);
}

#[test]
fn a_draining_mock_is_alive_and_not_ready_and_answers_everything_else() {
    let vault = vault();
    let shop = AppId::from_static("shop");
    vault.add_tenant(shop, vault.to_builder());
    vault.start_draining();
    // Whichever mock of the server a probe is for.
    for app in ["shop", "another"] {
        for (path, status, said) in [
            ("/health", 503, "draining"),
            ("/__vault_mock/ready", 503, "draining"),
            ("/__vault_mock/health", 200, "ok"),
        ] {
            let probe = Request::get(path).header("x-apideck-app-id", app);
            let response = vault.handle(probe.body(Bytes::new()).unwrap());
            assert_eq!(response.status(), status, "{path} {app}");
            let body: Value = serde_json::from_slice(response.body()).unwrap();
            assert_eq!(body["status"], said, "{path} {app}");
        }
    }
    assert_eq!(vault.handle(request("{}")).status(), 200);
    // One that is built alike is another one.
    let other = vault.to_builder().build();
    let probe = Request::get("/health").body(Bytes::new()).unwrap();
    assert_eq!(other.handle(probe).status(), 200);
}

#[test]
fn answers_are_dated_by_the_mocks_clock() {
    let vault = vault();
    vault.clock().set(std::time::SystemTime::UNIX_EPOCH);
    let response = vault.handle(request("{}"));
    assert_eq!(response.headers()["date"], "Thu, 01 Jan 1970 00:00:00 GMT");
}

#[test]
fn nothing_shows_a_secret() {
    let secret = vault_mock::Secret::new("TOPSECRET").unwrap();
    let key = ApiKey::new("TOPSECRETKEY").unwrap();
    let vault = Vault::builder().secret(secret).api_key(key).build();
    let shown = format!("{vault:?}");
    assert!(!shown.contains("TOPSECRET"), "{shown}");
}

#[test]
fn a_member_called_as_serde_json_calls_its_own_is_a_member() {
    let vault = vault();
    for name in ["RawValue", "Number"] {
        for value in ["x", "1", "{}"] {
            let member = json!({ format!("$serde_json::private::{name}"): value });
            let settings = json!({ "one": member, "several": [member] });
            let body = json!({ "custom_consumer_settings": settings });
            let response = vault.handle(request(body.to_string()));
            assert_eq!(response.status(), 200, "{:?}", response.body());
            let created: SessionCreated = serde_json::from_slice(response.body()).unwrap();
            let claims = vault.verify(created.token()).unwrap();
            assert_eq!(claims.others()["custom_consumer_settings"], settings);
            assert_eq!(created.token().claims().unwrap(), claims, "{body}");
        }
    }
}
