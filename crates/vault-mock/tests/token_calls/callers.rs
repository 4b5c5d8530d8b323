use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::json;
use vault_sessions::AppId;

use crate::support::{SALESFORCE, Session, builder, open, send};

fn with_key(headers: &[(&str, &str)]) -> Request<Bytes> {
    let mut request = Request::get("/vault/connections");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Bytes::new()).unwrap()
}

#[test]
fn the_backend_calls_with_its_key_and_both_ids() {
    let vault = builder().build();
    let key = ("authorization", "Bearer key");
    let app = ("x-apideck-app-id", "app");
    let consumer = ("x-apideck-consumer-id", "consumer");
    assert_eq!(
        send(&vault, with_key(&[key, app, consumer]))
            .data()
            .as_array()
            .unwrap()
            .len(),
        4
    );
    for (headers, status, detail) in [
        (vec![app, consumer], 401, "Missing authentication"),
        (
            vec![("authorization", "Bearer other"), app, consumer],
            401,
            "Invalid Authorization Token",
        ),
        (vec![key, consumer], 400, "Missing Header: x-apideck-app-id"),
    ] {
        let answer = send(&vault, with_key(&headers));
        assert_eq!(answer.refused(status).1, detail);
    }
    let mut one = with_key(&[key, app]);
    *one.uri_mut() = SALESFORCE.parse().unwrap();
    let answer = send(&vault, one);
    assert_eq!(
        answer.refused(400).1,
        "Missing Header: x-apideck-consumer-id"
    );
}

#[test]
fn the_backend_of_another_app_is_refused() {
    let vault = builder().app_id(AppId::from_static("known")).build();
    let with = |app| {
        let key = ("authorization", "Bearer key");
        let consumer = ("x-apideck-consumer-id", "consumer");
        send(
            &vault,
            with_key(&[key, ("x-apideck-app-id", app), consumer]),
        )
    };
    with("known").data();
    assert_eq!(with("other").refused(401).1, "Invalid Authorization Token");
}

#[test]
fn a_mistake_in_a_header_refers_to_the_page_that_the_service_gives() {
    let request = with_key(&[("authorization", "Bearer key")]);
    let answer = send(&builder().build(), request);
    assert_eq!(answer.refused(400).0, "RequestHeadersValidationError");
    assert_eq!(
        answer.body["ref"],
        "https://developers.apideck.com/errors#unauthorizederror"
    );
}

#[test]
fn a_body_must_say_that_it_is_json() {
    let session = open(builder(), &json!({}));
    let mut request = session.request("PATCH", SALESFORCE, &json!({ "enabled": false }));
    let text = "text/plain".parse().unwrap();
    request.headers_mut().insert("content-type", text);
    let answer = send(&session.vault, request);
    assert_eq!(answer.refused(415).0, "UnsupportedMediaTypeError");
    assert!(session.state(SALESFORCE).1);
}

#[test]
fn without_a_consumer_the_backend_sees_what_can_be_connected() {
    let vault = builder().build();
    let key = ("authorization", "Bearer key");
    let app = ("x-apideck-app-id", "app");
    let listed = send(&vault, with_key(&[key, app, ("x-apideck-consumer-id", "")])).data();
    assert_eq!(listed.as_array().unwrap().len(), 4);
    for connection in listed.as_array().unwrap() {
        assert_eq!(connection["state"], "available");
        assert_eq!(connection["authorize_url"], json!(null));
    }
    let bad = with_key(&[("authorization", "Bearer bad"), app]);
    send(&vault, bad).refused(401);
}

#[test]
fn a_token_needs_its_header_and_no_ids() {
    let session = open(builder(), &json!({}));
    let without = |names: &[&str]| {
        let mut request = session.request("GET", SALESFORCE, &json!(null));
        for name in names {
            request.headers_mut().remove(*name).unwrap();
        }
        send(&session.vault, request)
    };
    without(&[]).data();
    without(&["x-apideck-app-id", "x-apideck-consumer-id"]).data();
    let mut lower_case = session.request("GET", SALESFORCE, &json!(null));
    let kind = "jwt".parse().unwrap();
    lower_case.headers_mut().insert("x-apideck-auth-type", kind);
    send(&session.vault, lower_case).data();
    let untyped = without(&["x-apideck-auth-type"]);
    assert_eq!(untyped.refused(401).1, "Invalid Authorization Token");
    let bare = without(&["authorization"]);
    assert_eq!(bare.refused(401).1, "Missing authentication");
}

