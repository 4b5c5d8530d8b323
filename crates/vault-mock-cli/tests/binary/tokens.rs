//! `issue` and `decode`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::program::{file, finish, program, run};

const ISSUE: [&str; 9] = [
    "issue",
    "--secret",
    "SECRET",
    "--app-id",
    "app",
    "--consumer-id",
    "c",
    "--issued-at",
    "1000",
];

fn issue(arguments: &[&str]) -> String {
    let finished = run(&[&ISSUE[..], arguments].concat(), "");
    assert!(finished.status.success(), "{}", finished.stderr);
    finished.stdout.trim_end().to_owned()
}

fn decode(token: &str, arguments: &[&str]) -> (serde_json::Value, bool, String) {
    let finished = run(&[&["decode"], arguments].concat(), token);
    let shown = serde_json::from_str(&finished.stdout).unwrap();
    (shown, finished.status.success(), finished.stderr)
}

#[test]
fn a_token_is_issued_and_decoded() {
    let token = issue(&["--session-length", "30m"]);
    let (shown, good, _) = decode(&token, &["--at", "1030"]);
    assert!(good);
    assert_eq!(
        shown,
        serde_json::json!({
            "header": { "alg": "HS256", "typ": "JWT" },
            "claims": {
                "settings": { "session_length": "30m" },
                "consumer_id": "c", "application_id": "app", "scopes": [],
                "data_scopes": { "enabled": false }, "iat": 1000, "exp": 2800,
            },
            "life": "expires in 29m 30s",
            "verified": null,
        })
    );
}

#[test]
fn the_body_comes_from_a_file_or_from_standard_input() {
    let body = r#"{"settings":{"session_length":"1m"},"theme":{"vault_name":"x"}}"#;
    let from_file = issue(&["--body", &file("body", body)]);
    let from_input = run(&[&ISSUE[..], &["--body", "-"]].concat(), body);
    assert_eq!(from_file, from_input.stdout.trim_end());
    assert_eq!(decode(&from_file, &[]).0["claims"]["exp"], 1060);

    let refused = run(
        &[&ISSUE[..], &["--body", "-"]].concat(),
        r#"{"settings":{"session_length":"2 weeks"}}"#,
    );
    assert!(!refused.status.success());
    let expected = "vault-mock: the body is refused: {\"invalid\":[{\"/settings/session_length\":";
    assert!(refused.stderr.starts_with(expected), "{}", refused.stderr);
    let missing = run(&[&ISSUE[..], &["--body", "/nowhere/at/all"]].concat(), "");
    assert!(
        missing
            .stderr
            .starts_with("vault-mock: --body: /nowhere/at/all: ")
    );
}

#[test]
fn the_whole_answer_is_printed_on_request() {
    let answer: serde_json::Value = serde_json::from_str(&issue(&["--format", "json"])).unwrap();
    assert_eq!(answer["data"]["session_token"], issue(&[]));
}

#[test]
fn decode_verifies_and_says_by_how_much() {
    let token = issue(&[]);
    for (at, secret, life, refusal) in [
        ("4599", "SECRET", "expires in 1s", None),
        (
            "4600",
            "SECRET",
            "expired at this very second",
            Some("the session expired at this very instant"),
        ),
        (
            "4605",
            "SECRET",
            "expired 5s ago",
            Some("the session expired 5 s ago"),
        ),
        (
            "4000",
            "OTHER",
            "expires in 10m",
            Some("the signature does not fit: the token was edited or signed with another secret"),
        ),
    ] {
        let (shown, good, stderr) = decode(&token, &["--secret", secret, "--at", at]);
        assert_eq!(
            (shown["life"].as_str(), good),
            (Some(life), refusal.is_none()),
            "{at}"
        );
        assert_eq!(shown["verified"], refusal.is_none());
        let expected = refusal.map(|refusal| format!("vault-mock: {refusal}\n"));
        assert_eq!(stderr, expected.unwrap_or_default());
    }
}

#[test]
fn decode_takes_an_argument_a_dash_and_a_session_uri() {
    let token = issue(&[]);
    let uri = format!("https://vault.apideck.com/session/{token}");
    // What is left of the session must not depend on how long the runs take.
    let at = ["--at", "1000"];
    let shown = decode(&token, &at).0;
    assert_eq!(decode("", &[&at[..], &[&token]].concat()).0, shown);
    assert_eq!(decode("", &[&at[..], &[&uri]].concat()).0, shown);
    assert_eq!(
        decode(&format!("{uri}\n"), &[&at[..], &["-"]].concat()).0,
        shown
    );
    // As the page leaves it in the address bar.
    for added in [
        "?view=suggestions",
        "?view=logs#top",
        "#top",
        "/",
        "/?next=/a.b.c",
    ] {
        assert_eq!(decode(&format!("{uri}{added}"), &at).0, shown, "{added}");
    }
}

#[test]
fn what_is_no_token_is_refused() {
    for (text, message) in [
        (
            "",
            "this is not a JWT: a JWT has three parts separated by dots",
        ),
        (
            "a.b",
            "this is not a JWT: a JWT has three parts separated by dots",
        ),
        (
            "a.b.c.d",
            "this is not a JWT: a JWT has three parts separated by dots",
        ),
        ("é.b.c", "the token's header is not base64url: "),
        ("YQ.b.c", "the token's header is not JSON: "),
        ("e30.YQ.c", "the token's payload is not JSON: "),
    ] {
        let finished = run(&["decode"], text);
        assert!(!finished.status.success(), "{text}");
        assert!(
            finished
                .stderr
                .starts_with(&format!("vault-mock: {message}")),
            "{}",
            finished.stderr
        );
    }
    let (shown, ..) = decode("e30.e30.x", &[]);
    assert_eq!(
        shown["life"],
        "it has no exp, a number of seconds since 1970"
    );
    let (shown, ..) = decode("e30.eyJleHAiOjE4NDQ2NzQ0MDczNzA5NTUxNjE1fQ.x", &[]);
    assert!(shown["claims"]["exp"].is_u64());
}

/// RFC 7519 §2: a number of seconds, perhaps with a fraction or an exponent.
#[test]
fn an_exp_may_have_a_fraction_or_an_exponent() {
    for claims in [r#"{"exp":1060.5}"#, r#"{"exp":1.0605e3}"#] {
        let payload = URL_SAFE_NO_PAD.encode(claims);
        let (shown, ..) = decode(&format!("e30.{payload}.x"), &["--at", "1000"]);
        assert_eq!(shown["life"], "expires in 1m", "{claims}");
    }
}

#[test]
fn issue_asks_for_a_secret() {
    let finished = finish(
        program().args(["issue", "--app-id", "a", "--consumer-id", "c"]),
        "",
    );
    assert!(!finished.status.success());
    assert!(
        finished
            .stderr
            .starts_with("vault-mock: give --secret, --secret-file or --secret-seed: ")
    );
}
