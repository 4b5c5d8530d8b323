use std::time::{Duration, SystemTime};

use http::Method;
use serde_json::json;
use vault_mock::{Clock, Vault};

use crate::{get, json, refused, send};

fn vault() -> Vault {
    Vault::builder()
        .clock(Clock::frozen_at(SystemTime::UNIX_EPOCH))
        .build()
}

#[test]
fn is_read_set_and_advanced() {
    let vault = vault();
    let epoch = json!({
        "now": "1970-01-01T00:00:00Z", "unix_seconds": 0, "scale": 0,
    });
    assert_eq!(json(&get(&vault, "/clock")), epoch);

    let response = send(
        &vault,
        Method::POST,
        "/clock/advance",
        r#"{"seconds":90.5}"#,
    );
    assert_eq!(json(&response)["unix_seconds"], 90);
    assert_eq!(response.headers()["date"], "Thu, 01 Jan 1970 00:01:30 GMT");
    assert_eq!(
        vault.clock().now(),
        SystemTime::UNIX_EPOCH + Duration::from_millis(90_500)
    );

    for body in [
        r#"{"unix_seconds":1767225600}"#,
        r#"{"now":"2026-01-01T00:00:00Z","unix_seconds":null}"#,
    ] {
        let response = send(&vault, Method::PUT, "/clock", body);
        assert_eq!(json(&response)["unix_seconds"], 1_767_225_600);
        vault.clock().set(SystemTime::UNIX_EPOCH);
    }
}

#[test]
fn takes_the_latest_time_and_the_longest_step() {
    let vault = vault();
    let latest = json!(253_402_300_799_u64);
    let set = r#"{"unix_seconds":253402300799}"#;
    let response = send(&vault, Method::PUT, "/clock", set);
    assert_eq!(json(&response)["unix_seconds"], latest);
    vault.clock().set(SystemTime::UNIX_EPOCH);
    let advance = r#"{"seconds":1e12}"#;
    let response = send(&vault, Method::POST, "/clock/advance", advance);
    assert_eq!(json(&response)["unix_seconds"], latest);
}

#[test]
fn goes_to_the_end_of_a_session() {
    let vault = crate::vault();
    let created = json(&crate::create(&vault, "c"));
    let token = created["data"]["session_token"].as_str().unwrap();
    let session = vault_sessions::SessionToken::new(token).unwrap();
    for (seconds, good) in [("-0.5", true), ("0", false), ("null", false), ("60", false)] {
        let body = format!(r#"{{"session_token":"{token}","seconds":{seconds}}}"#);
        let request = crate::request(Method::POST, "/clock/expiry");
        let request = request.header("content-type", "application/json");
        let response = vault.handle(request.body(body.into()).unwrap());
        assert_eq!(response.status(), 200);
        assert_eq!(vault.verify(&session).is_ok(), good, "{seconds}");
    }
    let response = send(
        &vault,
        Method::POST,
        "/clock/expiry",
        r#"{"session_token":"a.b.c","seconds":"0"}"#,
    );
    assert_eq!(
        refused(&response, 400),
        json!([
            {"pointer":"#/session_token","detail":"it must be a session token: a JWT with the claims of a session"},
            {"pointer":"#/seconds","detail":"it must be a number of seconds, from -1e12 to 1e12"},
        ])
    );
}

#[test]
fn is_scaled() {
    let vault = vault();
    let response = send(&vault, Method::PUT, "/clock/scale", r#"{"scale":60}"#);
    assert_eq!(json(&response)["scale"], 60);
    assert_eq!(vault.clock().state().scale(), 60);
    assert_eq!(
        json(&send(&vault, Method::POST, "/clock/freeze", ""))["scale"],
        0
    );
    assert_eq!(
        json(&send(&vault, Method::POST, "/clock/resume", ""))["scale"],
        1
    );
    refused(
        &send(&vault, Method::PUT, "/clock/scale", r#"{"scale":-1}"#),
        400,
    );
}

#[test]
fn stands_and_runs() {
    let vault = vault();
    assert_eq!(
        send(&vault, Method::POST, "/clock/resume", "").status(),
        200
    );
    let before = vault.clock().now();
    while vault.clock().now() == before {}
    assert_eq!(
        send(&vault, Method::POST, "/clock/freeze", "").status(),
        200
    );
    assert_eq!(vault.clock().now(), vault.clock().now());
}

#[test]
fn wrong_values_are_named_by_pointer() {
    let number = "it must be a number of seconds, from 0 to 1e12";
    let integer = "it must be an integer from 0 to 253402300799";
    for (method, path, body, errors) in [
        (
            Method::POST,
            "/clock/advance",
            r#"{"seconds":-1}"#,
            json!([{"pointer":"#/seconds","detail":number}]),
        ),
        (
            Method::POST,
            "/clock/advance",
            r#"{"seconds":1e13}"#,
            json!([{"pointer":"#/seconds","detail":number}]),
        ),
        (
            Method::POST,
            "/clock/advance",
            r#"{"seconds":"1"}"#,
            json!([{"pointer":"#/seconds","detail":number}]),
        ),
        (
            Method::POST,
            "/clock/advance",
            r#"{"minutes/~":1}"#,
            json!([
                {"pointer":"#/seconds","detail":"is required"},
                {"pointer":"#/minutes~1~0","detail":"is not a field of the API"},
            ]),
        ),
        (
            Method::PUT,
            "/clock",
            r#"{"unix_seconds":1.5}"#,
            json!([{"pointer":"#/unix_seconds","detail":integer}]),
        ),
        (
            Method::PUT,
            "/clock",
            r#"{"unix_seconds":253402300800}"#,
            json!([{"pointer":"#/unix_seconds","detail":integer}]),
        ),
        (
            Method::PUT,
            "/clock",
            r#"{"now":"2026-01-01"}"#,
            json!([{"pointer":"#/now","detail":"it must be a time such as `2026-01-01T00:00:00Z`"}]),
        ),
        (
            Method::PUT,
            "/clock",
            r#"{"unix_seconds":1,"now":"2026-01-01T00:00:00Z"}"#,
            json!([{"pointer":"#/unix_seconds","detail":"give either it or `now`"}]),
        ),
        (
            Method::PUT,
            "/clock",
            "{}",
            json!([{"pointer":"#/unix_seconds","detail":"give either it or `now`"}]),
        ),
    ] {
        let vault = vault();
        let response = send(&vault, method, path, body);
        assert_eq!(refused(&response, 400), errors, "{body}");
        assert_eq!(vault.clock().now(), SystemTime::UNIX_EPOCH);
    }
}
