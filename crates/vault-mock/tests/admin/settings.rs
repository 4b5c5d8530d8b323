use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use vault_mock::{ExpiryRule, SchemaFault, Setting, Vault};

use crate::{get, json, post, refused, request, vault};

fn change(vault: &Vault, settings: &Value) -> Response<Bytes> {
    let request = request(Method::PATCH, "/settings").header("content-type", "application/json");
    vault.handle(request.body(settings.to_string().into()).unwrap())
}

/// Another value than the default for each setting there is.
pub(crate) fn other_values() -> Value {
    let values = json!({
        "validation": "off",
        "session_length_dialect": "ms",
        "default_session_length": "2h",
        "long_sessions": "shortened",
        "unknown_names": true,
        "null_body": true,
        "byte_order_mark": true,
        "any_content_type": true,
        "bare_tokens": true,
        "foreign_ids": true,
        "scope_claims": false,
        "concealed_methods": true,
        "schema_fault": 422,
        "enforce_actions": true,
        "expiry_rule": "inclusive",
        "issued_at_tolerance": 2.5,
        "request_limit": 10,
        "rate_limit": "60/minute",
        "oauth_provider": "refuses=server_error",
        "oauth_confirmation": false,
        "directives": false,
        "developer_corner": false,
        "external_images": true,
        "body_limit": 1_000_000,
        "journal_capacity": 2,
        "changed_consumers": 3,
    });
    for setting in Setting::all() {
        assert!(values.get(setting.name()).is_some(), "{setting:?}");
    }
    values
}

fn create(vault: &Vault, body: &'static str) -> u16 {
    post(vault, "app", "consumer", body).status().as_u16()
}

#[test]
fn are_shown_as_they_are() {
    let vault = vault();
    let at_first = json!({
        "validation": "strict",
        "session_length_dialect": "strict",
        "default_session_length": "1h",
        "long_sessions": "refused",
        "unknown_names": false,
        "null_body": false,
        "byte_order_mark": false,
        "any_content_type": false,
        "bare_tokens": false,
        "foreign_ids": false,
        "scope_claims": true,
        "concealed_methods": false,
        "schema_fault": 400,
        "enforce_actions": false,
        "expiry_rule": "rfc7519",
        "issued_at_tolerance": 0.0,
        "request_limit": null,
        "rate_limit": null,
        "oauth_provider": "agrees",
        "oauth_confirmation": true,
        "directives": true,
        "developer_corner": true,
        "external_images": false,
        "body_limit": 1_048_576,
        "journal_capacity": 1_000,
        "changed_consumers": 10_000,
    });
    assert_eq!(json(&get(&vault, "/settings")), at_first);

    vault.change_rules(|rules| {
        rules.schema_fault = SchemaFault::UnprocessableContent;
        rules.enforce_actions = true;
        rules.expiry_rule = ExpiryRule::Leeway(Duration::from_secs(5));
    });
    let shown = json(&get(&vault, "/settings"));
    assert_eq!(shown["schema_fault"], 422);
    assert_eq!(shown["enforce_actions"], true);
    assert_eq!(shown["expiry_rule"], "leeway=5");
}

#[test]
fn what_is_changed_is_shown_and_nothing_else_changes() {
    let vault = vault();
    let before = json(&get(&vault, "/settings"));
    let changes = other_values();
    for (name, value) in changes.as_object().unwrap() {
        let mut expected = before.clone();
        expected[name] = value.clone();
        assert_eq!(json(&change(&vault, &json!({ name: value }))), expected);
        let reset = request(Method::POST, "/reset").body(Bytes::new()).unwrap();
        assert_eq!(vault.handle(reset).status(), 204);
        assert_eq!(json(&get(&vault, "/settings")), before, "{name}");
    }
    assert_eq!(json(&change(&vault, &changes)), changes);
    assert_eq!(json(&change(&vault, &json!({}))), changes);
}

#[test]
fn the_next_request_meets_them() {
    let vault = vault();
    let unknown = r#"{"settings":{"new":1}}"#;
    assert_eq!(create(&vault, unknown), 400);
    change(&vault, &json!({ "schema_fault": 422 }));
    assert_eq!(create(&vault, unknown), 422);
    change(&vault, &json!({ "validation": "lenient" }));
    assert_eq!(create(&vault, unknown), 200);

    let length = r#"{"settings":{"session_length":"1.5h"}}"#;
    assert_eq!(create(&vault, length), 422);
    change(&vault, &json!({ "session_length_dialect": "ms" }));
    assert_eq!(create(&vault, length), 200);

    change(&vault, &json!({ "request_limit": 0 }));
    assert_eq!(create(&vault, "{}"), 402);
    change(
        &vault,
        &json!({ "request_limit": null, "rate_limit": "0/hour" }),
    );
    assert_eq!(create(&vault, "{}"), 429);
    change(&vault, &json!({ "rate_limit": null }));
    assert_eq!(create(&vault, "{}"), 200);
}

