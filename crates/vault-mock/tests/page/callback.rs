//! Where the Vault widget lets an OAuth round trip end. What its script does is seen in a browser.

use bytes::Bytes;
use http::{Request, Response};
use vault_mock::Vault;

use crate::support::text;

fn ask(method: &str, query: &str) -> Response<Bytes> {
    let request = Request::builder().method(method);
    let request = request.uri(format!("/oauth/callback{query}"));
    let vault = Vault::builder().build();
    vault.handle(request.body(Bytes::new()).unwrap())
}

#[test]
fn says_that_it_is_done_and_runs_one_script_of_its_own() {
    let answer = ask("GET", "");
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str();
    assert!(policy.unwrap().contains("script-src 'self'"));
    let page = text(&answer);
    assert!(page.contains("The authorization is done"), "{page}");
    assert_eq!(page.matches("<script").count(), 1, "{page}");

    let script = Request::get("/session/assets/callback.js").body(Bytes::new());
    let script = Vault::builder().build().handle(script.unwrap());
    assert_eq!(script.status(), 200);
}

#[test]
fn says_what_went_wrong_and_nothing_else() {
    let query = "?error_type=OAuthConnectorError&error_message=%3Cscript%3Ealert(1)%3C/script%3E";
    let page = text(&ask("GET", query));
    assert!(page.contains("The authorization has failed"), "{page}");
    assert!(page.contains("alert(1)"), "{page}");
    assert_eq!(page.matches("<script").count(), 1, "{page}");
}

#[test]
fn is_only_read() {
    let answer = ask("POST", "");
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.headers()["allow"], "GET, HEAD, OPTIONS");
    let document: serde_json::Value = serde_json::from_str(&vault_mock::openapi()).unwrap();
    let described = document["paths"]["/oauth/callback"].as_object().unwrap();
    assert_eq!(described.keys().collect::<Vec<_>>(), ["get"]);
}
