use std::time::Duration;

use http::Method;
use serde_json::json;
use vault_mock::{Secret, Vault};
use vault_sessions::SessionToken;

use crate::{get, json, post, refused, send, vault};

fn token(vault: &Vault) -> SessionToken {
    let created = json(&post(vault, "app", "consumer", "{}"));
    let token = created["data"]["session_token"].as_str().unwrap();
    SessionToken::new(token).unwrap()
}

#[test]
fn former_tokens_are_good_for_the_overlap() {
    let vault = vault();
    let before = token(&vault);
    let response = send(&vault, Method::POST, "/keys/rotate", r#"{"overlap":60}"#);
    assert_eq!(response.status(), 204);
    let after = token(&vault);
    assert!(vault.verify(&before).is_ok());
    vault.clock().advance(Duration::from_secs(60));
    assert!(vault.verify(&before).is_err());
    assert!(vault.verify(&after).is_ok());

    send(&vault, Method::POST, "/keys/rotate", "{}");
    assert!(vault.verify(&after).is_err(), "without an overlap");
}

#[test]
fn the_new_secret_is_given_or_derived() {
    let vault = vault();
    for (body, secret) in [
        (r#"{"secret":"shared"}"#, Secret::new("shared").unwrap()),
        (r#"{"secret":7}"#, Secret::from_seed(7)),
    ] {
        let replica = Vault::builder().secret(secret).build();
        assert!(replica.verify(&token(&vault)).is_err());
        send(&vault, Method::POST, "/keys/rotate", body);
        assert!(replica.verify(&token(&vault)).is_ok(), "{body}");
    }
}

#[test]
fn replicas_with_the_same_secret_are_known_by_their_fingerprint() {
    let fingerprint = |vault: &Vault| {
        let client = json(&get(vault, "/client"));
        client["secret_fingerprint"].as_str().unwrap().to_owned()
    };
    let with = |secret| Vault::builder().secret(Secret::from_seed(secret)).build();
    let (one, other) = (with(7), with(7));
    assert_eq!(fingerprint(&one), fingerprint(&other));
    assert_ne!(fingerprint(&one), fingerprint(&with(8)));
    assert_eq!(fingerprint(&one).len(), 32);

    // Sessions would be signed alike, and states of round trips would not.
    let rotated = with(8);
    rotated.rotate_key(Secret::from_seed(7), Duration::ZERO);
    assert_ne!(fingerprint(&one), fingerprint(&rotated));
    for vault in [&one, &other] {
        vault.rotate_key(Secret::from_seed(9), Duration::ZERO);
    }
    assert_eq!(fingerprint(&one), fingerprint(&other));
}

#[test]
fn a_refusal_tells_why_and_not_the_secret() {
    let vault = vault();
    let before = token(&vault);
    let body = r#"{"secret":["hush"],"overlap":"hush"}"#;
    let response = send(&vault, Method::POST, "/keys/rotate", body);
    assert_eq!(
        refused(&response, 400),
        json!([
            { "pointer": "#/secret", "detail": "it must be a text that is not empty, or an integer from 0 to 9007199254740991" },
            { "pointer": "#/overlap", "detail": "it must be a number of seconds, from 0 to 1e12" },
        ])
    );
    refused(
        &send(&vault, Method::POST, "/keys/rotate", r#"{"secret":""}"#),
        400,
    );
    assert!(vault.verify(&before).is_ok(), "nothing was rotated");
}
