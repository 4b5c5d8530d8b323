//! What can be done on the page: only what is offered, and it acts.

use serde_json::{Value, json};
use vault_mock::{
    Provider, Vault,
    connections::{Connection, ConnectionState, Connector, FieldKind, FormField, ServiceId},
};
use vault_sessions::{Action, UnifiedApi};

use crate::support::{Visitor, location, text};

const SALESFORCE: &str = "?connection=crm%2Bsalesforce";

fn allowing(actions: &Value) -> Visitor {
    Visitor::new(&json!({ "settings": { "allow_actions": actions } }))
}

fn subsets() -> impl Iterator<Item = Vec<Action>> {
    (0..16_u8).map(|bits| {
        let all = Action::ALL.iter().copied().enumerate();
        all.filter(|(bit, _)| bits & (1 << bit) != 0)
            .map(|(_, action)| action)
            .collect()
    })
}

#[test]
fn every_subset_is_offered_and_enforced() {
    for subset in subsets() {
        let page = allowing(&json!(subset)).page(SALESFORCE);
        for &action in Action::ALL {
            let allowed = subset.contains(&action);
            let button = format!("id=\"action-{action}\"");
            assert_eq!(page.contains(&button), allowed, "{action} in {subset:?}");

            let visitor = allowing(&json!(subset));
            let before = visitor.find("crm+salesforce");
            let response = visitor.post(SALESFORCE, &format!("action={action}"));
            if allowed {
                location(&response);
            } else {
                assert_eq!(response.status(), 403, "{action} in {subset:?}");
                assert!(text(&response).contains(&format!("“{action}”")));
                assert_eq!(visitor.find("crm+salesforce"), before);
            }
        }
    }
    let page = Visitor::new(&json!({})).page(SALESFORCE);
    for &action in Action::ALL {
        assert!(
            page.contains(&format!("id=\"action-{action}\"")),
            "{action}"
        );
    }
}

#[test]
fn each_action_changes_the_connection_and_is_in_the_journal() {
    let visitor = Visitor::new(&json!({}));
    let act = |action: &str| {
        let response = visitor.post(SALESFORCE, &format!("action={action}"));
        let done = format!("{SALESFORCE}&done={action}");
        assert_eq!(location(&response), done);
        let entry = visitor.vault.journal().last().unwrap();
        assert_eq!(
            (entry.method().as_str(), entry.body()),
            ("POST", format!("action={action}").as_bytes())
        );
        assert!(
            visitor
                .page(&done)
                .contains("id=\"toast\" role=\"status\"><bdi>Salesforce ")
        );
        visitor.find("crm+salesforce")
    };
    assert!(!act("disable").is_enabled());
    assert!(act("enable").is_enabled());
    assert_eq!(act("disconnect").state(), ConnectionState::Added);
    assert_eq!(act("delete").state(), ConnectionState::Available);
    assert_eq!(act("add").state(), ConnectionState::Added);
}

#[test]
fn a_step_that_does_not_fit_the_state_is_refused() {
    let visitor = Visitor::new(&json!({}));
    for (query, action) in [
        (SALESFORCE, "add"),
        (SALESFORCE, "authorize"),
        (SALESFORCE, "enable"),
        ("?connection=hris%2Bbamboohr", "reauthorize"),
        ("?connection=hris%2Bbamboohr", "disconnect"),
        ("?connection=accounting%2Bxero", "delete"),
        ("?connection=accounting%2Bxero", "save"),
    ] {
        let response = visitor.post(query, &format!("action={action}"));
        assert_eq!(response.status(), 409, "{query} {action}");
    }
    for (query, form, status) in [
        (SALESFORCE, "action=erase", 400),
        (SALESFORCE, "", 400),
        (SALESFORCE, "action=%ff%00", 400),
        ("?connection=crm%2Bnobody", "action=add", 404),
        ("?connection=nonsense", "action=add", 404),
        ("", "action=add", 404),
    ] {
        assert_eq!(visitor.post(query, form).status(), status, "{query} {form}");
    }
}

#[test]
fn adding_and_the_first_authorization_need_no_permission() {
    let visitor = allowing(&json!([]));
    let xero = "?connection=accounting%2Bxero";
    assert!(visitor.page(xero).contains("id=\"action-add\""));
    location(&visitor.post(xero, "action=add"));
    assert!(visitor.page(xero).contains("id=\"action-authorize\""));
    let response = visitor.post(xero, "action=authorize");
    assert!(location(&response).contains("/vault/authorize/xero/"));
}

