use serde_json::{Value, json};

use crate::Visit;

fn with(settings: &Value) -> Value {
    json!({
        "redirect_uri": "https://app.example/dashboard",
        "consumer_metadata": { "account_name": "Acme" },
        "settings": settings,
    })
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn every_flag_shows_or_hides_its_part() {
    let salesforce = "?connection=crm%2Bsalesforce";
    // The setting, the value that shows the part, the default, where it is, and what it is.
    let flags = [
        ("sandbox_mode", true, false, "", "#sandbox"),
        ("isolation_mode", false, false, "", "nav"),
        ("show_sidebar", true, true, "", "#sidebar"),
        ("hide_consumer_card", false, false, "", "#consumer"),
        ("show_logs", true, true, "", "nav a[href='?view=logs']"),
        (
            "show_suggestions",
            true,
            false,
            "",
            "nav a[href='?view=suggestions']",
        ),
        (
            "hide_resource_settings",
            false,
            false,
            salesforce,
            "#resources",
        ),
        ("hide_guides", false, false, salesforce, "#guide"),
    ];
    let mut visit = Visit::to(&with(&json!({}))).await;
    for (name, shown_by, default, query, part) in flags {
        for value in [None, Some(true), Some(false)] {
            let settings = value.map_or(json!({}), |value| json!({ name: value }));
            visit.reopen(&with(&settings)).await;
            visit.show(query).await;
            let expected = value.unwrap_or(default) == shown_by;
            assert_eq!(visit.has(part).await, expected, "{name}: {value:?}");
        }
    }
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn hidden_pages_lead_to_the_start() {
    let visit = Visit::to(&with(&json!({ "show_logs": false }))).await;
    for hidden in ["?view=logs", "?view=suggestions"] {
        visit.show(hidden).await;
        visit.wait_for_text("h1", "Integrations").await;
    }
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn unified_apis_filter_the_list() {
    let mut visit = Visit::to(&with(&json!({}))).await;
    let names = async |visit: &Visit| {
        let mut names = Vec::new();
        let found = visit.driver.find_all(thirtyfour::By::Css(".cards .name"));
        for name in found.await.unwrap() {
            names.push(name.text().await.unwrap());
        }
        names
    };
    let all = ["Salesforce", "Close", "BambooHR", "Xero"];
    assert_eq!(names(&visit).await, all);
    visit
        .reopen(&with(&json!({ "unified_apis": ["crm"] })))
        .await;
    assert_eq!(names(&visit).await, ["Salesforce", "Close"]);
    visit.reopen(&with(&json!({ "unified_apis": [] }))).await;
    assert_eq!(names(&visit).await, all);
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn isolation_shows_the_connection_and_the_way_back() {
    let settings = json!({ "isolation_mode": true, "unified_apis": ["hris"] });
    let visit = Visit::to(&with(&settings)).await;
    visit.wait_for_text("h1", "BambooHR").await;
    assert!(!visit.has(".back").await && !visit.has("nav").await);
    let back = visit.find("#return").await.attr("href").await.unwrap();
    assert_eq!(back.as_deref(), Some("https://app.example/dashboard"));
    visit.leave().await;
}
