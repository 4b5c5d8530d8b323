use http::Method;
use serde_json::{Value, json};

use crate::{create, get, json, refused, send, vault};

const OF_C: &str = "/connections?app_id=app&consumer_id=c";

fn states(listed: &Value) -> Vec<(&str, &str)> {
    let listed = listed["connections"].as_array().unwrap().iter();
    let text = |value: &'_ Value| value.as_str().unwrap().to_owned().leak() as &str;
    listed
        .map(|connection| (text(&connection["id"]), text(&connection["state"])))
        .collect()
}

#[test]
fn are_listed_set_changed_and_reset() {
    let vault = vault();
    let seed = json(&get(&vault, OF_C));
    assert_eq!(states(&seed)[0], ("crm+salesforce", "callable"));

    let body = r#"{"app_id":"app","consumer_id":"c","id":"crm+salesforce","change":"refuse"}"#;
    let changed = json(&send(&vault, Method::POST, "/connections/change", body));
    let expected = json!({
        "id": "crm+salesforce", "name": "Salesforce", "state": "invalid",
        "health": "needs_auth", "enabled": true,
    });
    assert_eq!(changed, expected);
    assert_eq!(states(&json(&get(&vault, OF_C)))[0].1, "invalid");
    // Another consumer has its own.
    let other = json(&get(&vault, "/connections?app_id=app&consumer_id=d"));
    assert_eq!(states(&other)[0].1, "callable");

    let body = r#"{"app_id":"app","consumer_id":"c","id":"crm+salesforce","state":"added"}"#;
    let set = json(&send(&vault, Method::PUT, "/connections", body));
    assert_eq!(set["state"], "added");
    assert_eq!(states(&json(&get(&vault, OF_C)))[0].1, "added");

    assert_eq!(send(&vault, Method::DELETE, OF_C, "").status(), 204);
    assert_eq!(json(&get(&vault, OF_C)), seed);
}

#[test]
fn each_change_does_what_it_is_called() {
    let vault = vault();
    for (change, state, health, enabled) in [
        ("disable", "callable", "ok", false),
        ("enable", "callable", "ok", true),
        ("refuse", "invalid", "needs_auth", true),
        ("authorize", "callable", "ok", true),
        ("revoke", "added", "revoked", true),
        ("delete", "available", "needs_auth", false),
    ] {
        let body = format!(
            r#"{{"app_id":"app","consumer_id":"c","id":"crm+salesforce","change":"{change}"}}"#
        );
        let body = body.leak();
        let changed = json(&send(&vault, Method::POST, "/connections/change", body));
        let expected = json!({
            "id": "crm+salesforce", "name": "Salesforce", "state": state,
            "health": health, "enabled": enabled,
        });
        assert_eq!(changed, expected, "{change}");
    }
}

#[test]
fn a_reset_lets_every_consumer_and_the_count_of_requests_start_over() {
    let vault = vault();
    create(&vault, "c");
    let seed = json(&get(&vault, OF_C));
    let body = r#"{"app_id":"app","consumer_id":"c","id":"crm+salesforce","change":"refuse"}"#;
    send(&vault, Method::POST, "/connections/change", body);
    assert_ne!(json(&get(&vault, OF_C)), seed);
    assert_eq!(vault.request_count(), 1);
    assert_eq!(send(&vault, Method::POST, "/reset", "").status(), 204);
    assert_eq!(json(&get(&vault, OF_C)), seed);
    assert_eq!(vault.request_count(), 0);
}

#[test]
fn settings_are_saved() {
    let vault = vault();
    let body = r#"{"app_id":"app","consumer_id":"c","id":"crm+close","change":"save","settings":{"api_key":"x"}}"#;
    let changed = json(&send(&vault, Method::POST, "/connections/change", body));
    assert_eq!(changed["state"], "callable", "{changed}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let vault = vault();
    let change = |id: &str, change: &str| {
        let body =
            format!(r#"{{"app_id":"app","consumer_id":"c","id":"{id}","change":"{change}"}}"#);
        send(&vault, Method::POST, "/connections/change", body.leak())
    };
    refused(&change("crm+nobody", "enable"), 404);
    refused(&change("hris+bamboohr", "authorize"), 409);
    let errors = refused(&change("salesforce", "explode"), 400);
    let told: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(told, ["#/id", "#/change"]);
    let errors = refused(&change("crm+close", "save"), 400);
    assert_eq!(
        errors,
        json!([{ "pointer": "#/change", "detail": "it needs `settings`" }])
    );
    let body = r#"{"app_id":"app","consumer_id":"c","id":"hris+bamboohr","state":"authorized"}"#;
    refused(&send(&vault, Method::PUT, "/connections", body), 409);
    let errors = refused(&get(&vault, "/connections?app_id=app"), 400);
    assert_eq!(
        errors,
        json!([{ "parameter": "consumer_id", "detail": "it is missing" }])
    );
}