#[test]
fn a_form_of_another_origin_is_refused() {
    for (origin, accepted) in [
        (None, true),
        (Some("http://localhost:8080"), true),
        (Some("https://localhost:8080"), true),
        (Some("https://vault.invalid"), true),
        (Some("null"), false),
        (Some("https://evil.example"), false),
        (Some("http://localhost:8080.evil.example"), false),
        (Some("http://localhost:81"), false),
    ] {
        let visitor = Visitor::new(&json!({}));
        let response = visitor.post_from(origin, SALESFORCE, "action=disable");
        assert_eq!(response.status() == 303, accepted, "{origin:?}");
        assert_eq!(
            visitor.find("crm+salesforce").is_enabled(),
            !accepted,
            "{origin:?}"
        );
        if !accepted {
            assert_eq!(response.status(), 403, "{origin:?}");
        }
    }
}

#[test]
fn other_methods_are_refused() {
    let visitor = Visitor::new(&json!({}));
    let path = format!("/session/{}", visitor.token);
    for method in ["PUT", "DELETE", "PATCH", "TRACE"] {
        let request = http::Request::builder().method(method).uri(&path);
        let response = visitor
            .vault
            .handle(request.body(bytes::Bytes::new()).unwrap());
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()["allow"], "GET, HEAD, POST, OPTIONS");
    }
}

#[test]
fn settings_are_stored_and_secrets_are_neither_shown_nor_lost() {
    let visitor = Visitor::new(&json!({}));
    let bamboo = "?connection=hris%2Bbamboohr";
    let form = "action=save&settings.api_key=TOP-SECRET&settings.subdomain=acme&settings.other=x";
    location(&visitor.post(bamboo, form));
    let saved = visitor.find("hris+bamboohr");
    assert_eq!(saved.setting("api_key"), Some(&json!("TOP-SECRET")));
    assert_eq!(saved.setting("subdomain"), Some(&json!("acme")));
    assert_eq!(saved.setting("other"), None);

    let page = visitor.page(bamboo);
    assert!(page.contains("value=\"acme\"") && !page.contains("TOP-SECRET"));

    location(&visitor.post(
        bamboo,
        "action=save&settings.api_key=&settings.subdomain=new",
    ));
    let saved = visitor.find("hris+bamboohr");
    assert_eq!(saved.setting("api_key"), Some(&json!("TOP-SECRET")));
    assert_eq!(saved.setting("subdomain"), Some(&json!("new")));

    let cleared = "action=save&settings.subdomain=";
    location(&visitor.post(bamboo, cleared));
    assert_eq!(
        visitor.find("hris+bamboohr").state(),
        ConnectionState::Added
    );
    let page = visitor.page(bamboo);
    assert!(page.contains("Needs settings"), "{page}");
}

