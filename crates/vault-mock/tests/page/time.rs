//! The end of a session in view: the countdown, the expired page, and tokens that are none.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::Vault;

use crate::support::{Visitor, location, text};

fn session() -> Visitor {
    Visitor::new(&json!({
        "redirect_uri": "https://app.example/dashboard",
        "settings": { "session_length": "30m" },
        "theme": { "vault_name": "Intercom", "primary_color": "#1d4ed8" },
    }))
}

fn clock(visitor: &Visitor) -> Value {
    let response = visitor.get("?view=clock");
    assert_eq!(response.status(), 200);
    serde_json::from_slice(response.body()).unwrap()
}

#[test]
fn the_countdown_follows_the_mocks_clock() {
    let visitor = session();
    assert!(visitor.page("").contains("Session ends in <b>30:00</b>"));
    visitor.vault.clock().advance(Duration::from_millis(60_500));
    assert!(visitor.page("").contains("<b>29:00</b>"));
    assert_eq!(
        clock(&visitor),
        json!({ "alive": true, "remaining": "29:00", "milliseconds": 1_739_500 })
    );
}

#[test]
fn at_the_end_the_page_is_gone_and_leads_back() {
    let visitor = session();
    visitor.vault.clock().advance(Duration::from_secs(30 * 60));
    let response = visitor.get("");
    let page = text(&response);
    assert_eq!(response.status(), 410);
    assert!(page.contains("Your session has expired"), "{page}");
    assert!(
        page.contains("href=\"https://app.example/dashboard\""),
        "{page}"
    );
    assert!(
        page.contains("<title>Your session has expired · Intercom Vault</title>"),
        "{page}"
    );
    assert!(
        visitor
            .page("?view=theme.css")
            .contains("--primary:#1d4ed8")
    );
    assert_eq!(
        clock(&visitor),
        json!({ "alive": false, "remaining": "0:00", "milliseconds": 0 })
    );

    let refused = visitor.post("?connection=crm%2Bsalesforce", "action=disable");
    assert_eq!(refused.status(), 410);
    assert!(visitor.find("crm+salesforce").is_enabled());
}

#[test]
fn a_token_that_is_none_of_ours_is_invalid() {
    let visitor = session();
    let foreign = Visitor::at(Vault::builder(), &json!({})).token;
    let edited = visitor.token.replacen("eyJ", "eyK", 2);
    let cut = visitor.token[..visitor.token.len() - 1].to_owned();
    for token in [
        foreign,
        edited,
        cut,
        "x".to_owned(),
        "%00".to_owned(),
        "a.b.c".to_owned(),
    ] {
        for query in [
            "",
            "?view=clock",
            "?view=theme.css",
            "?connection=crm%2Bsalesforce",
        ] {
            let path = format!("/session/{token}{query}");
            let response = visitor
                .vault
                .handle(Request::get(path).body(Bytes::new()).unwrap());
            let page = text(&response);
            assert_eq!(response.status(), 401, "{page}");
            assert_eq!(
                response.headers()["www-authenticate"],
                "Bearer error=\"invalid_token\""
            );
            assert!(page.contains("This session is invalid") && !page.contains("app.example"));
        }
    }
}

#[test]
fn a_session_of_the_future_is_not_valid_yet() {
    let visitor = session();
    let clock = visitor.vault.clock();
    clock.set(clock.now() - Duration::from_secs(60));
    assert_eq!(visitor.get("").status(), 401);
}

#[test]
fn the_developers_corner_advances_the_clock() {
    let visitor = session();
    assert!(visitor.page("").contains("name=\"advance\" value=\"60\""));
    let response = visitor.post("?corner", "advance=60");
    assert_eq!(location(&response), "?corner#corner");
    assert!(visitor.page("?corner").contains("<b>29:00</b>"));
    for (form, status) in [
        ("advance=-1", 400),
        ("advance=x", 400),
        ("advance=99999999999", 400),
    ] {
        assert_eq!(visitor.post("?corner", form).status(), status, "{form}");
    }
    let foreign = visitor.post_from(Some("https://evil.example"), "?corner", "advance=60");
    assert_eq!(foreign.status(), 403);
    assert!(visitor.page("?corner").contains("<b>29:00</b>"));
}

#[test]
fn the_developers_corner_can_be_switched_off() {
    let visitor = Visitor::at(Vault::builder().developer_corner(false), &json!({}));
    assert!(!visitor.page("").contains("id=\"corner\""));
    assert_eq!(visitor.get("?view=journal").status(), 404);
    assert_eq!(visitor.post("?corner", "advance=60").status(), 400);
    assert!(visitor.page("").contains("<b>1:00:00</b>"));
}

#[test]
fn the_developers_corner_shows_claims_request_and_journal() {
    let visitor = session();
    let other = Request::post("/vault/sessions").body(Bytes::new()).unwrap();
    let _ = visitor.vault.handle(other);
    let page = visitor.page("");
    let claims = page.split("id=\"claims\"").nth(1).unwrap();
    let (claims, request) = claims.split_once("id=\"created-by\"").unwrap();
    assert!(
        claims.contains("&#34;application_id&#34;: &#34;my-app&#34;"),
        "{claims}"
    );
    assert!(request.contains("POST /vault/sessions"), "{request}");
    assert!(
        request.contains("x-apideck-consumer-id: account:12345"),
        "{request}"
    );
    assert!(
        request.contains("&#34;session_length&#34;: &#34;30m&#34;"),
        "{request}"
    );
    let journal = visitor.page("?view=journal");
    assert!(journal.contains("POST /vault/sessions") && journal.contains(">401 Unauthorized<"));
    visitor.vault.journal().clear();
    assert!(
        visitor
            .page("")
            .contains("no longer, or not yet, in the journal")
    );
}

#[test]
fn the_journal_tells_what_people_do_and_keeps_tokens_out_of_sight() {
    let visitor = session();
    for query in [
        "?view=clock",
        "?view=theme.css",
        "?view=icon.svg",
        "?view=journal",
    ] {
        assert_eq!(visitor.get(query).status(), 200);
    }
    assert_eq!(visitor.vault.journal().requests().len(), 1);
    visitor.page("");
    assert_eq!(visitor.vault.journal().requests().len(), 2);
    assert!(!visitor.page("?view=journal").contains(&visitor.token));
}
