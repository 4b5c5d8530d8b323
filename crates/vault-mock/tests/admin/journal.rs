use http::Method;
use serde_json::json;
use vault_mock::{Clock, Vault};
use vault_sessions::ApiKey;

use crate::{create, get, json, refused, send, vault};

#[test]
fn lists_what_was_asked_without_credentials() {
    let vault = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .clock(Clock::frozen_at(std::time::SystemTime::UNIX_EPOCH))
        .build();
    create(&vault, "a@b.c");
    let page = http::Request::get("/session/eyJ.eyJ.SIGNATURE");
    let page = vault.handle(page.body("not JSON".into()).unwrap());
    assert_eq!(
        json(&get(&vault, "/journal")),
        json!({
            "entries": [
                {
                    "at": "1970-01-01T00:00:00Z", "unix_seconds": 0, "method": "POST",
                    "path": "/vault/sessions", "app_id": "app", "consumer_id": "a@b.c",
                    "body": {}, "status": 200,
                },
                {
                    "at": "1970-01-01T00:00:00Z", "unix_seconds": 0, "method": "GET",
                    "path": "/session/***", "app_id": null, "consumer_id": null,
                    "body": "not JSON", "status": page.status().as_u16(),
                },
            ],
            "dropped": 0,
        })
    );
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
        ("?app_id=app&path=/vault/sessions", 4),
        ("?app_id=other", 0),
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
fn wrong_parameters_are_named() {
    let response = get(
        &vault(),
        "/journal?status=ok&limit=-1&consumer=x&path=/&path=/",
    );
    assert_eq!(
        refused(&response, 400),
        json!([
            { "parameter": "path", "detail": "it is given twice" },
            { "parameter": "status", "detail": "it must be an HTTP status" },
            { "parameter": "limit", "detail": "it must be a number of entries" },
            { "parameter": "consumer", "detail": "no such parameter is known here" },
        ])
    );
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
