//! Theme, policy and weight.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::{
    Vault,
    connections::{Connection, Connector, ServiceId},
};
use vault_sessions::UnifiedApi;

use crate::support::{Visitor, text};

fn themed(theme: &Value) -> Visitor {
    Visitor::new(&json!({ "theme": theme }))
}

#[test]
fn colors_are_the_themes_where_they_can_be_read() {
    let css = themed(&json!({
        "primary_color": "#1d4ed8",
        "sidepanel_background_color": "#102a43",
        "sidepanel_text_color": "#d9e2ec",
    }))
    .page("?view=theme.css");
    for property in ["--side:#102a43", "--primary:#1d4ed8", "--on-side:#d9e2ec"] {
        assert!(css.contains(property), "{css}");
    }
    let unreadable = themed(&json!({
        "sidepanel_background_color": "#ffffff",
        "sidepanel_text_color": "white",
    }));
    let css = unreadable.page("?view=theme.css");
    assert!(
        css.contains("--side:#ffffff") && !css.contains("--on-side:#ffffff"),
        "{css}"
    );
}

#[test]
fn colors_are_read_in_any_notation_and_nothing_else_gets_in() {
    let primary = |color: &str| {
        let css = themed(&json!({ "primary_color": color })).page("?view=theme.css");
        css.split("--primary:").nth(1).unwrap()[..7].to_owned()
    };
    let default = primary("");
    for (color, hex) in [
        ("#900", "#990000"),
        ("rebeccapurple", "#663399"),
        ("rgb(1 2 3)", "#010203"),
        ("#0001", "#eeeeee"),
        ("red;}body{display:none}", default.as_str()),
        ("url(https://evil.example)", default.as_str()),
    ] {
        assert_eq!(primary(color), hex, "{color}");
    }
}

#[test]
fn names_links_and_the_card_are_the_sessions() {
    let page = Visitor::new(&json!({
        "theme": {
            "vault_name": "Intercom",
            "privacy_url": "https://intercom.example/privacy",
            "terms_url": "https://intercom.example/terms",
        },
        "consumer_metadata": {
            "account_name": "Salesforce, Inc",
            "user_name": "Elon Musk",
            "email": "elon@musk.com",
        },
    }))
    .page("");
    for shown in [
        "<title>Integrations · Intercom Vault</title>",
        "<bdi id=\"vault-name\">Intercom</bdi>",
        "id=\"privacy\" href=\"https://intercom.example/privacy\"",
        "id=\"terms\" href=\"https://intercom.example/terms\"",
        "<bdi class=\"name\">Salesforce, Inc</bdi>",
        "<bdi>Elon Musk</bdi>",
        "<bdi>elon@musk.com</bdi>",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let bare = Visitor::new(&json!({})).page("");
    for absent in [
        "id=\"consumer\"",
        "id=\"privacy\"",
        "id=\"terms\"",
        "id=\"return\"",
    ] {
        assert!(!bare.contains(absent), "{absent}");
    }
    assert!(bare.contains("<title>Integrations · Vault</title>"));
}

/// The directive of a policy, without its name.
fn directive<'a>(policy: &'a str, name: &str) -> &'a str {
    let mut directives = policy.split("; ");
    directives
        .find_map(|one| one.strip_prefix(name))
        .unwrap()
        .trim()
}

#[test]
fn nothing_is_inline_and_nothing_is_loaded_from_elsewhere() {
    let body = json!({
        "redirect_uri": "https://app.example",
        "theme": { "logo": "https://img.example/logo.svg", "favicon": "https://img.example/x.ico" },
        "consumer_metadata": { "account_name": "Acme", "image": "https://other.example/a.png" },
    });
    let visitor = Visitor::new(&body);
    for query in ["", "?view=logs", "?connection=crm%2Bsalesforce"] {
        let response = visitor.get(query);
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert_eq!(directive(policy, "default-src"), "'none'");
        for own in ["script-src", "style-src", "connect-src"] {
            assert_eq!(directive(policy, own), "'self'");
        }
        assert_eq!(directive(policy, "img-src"), "'self' data:");
        assert_eq!(response.headers()["referrer-policy"], "same-origin");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let page = text(&response);
        let page = page.split("id=\"claims\"").next().unwrap();
        for foreign in [
            "img.example",
            "other.example",
            "style=\"",
            "<style",
            "onclick",
        ] {
            assert!(!page.contains(foreign), "{foreign}: {page}");
        }
        assert_eq!(page.matches("<script").count(), 1);
    }

    let open = Visitor::at(Vault::builder().external_images(true), &body);
    let response = open.get("");
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert_eq!(
        directive(policy, "img-src"),
        "'self' data: https://img.example https://img.example https://other.example"
    );
    assert!(text(&response).contains("<img src=\"https://img.example/logo.svg\""));
    assert!(text(&response).contains("<img src=\"https://other.example/a.png\""));
}

#[test]
fn images_in_the_session_itself_are_shown() {
    let pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    let page = themed(&json!({ "logo": pixel, "favicon": pixel })).page("");
    assert!(page.contains(&format!("<img src=\"{pixel}\"")));
    assert!(page.contains(&format!("<link rel=\"icon\" href=\"{pixel}\"")));
}

/// Bytes of a page with everything it loads.
fn weight(visitor: &Visitor) -> usize {
    let mut weight = visitor.page("").len();
    for query in ["?view=theme.css", "?view=icon.svg", "?view=clock"] {
        weight += visitor.page(query).len();
    }
    for asset in ["page.css", "page.js"] {
        let request = Request::get(format!("/session/assets/{asset}"));
        let response = visitor.vault.handle(request.body(Bytes::new()).unwrap());
        assert_eq!(response.status(), 200);
        weight += response.body().len();
    }
    weight
}

#[test]
fn a_page_weighs_less_than_30_kilobytes() {
    let body = json!({
        "consumer_metadata": { "account_name": "Salesforce, Inc", "email": "elon@musk.com" },
        "redirect_uri": "https://mysaas.com/dashboard",
        "theme": { "vault_name": "Intercom", "primary_color": "#286efa" },
    });
    let weight = weight(&Visitor::new(&body));
    assert!(weight < 30_000, "{weight}");
}

#[test]
fn two_hundred_connections_are_listed_searched_and_stay_light() {
    let connections = (0..200).map(|number| {
        let service = ServiceId::new(format!("service-{number}")).unwrap();
        let api = UnifiedApi::KNOWN[number % 20].clone();
        Connection::callable(Connector::oauth2(api, service, format!("Service {number}")))
    });
    let builder = Vault::builder()
        .connections(connections)
        .developer_corner(false);
    let visitor = Visitor::at(builder, &json!({}));
    let page = visitor.page("");
    assert_eq!(page.matches("href=\"?connection=").count(), 200);
    assert!(page.contains("type=\"search\""));
    let found = visitor.page("?q=service+19");
    assert_eq!(found.matches("href=\"?connection=").count(), 11);
    assert!(
        visitor
            .page("?q=nowhere")
            .contains("Nothing is called like that")
    );
    let weight = weight(&visitor);
    assert!(weight < 90_000, "{weight}");
}

#[test]
fn other_paths_below_are_the_services_404() {
    let visitor = Visitor::new(&json!({}));
    for path in [
        "/session/",
        "/session/assets/",
        "/session/assets/../page.css",
        "/session/a/b",
    ] {
        let response = visitor
            .vault
            .handle(Request::get(path).body(Bytes::new()).unwrap());
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["content-type"], "application/json");
    }
}
