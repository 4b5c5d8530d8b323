use http::Method;
use serde_json::json;

use crate::{create, get, json, refused, send, vault};

#[test]
fn are_declared_verified_and_forgotten() {
    let vault = vault();
    let body = r#"{"name":"two sessions","least":2,"most":2,"method":"POST","path":"/vault/sessions",
        "app_id":"app","consumer_id":"c","status":200,"headers":{"content-type":"application/json"}}"#;
    assert_eq!(
        send(&vault, Method::POST, "/expectations", body).status(),
        204
    );
    create(&vault, "c");
    let response = get(&vault, "/expectations/verify");
    refused(&response, 409);
    let report = json(&response)["detail"].as_str().unwrap().to_owned();
    assert!(
        report.contains("two sessions") && report.contains("exactly 2"),
        "{report}"
    );

    create(&vault, "c");
    create(&vault, "d");
    let response = get(&vault, "/expectations/verify");
    assert_eq!(
        (response.status().as_u16(), json(&response)),
        (200, json!({ "met": 1 }))
    );

    create(&vault, "c");
    refused(&get(&vault, "/expectations/verify"), 409);
    assert_eq!(
        send(&vault, Method::DELETE, "/expectations", "").status(),
        204
    );
    assert_eq!(
        json(&get(&vault, "/expectations/verify")),
        json!({ "met": 0 })
    );
}

#[test]
fn the_body_is_compared_by_pointer() {
    let vault = vault();
    create(&vault, "c");
    for (body, status) in [
        (r#"{"body":{"":{}}}"#, 200),
        (r#"{"body":{"/settings/session_length":"30m"}}"#, 409),
    ] {
        send(&vault, Method::POST, "/expectations", body);
        assert_eq!(
            get(&vault, "/expectations/verify").status(),
            status,
            "{body}"
        );
    }
    let report = json(&get(&vault, "/expectations/verify"))["detail"].to_string();
    assert!(report.contains("/settings/session_length"), "{report}");
}

#[test]
fn each_member_narrows_what_is_expected() {
    for wrong in [
        r#"{"method":"GET"}"#,
        r#"{"path":"/elsewhere"}"#,
        r#"{"app_id":"other"}"#,
        r#"{"consumer_id":"other"}"#,
        r#"{"status":400}"#,
        r#"{"headers":{"content-type":"text/plain"}}"#,
        r#"{"body":{"/theme":{}}}"#,
    ] {
        let vault = vault();
        create(&vault, "c");
        let declared = send(&vault, Method::POST, "/expectations", wrong);
        assert_eq!(declared.status(), 204, "{wrong}");
        refused(&get(&vault, "/expectations/verify"), 409);
    }
}

#[test]
fn without_a_number_one_is_enough_and_most_alone_allows_none() {
    let vault = vault();
    send(
        &vault,
        Method::POST,
        "/expectations",
        r#"{"most":0,"consumer_id":"nobody"}"#,
    );
    assert_eq!(get(&vault, "/expectations/verify").status(), 200);
    send(&vault, Method::POST, "/expectations", "{}");
    refused(&get(&vault, "/expectations/verify"), 409);
    create(&vault, "c");
    create(&vault, "c");
    assert_eq!(get(&vault, "/expectations/verify").status(), 200);
    send(&vault, Method::POST, "/reset", "");
    assert_eq!(
        json(&get(&vault, "/expectations/verify")),
        json!({ "met": 0 })
    );
}

#[test]
fn mistakes_are_told_and_their_number_is_bounded() {
    let vault = vault();
    let body =
        r#"{"least":2,"most":1,"status":20,"headers":{"a":1},"body":{"x":1},"consumer":"c"}"#;
    let errors = refused(&send(&vault, Method::POST, "/expectations", body), 400);
    let told: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(
        told,
        ["#/most", "#/status", "#/headers", "#/body", "#/consumer"]
    );
    for _ in 0..1_000 {
        assert_eq!(
            send(&vault, Method::POST, "/expectations", "{}").status(),
            204
        );
    }
    refused(&send(&vault, Method::POST, "/expectations", "{}"), 409);
}
