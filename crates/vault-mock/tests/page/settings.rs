//! Every setting changes what the page shows, and its absence means the service's default.

use serde_json::{Value, json};

use crate::support::{Visitor, location};

const SALESFORCE: &str = "?connection=crm%2Bsalesforce";

fn with(settings: &Value) -> Visitor {
    Visitor::new(&json!({
        "redirect_uri": "https://app.example/dashboard",
        "consumer_metadata": { "account_name": "Acme" },
        "theme": { "privacy_url": "https://app.example/privacy", "terms_url": "https://app.example/terms" },
        "settings": settings,
    }))
}

/// Checks that a mark is on the page exactly if the setting has the value, and that leaving the
/// setting out means `default`.
fn shows_when(setting: &str, value: bool, default: bool, query: &str, mark: &str) {
    let shown = |settings| with(&settings).page(query).contains(mark);
    assert!(shown(json!({ setting: value })), "{setting}: {value}");
    assert!(!shown(json!({ setting: !value })), "{setting}: {}", !value);
    let by_default = default == value;
    assert_eq!(shown(json!({})), by_default, "without {setting}");
    assert_eq!(
        shown(json!({ setting: null })),
        by_default,
        "{setting}: null"
    );
}

#[test]
fn each_flag_shows_or_hides_its_part() {
    shows_when("sandbox_mode", true, false, "", "id=\"sandbox\"");
    shows_when("show_sidebar", true, true, "", "id=\"sidebar\"");
    shows_when("hide_consumer_card", false, false, "", "id=\"consumer\"");
    shows_when("show_logs", true, true, "", "\"?view=logs\"");
    shows_when("show_suggestions", true, false, "", "\"?view=suggestions\"");
    shows_when(
        "hide_resource_settings",
        false,
        false,
        SALESFORCE,
        "id=\"resources\"",
    );
    shows_when("hide_guides", false, false, SALESFORCE, "id=\"guide\"");
    shows_when("isolation_mode", false, false, "", "<nav");
    shows_when("isolation_mode", false, false, SALESFORCE, "class=\"back\"");
}

#[test]
fn what_is_hidden_cannot_be_reached_either() {
    assert_eq!(
        location(&with(&json!({ "show_logs": false })).get("?view=logs")),
        "?"
    );
    assert_eq!(location(&with(&json!({})).get("?view=suggestions")), "?");
    let isolated =
        with(&json!({ "isolation_mode": true, "show_logs": true, "show_suggestions": true }));
    for view in ["?view=logs", "?view=suggestions"] {
        assert_eq!(location(&isolated.get(view)), "?");
    }
    let all = with(&json!({ "show_suggestions": true }));
    assert!(all.page("?view=logs").contains("<h1>Logs</h1>"));
    assert!(
        all.page("?view=suggestions")
            .contains("<h1>Suggestions</h1>")
    );
    assert_eq!(all.get("?view=settings").status(), 404);
}

#[test]
fn isolation_opens_the_only_connection_and_keeps_the_way_back_to_the_application() {
    let one = with(&json!({ "isolation_mode": true, "unified_apis": ["crm"] }));
    let page = one.page("");
    assert!(page.contains("id=\"action-disable\""), "{page}");
    assert!(page.contains("id=\"return\" href=\"https://app.example/dashboard\""));
    let several = with(&json!({ "isolation_mode": true })).page("");
    assert!(several.contains("<h1>Integrations</h1>"));
}

#[test]
fn unified_apis_filter_the_list_and_what_can_be_opened() {
    let crm = with(&json!({ "unified_apis": ["crm"] }));
    let page = crm.page("");
    assert!(page.contains(">Salesforce<") && page.contains(">Close<"));
    assert!(!page.contains(">BambooHR<") && !page.contains(">Xero<"));
    assert_eq!(crm.get("?connection=hris%2Bbamboohr").status(), 404);
    assert_eq!(
        crm.post("?connection=hris%2Bbamboohr", "action=disable")
            .status(),
        404
    );
    assert!(crm.find("hris+bamboohr").is_enabled());
    for all in [
        json!({}),
        json!({ "unified_apis": [] }),
        json!({ "unified_apis": null }),
    ] {
        let page = with(&all).page("");
        for name in ["Salesforce", "Close", "BambooHR", "Xero"] {
            assert!(page.contains(&format!(">{name}<")), "{all}: {name}");
        }
        for group in ["CRM", "HRIS", "Accounting"] {
            assert!(page.contains(&format!(">{group}</h2>")), "{all}: {group}");
        }
    }
}

#[test]
fn suggestions_come_first_when_nothing_is_added() {
    let visitor = with(&json!({ "show_suggestions": true, "unified_apis": ["accounting"] }));
    assert_eq!(location(&visitor.get("")), "?view=suggestions");
    let page = visitor.page("?view=suggestions");
    assert!(page.contains(">Xero<"));
    let visitor = with(&json!({ "show_suggestions": true }));
    assert!(!visitor.page("?view=suggestions").contains(">Salesforce<"));
}

#[test]
fn logs_are_those_of_the_consumer() {
    let visitor = with(&json!({}));
    let page = visitor.page("?view=logs");
    assert!(page.contains("POST /vault/sessions"), "{page}");
    let request = http::Request::get("/vault/connections").header("x-apideck-consumer-id", "other");
    let _ = visitor
        .vault
        .handle(request.body(bytes::Bytes::new()).unwrap());
    let page = visitor.page("?view=logs");
    let logs = page.split("Developer").next().unwrap();
    assert!(!logs.contains("GET /vault/connections"), "{logs}");
}