#[test]
fn every_kind_of_field_is_shown_and_stored() {
    let kinds = [
        FieldKind::Text,
        FieldKind::Checkbox,
        FieldKind::Tel,
        FieldKind::Email,
        FieldKind::Url,
        FieldKind::Textarea,
        FieldKind::Select,
        FieldKind::FilteredSelect,
        FieldKind::MultiSelect,
        FieldKind::Datetime,
        FieldKind::Date,
        FieldKind::Time,
        FieldKind::Number,
        FieldKind::Password,
    ];
    let id = ServiceId::from_static("all");
    let mut connector = Connector::api_key(UnifiedApi::Crm, id, "All");
    for kind in kinds {
        let field = FormField::new(kind.as_str(), kind.as_str(), kind);
        connector =
            connector.with_form_field(field.with_option("One", "1").with_option("Two", "2"));
    }
    let builder = Vault::builder().connections([Connection::callable(connector)]);
    let visitor = Visitor::at(builder, &json!({}));
    let all = "?connection=crm%2Ball";
    let fields = kinds
        .map(|kind| format!("&settings.{}=2", kind.as_str()))
        .concat();
    let form = format!("action=save{fields}&settings.multi-select=1");
    location(&visitor.post(all, &form));

    let saved = visitor.find("crm+all");
    let page = visitor.page(all);
    for kind in kinds {
        let expected = match kind {
            FieldKind::Checkbox => json!(true),
            FieldKind::MultiSelect => json!(["2", "1"]),
            _ => json!("2"),
        };
        assert_eq!(saved.setting(kind.as_str()), Some(&expected), "{kind:?}");
        assert!(
            page.contains(&format!("name=\"settings.{}\"", kind.as_str())),
            "{kind:?}"
        );
    }
    for shown in [
        "type=\"datetime-local\" value=\"2\"",
        "<option value=\"2\" selected>Two",
        "type=\"checkbox\" value=\"true\" checked",
        ">\n2</textarea>",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn auto_redirect_leaves_for_the_verified_address_once_callable() {
    let visitor = |redirect_uri: &str, auto_redirect: bool| {
        Visitor::new(&json!({
            "redirect_uri": redirect_uri,
            "settings": { "auto_redirect": auto_redirect },
        }))
    };
    let bamboo = "?connection=hris%2Bbamboohr";
    let refresh = |visitor: &Visitor, form: &str| {
        let response = visitor.post(bamboo, form);
        let page = visitor.get(location(&response));
        let refresh = page.headers().get("refresh");
        refresh.map(|value| value.to_str().unwrap().to_owned())
    };
    let save = "action=save&settings.subdomain=acme";
    let leaving = visitor("https://app.example/?a=b#c", true);
    assert_eq!(
        refresh(&leaving, save).unwrap(),
        "3; url=https://app.example/?a=b&authorizedConnection=bamboohr#c"
    );
    assert_eq!(
        refresh(&leaving, "action=disable"),
        None,
        "not by disabling"
    );
    let incomplete = "action=save&settings.subdomain=";
    assert_eq!(
        refresh(&leaving, incomplete),
        None,
        "not before it is callable"
    );
    assert_eq!(refresh(&visitor("https://app.example/", false), save), None);
    for hostile in [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "x\r\ny: z",
    ] {
        assert_eq!(refresh(&visitor(hostile, true), save), None, "{hostile}");
    }
    let elsewhere = "&redirect_uri=https://evil.example";
    let response = leaving.get(&format!("{bamboo}&done=save{elsewhere}"));
    assert!(!text(&response).contains("evil.example"));
}

/// Follows redirects within the mock, as a browser does, to the page at the end.
fn follow(visitor: &Visitor, location: &str) -> String {
    let path = location.strip_prefix("https://localhost:8080");
    let request = http::Request::get(path.unwrap_or(location)).header("host", "localhost:8080");
    let request = request.body(bytes::Bytes::new()).unwrap();
    let response = visitor.vault.handle(request);
    match response.headers().get("location") {
        Some(next) => follow(visitor, next.to_str().unwrap()),
        None => text(&response),
    }
}

#[test]
fn the_oauth_round_trip_comes_back_to_the_page() {
    let visitor = Visitor::new(&json!({ "redirect_uri": "https://app.example/" }));
    let xero = "?connection=accounting%2Bxero";
    location(&visitor.post(xero, "action=add"));
    let start = visitor.post(xero, "action=authorize");
    let page = follow(&visitor, location(&start));
    assert!(page.contains("Xero has been authorized."), "{page}");
    assert!(page.contains("Needs settings"), "{page}");
    let again = visitor.post(xero, "action=reauthorize");
    let page = follow(&visitor, location(&again));
    assert!(page.contains("Xero has been authorized."), "{page}");
    assert_eq!(
        visitor.find("accounting+xero").state(),
        ConnectionState::Authorized
    );
}

#[test]
fn a_round_trip_that_fails_says_why_on_the_page() {
    let refusal = Provider::Refuses {
        error: "access_denied".to_owned(),
        description: "Not <today>".to_owned(),
    };
    let visitor = Visitor::at(Vault::builder().oauth_provider(refusal), &json!({}));
    let start = visitor.post(SALESFORCE, "action=reauthorize");
    let page = follow(&visitor, location(&start));
    assert!(page.contains("class=\"toast bad\""), "{page}");
    assert!(
        page.contains("Not &#60;today&#62;") && !page.contains("has been authorized"),
        "{page}"
    );
    assert_eq!(
        visitor.find("crm+salesforce").state(),
        ConnectionState::Callable
    );
}

#[test]
fn a_session_too_large_for_the_round_trip_authorizes_at_once() {
    let large = "x".repeat(10_000);
    let visitor = Visitor::new(&json!({
        "redirect_uri": format!("https://app.example/{large}"),
        "custom_consumer_settings": { "x": large },
    }));
    location(&visitor.post(SALESFORCE, "action=disconnect"));
    let done = visitor.post(SALESFORCE, "action=authorize");
    assert_eq!(location(&done), format!("{SALESFORCE}&done=authorize"));
    assert_eq!(
        visitor.find("crm+salesforce").state(),
        ConnectionState::Callable
    );
}