#[test]
fn tokens_that_are_out_follow_the_new_rule_of_expiry() {
    let vault = vault();
    let created = json(&post(&vault, "app", "consumer", "{}"));
    let token = created["data"]["session_token"].as_str().unwrap();
    let list = || {
        let request = Request::get("/vault/connections")
            .header("authorization", format!("Bearer {token}"))
            .header("x-apideck-auth-type", "JWT");
        let request = request.body(Bytes::new()).unwrap();
        vault.handle(request).status().as_u16()
    };
    vault.clock().advance(Duration::from_secs(3_600));
    assert_eq!(list(), 401);
    change(&vault, &json!({ "expiry_rule": "leeway=1" }));
    assert_eq!(list(), 200);
}

#[test]
fn whatever_is_wrong_is_told_and_nothing_changes() {
    let vault = vault();
    let response = change(
        &vault,
        &json!({
            "validation": "loose",
            "session_length_dialect": 1,
            "schema_fault": 404,
            "enforce_actions": "yes",
            "expiry_rule": "leeway=soon",
            "issued_at_tolerance": -1,
            "request_limit": -1,
            "rate_limit": "often",
            "oauth_provider": "refuses=",
            "oauth_confirmation": 1,
            "changed_consumers": 0,
            "colour": "red",
        }),
    );
    assert_eq!(
        refused(&response, 400),
        json!([
            { "pointer": "#/validation", "detail": "invalid validation `loose`: write strict, lenient or off" },
            { "pointer": "#/session_length_dialect", "detail": "it must be a text" },
            { "pointer": "#/schema_fault", "detail": "it must be 400 or 422" },
            { "pointer": "#/enforce_actions", "detail": "it must be true or false" },
            { "pointer": "#/expiry_rule", "detail": "invalid expiry rule `leeway=soon`: write rfc7519, inclusive, or leeway=SECONDS" },
            { "pointer": "#/issued_at_tolerance", "detail": "it must be a number of seconds, from 0 to 1e12" },
            { "pointer": "#/request_limit", "detail": "it must be an integer from 0 to 9007199254740991, or null" },
            { "pointer": "#/rate_limit", "detail": "invalid rate limit `often`: write 60/second, 60/minute or 60/hour" },
            { "pointer": "#/oauth_provider", "detail": "invalid OAuth provider `refuses=`: write agrees, asks, refuses, or refuses=CODE" },
            { "pointer": "#/oauth_confirmation", "detail": "it must be true or false" },
            { "pointer": "#/changed_consumers", "detail": "it must be an integer from 1 to 9007199254740991" },
            { "pointer": "#/colour", "detail": "is not a field of the API" },
        ])
    );
    let wrong_beside_right = json!({ "validation": "off", "rate_limit": 60 });
    refused(&change(&vault, &wrong_beside_right), 400);
    assert_eq!(json(&get(&vault, "/settings"))["validation"], "strict");
}

#[test]
fn each_has_the_same_value_as_text_and_as_json() {
    for (name, value) in other_values().as_object().unwrap() {
        let setting = Setting::named(&name.replace('_', "-")).unwrap();
        let text = match value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        let vault = Vault::builder().setting(setting, &text).unwrap().build();
        assert_eq!(json(&get(&vault, "/settings"))[name], *value);
        assert!(setting.check("no such value").is_err(), "{name}");
        if let Some(default) = setting.default_text() {
            assert_eq!(setting.check(&default), Ok(()), "{name}");
        }
    }
}

#[test]
fn what_there_is_no_more_room_for_is_dropped_at_once() {
    let vault = vault();
    for _ in 0..3 {
        create(&vault, "{}");
    }
    change(&vault, &json!({ "journal_capacity": 2 }));
    assert_eq!((vault.journal().len(), vault.journal().dropped()), (2, 1));
}

#[test]
fn a_body_limit_does_not_keep_the_admin_out() {
    let vault = vault();
    change(&vault, &json!({ "body_limit": 0 }));
    assert_eq!(create(&vault, "{}"), 413);
    change(&vault, &json!({ "body_limit": 10 }));
    assert_eq!(create(&vault, "{}"), 200);
}
