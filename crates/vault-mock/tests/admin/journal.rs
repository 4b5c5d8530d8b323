use http::Method;
use serde_json::json;
use vault_mock::{Clock, Vault, fault::Behaviour};
use vault_sessions::ApiKey;

use crate::{create, get, json, post, refused, send, vault};

#[test]
fn lists_what_was_asked_without_credentials() {
    let vault = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .clock(Clock::frozen_at(std::time::SystemTime::UNIX_EPOCH))
        .build();
    create(&vault, "a@b.c");
    let page = http::Request::get("/session/eyJ.eyJ.SIGNATURE");
    let page = vault.handle(page.body("not JSON".into()).unwrap());
    // Without the feature `page` there is none, and the service's error tells so with the path.
    let error = String::from_utf8_lossy(page.body()).replace("eyJ.eyJ.SIGNATURE", "***");
    let error = serde_json::from_str(&error).unwrap_or(json!({}));
    let outcome_of_page = json!({ "kind": "refused", "error": error });
    assert_eq!(
        json(&get(&vault, "/journal")),
        json!({
            "entries": [
                {
                    "number": 1, "at": "1970-01-01T00:00:00Z", "unix_seconds": 0,
                    "method": "POST", "path": "/vault/sessions",
                    "app_id": "app", "consumer_id": "a@b.c", "body": {}, "status": 200,
                    "outcome": {
                        "kind": "session_created",
                        "claims": {
                            "consumer_id": "a@b.c", "application_id": "app", "scopes": [],
                            "data_scopes": { "enabled": false }, "iat": 0, "exp": 3_600,
                        },
                    },
                },
                {
                    "number": 2, "at": "1970-01-01T00:00:00Z", "unix_seconds": 0,
                    "method": "GET", "path": "/session/***", "app_id": null,
                    "consumer_id": null, "body": "*** (8 bytes)", "status": page.status().as_u16(),
                    "outcome": outcome_of_page,
                },
            ],
            "dropped": 0,
        })
    );
}

#[test]
fn tells_what_became_of_a_request() {
    let vault = vault();
    let ask = |path: &str| drop(vault.handle(http::Request::get(path).body("".into()).unwrap()));
    create(&vault, "");
    ask("/eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjB9.SIGNATURE");
    ask("/health");
    let faults: Behaviour = "status=503; times=1, ok".parse().unwrap();
    vault.faults().inject(faults);
    create(&vault, "c");
    create(&vault, "c");

    let listed = json(&get(&vault, "/journal"));
    let outcomes = listed["entries"].as_array().unwrap().iter();
    let outcomes: Vec<_> = outcomes.map(|entry| &entry["outcome"]).collect();
    let [header, path, health, fault, created] = outcomes[..] else {
        panic!("{listed}")
    };
    assert_eq!(header["kind"], "refused");
    assert_eq!(
        header["error"]["type_name"],
        "RequestHeadersValidationError"
    );
    assert_eq!(header["error"]["status_code"], 400);
    assert_eq!(path["kind"], "refused");
    assert_eq!(path["error"]["type_name"], "EntityNotFoundError");
    assert_eq!(health, &json!({ "kind": "answered" }));
    assert_eq!(
        fault,
        &json!({ "kind": "fault_injected", "fault": "status=503" })
    );
    assert_eq!(created["kind"], "session_created");
    assert_eq!(created["claims"]["consumer_id"], "c");
    // The refusal quotes the path.
    assert!(path.to_string().contains("***"), "{path}");
    assert!(!listed.to_string().contains("SIGNATURE"), "{listed}");
}

#[test]
fn is_filtered() {
    let vault = vault();
    for consumer in ["a@b.c", "d e", "a@b.c", ""] {
        create(&vault, consumer);
    }
    for (query, count) in [
        ("", 4),
        ("?consumer_id=a%40b.c", 2),
        ("?consumer_id=a@b.c&limit=1", 1),
        ("?consumer_id=d+e", 1),
        ("?status=400", 1),
        ("?outcome=refused", 1),
        ("?outcome=session_created&consumer_id=a@b.c", 2),
        ("?outcome=answered", 0),
        ("?outcome=fault_injected", 0),
        ("?app_id=app&path=/vault/sessions", 4),
        ("?app_id=other", 0),
        ("?path=/elsewhere", 0),
        ("?limit=0", 0),
    ] {
        let listed = json(&get(&vault, &format!("/journal{query}")));
        assert_eq!(
            listed["entries"].as_array().unwrap().len(),
            count,
            "{query}"
        );
    }
}

#[test]
fn a_limit_shows_the_latest_and_what_made_room_is_counted() {
    let vault = Vault::builder().journal_capacity(3).build();
    for consumer in ["1", "2", "3", "4", "5"] {
        create(&vault, consumer);
    }
    let listed = json(&get(&vault, "/journal?limit=2"));
    let entries = listed["entries"].as_array().unwrap().iter();
    let numbers: Vec<_> = entries.map(|entry| entry["number"].as_u64()).collect();
    assert_eq!(numbers, [Some(4), Some(5)]);
    assert_eq!(listed["dropped"], 2);
}