#[test]
fn headers_must_not_contradict_the_token() {
    let session = open(builder(), &json!({}));
    for name in ["x-apideck-app-id", "x-apideck-consumer-id"] {
        let mut request = session.request("GET", SALESFORCE, &json!(null));
        request
            .headers_mut()
            .insert(name, "another".parse().unwrap());
        let answer = send(&session.vault, request);
        assert_eq!(answer.refused(401).1, "Invalid Authorization Token");
        let mut request = session.request("GET", SALESFORCE, &json!(null));
        request.headers_mut().insert(name, "".parse().unwrap());
        send(&session.vault, request).data();
    }
}

#[test]
fn an_expired_session_ends_every_call_with_401_in_the_body() {
    let session = open(
        builder(),
        &json!({ "settings": { "session_length": "30m" } }),
    );
    session
        .vault
        .clock()
        .advance(Duration::from_secs(30 * 60) - Duration::from_nanos(1));
    session.get("/vault/connections").data();
    session.vault.clock().advance(Duration::from_nanos(1));
    for (method, path) in [
        ("GET", "/vault/connections".to_owned()),
        ("GET", SALESFORCE.to_owned()),
        ("PATCH", SALESFORCE.to_owned()),
        ("DELETE", SALESFORCE.to_owned()),
        ("POST", format!("{SALESFORCE}/token")),
        ("POST", format!("{SALESFORCE}/import")),
        ("POST", format!("{SALESFORCE}/confirm")),
        ("POST", format!("{SALESFORCE}/validate")),
        ("POST", format!("{SALESFORCE}/callback-state")),
        ("GET", format!("{SALESFORCE}/consent")),
        ("PATCH", format!("{SALESFORCE}/consent")),
        ("GET", format!("{SALESFORCE}/leads/config")),
        ("PATCH", format!("{SALESFORCE}/leads/config")),
        ("GET", format!("{SALESFORCE}/leads/schema")),
        ("GET", format!("{SALESFORCE}/leads/example")),
        ("GET", format!("{SALESFORCE}/leads/custom-fields")),
        ("GET", format!("{SALESFORCE}/leads/custom-mappings")),
        ("GET", "/vault/custom-mappings/crm/salesforce".to_owned()),
        ("GET", "/vault/custom-mappings/crm/salesforce/a".to_owned()),
        ("POST", "/vault/custom-mappings/crm/salesforce/a".to_owned()),
        (
            "PATCH",
            "/vault/custom-mappings/crm/salesforce/a".to_owned(),
        ),
        (
            "DELETE",
            "/vault/custom-mappings/crm/salesforce/a".to_owned(),
        ),
        ("GET", "/vault/logs".to_owned()),
    ] {
        let answer = session.call(method, &path, &json!({}));
        let (type_name, detail) = answer.refused(401);
        assert_eq!(type_name, "UnauthorizedError", "{method} {path}");
        assert_eq!(detail, "Invalid Authorization Token");
    }
}

#[test]
fn tokens_of_another_app_and_states_of_links_open_nothing() {
    let session = open(builder(), &json!({}));
    let url = session.get(SALESFORCE).data()["authorize_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let state = url.split_once("state=").unwrap().1.to_owned();
    let forged = Session {
        vault: session.vault.clone(),
        token: state,
    };
    forged.get("/vault/connections").refused(401);

    let secret = vault_mock::Secret::new("shared").unwrap();
    let any = open(builder().secret(secret.clone()), &json!({}));
    let other = builder().secret(secret).app_id(AppId::from_static("other"));
    let strict = Session {
        vault: other.build(),
        token: any.token,
    };
    let answer = strict.get("/vault/connections");
    assert_eq!(answer.refused(401).1, "Invalid Authorization Token");
}

#[test]
fn consumers_see_their_own() {
    let session = open(builder(), &json!({}));
    session.call("DELETE", SALESFORCE, &json!(null));
    let other = Session::open(session.vault.clone(), "other", &json!({}));
    let mut request = other.request("GET", SALESFORCE, &json!(null));
    request.headers_mut().remove("x-apideck-consumer-id");
    assert_eq!(send(&other.vault, request).data()["state"], "callable");
}