#[test]
fn credentials_in_a_body_and_in_its_claims_are_not_shown() {
    let vault = vault();
    let body = r#"{"custom_consumer_settings":{"api_key":"SECRET","region":"eu"}}"#;
    assert_eq!(post(&vault, "app", "c", body).status(), 200);
    let listed = json(&get(&vault, "/journal"));
    let masked = json!({ "api_key": "***", "region": "eu" });
    let entry = &listed["entries"][0];
    assert_eq!(entry["body"]["custom_consumer_settings"], masked);
    let claims = &entry["outcome"]["claims"];
    assert_eq!(claims["custom_consumer_settings"], masked);
}

#[test]
fn wrong_parameters_are_named() {
    let response = get(
        &vault(),
        "/journal?status=ok&outcome=Refused&limit=-1&consumer=x&path=/&path=/",
    );
    assert_eq!(
        refused(&response, 400),
        json!([
            { "parameter": "path", "detail": "it is given twice" },
            { "parameter": "status", "detail": "it must be an HTTP status" },
            { "parameter": "outcome", "detail": "it must be the kind of an outcome" },
            { "parameter": "limit", "detail": "it must be a number of entries" },
            { "parameter": "consumer", "detail": "no such parameter is known here" },
        ])
    );
}

#[test]
fn a_filter_that_no_request_can_match_is_refused() {
    let vault = vault();
    create(&vault, "c");
    for query in [
        "app_id=",
        "consumer_id=%C3%A9",
        "path=vault",
        "path=/vault/sessions?x=1",
        "path=/__vault_mock/clock",
    ] {
        let refused = refused(&get(&vault, &format!("/journal?{query}")), 400);
        let name = query.split('=').next().unwrap();
        assert_eq!(refused[0]["parameter"], name, "{query}");
    }
}

#[test]
fn a_token_in_the_place_of_an_id_is_shown_nowhere() {
    let vault = vault();
    create(&vault, "c");
    let token = vault.journal().last().unwrap().created().unwrap();
    let token = token.token().expose_secret();
    create(&vault, token);
    for shown in [
        get(&vault, "/journal").body().to_vec(),
        format!("{:?}", vault.journal().requests()).into_bytes(),
    ] {
        let shown = String::from_utf8(shown).unwrap();
        assert!(!shown.contains(token), "{shown}");
    }
}

#[test]
fn is_cleared_alone_and_by_reset() {
    for (method, path) in [(Method::DELETE, "/journal"), (Method::POST, "/reset")] {
        let vault = vault();
        create(&vault, "c");
        assert_eq!(send(&vault, method, path, "").status(), 204);
        assert!(vault.journal().requests().is_empty());
    }
}

#[test]
fn admin_calls_are_not_part_of_it() {
    let vault = vault();
    get(&vault, "/journal");
    get(&vault, "/nowhere");
    assert!(vault.journal().requests().is_empty());
}

#[test]
fn shows_a_body_behind_a_byte_order_mark() {
    let vault = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .byte_order_mark(true)
        .build();
    post(
        &vault,
        "app",
        "c",
        "\u{feff}{\"settings\":{\"session_length\":\"30m\"}}",
    );
    let entries = &json(&get(&vault, "/journal"))["entries"];
    let body = json!({ "settings": { "session_length": "30m" } });
    assert_eq!(
        (&entries[0]["status"], &entries[0]["body"]),
        (&json!(200), &body)
    );
}

/// Whatever a secret is written in, it is not read from the journal.
#[test]
fn secrets_within_texts_are_masked() {
    let vault = vault();
    for body in [
        r#"{"note":"Bearer SECRET"}"#,
        r#"{"header":"Authorization: Basic SECRET"}"#,
        r#"{"cookie":"SECRET"}"#,
        r#"{"Set-Cookie":["a=SECRET"]}"#,
        r#"{"curl":"curl -H 'x-api-key: SECRET' https://a"}"#,
        r#"{"sent":"{\"password\":\"SECRET\"}"}"#,
        r#"{"url":"https://a/?next=%2Fb%3Ftoken%3DSECRET"}"#,
        r#"{"Bearer SECRET":1}"#,
        r#"{"token":"eyJhSECRET%2EeyJiSECRET%2Ec"}"#,
        r#"{"at":"/a/eyJhSECRET%2EeyJiSECRET%2EcSECRET"}"#,
    ] {
        post(&vault, "app", "c", body);
        let ask = http::Request::get("/eyJhSECRET%2EeyJiSECRET%2EcSECRET/x");
        let _ = vault.handle(ask.body("".into()).unwrap());
        let listed = get(&vault, "/journal");
        let listed = String::from_utf8_lossy(listed.body());
        assert!(!listed.contains("SECRET"), "{body}: {listed}");
        let shown = format!("{:?}", vault.journal().requests());
        assert!(!shown.contains("SECRET"), "{body}: {shown}");
    }
}
