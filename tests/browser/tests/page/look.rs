use serde_json::{Value, json};

use crate::Visit;

#[tokio::test]
#[ignore = "needs Chromium"]
async fn theme_colors_are_what_the_browser_computes() {
    let visit = Visit::to(&json!({ "theme": {
        "vault_name": "Intercom",
        "primary_color": "#1d4ed8",
        "sidepanel_background_color": "#102a43",
        "sidepanel_text_color": "#d9e2ec",
    } }))
    .await;
    let background = "background-color";
    assert_eq!(
        visit.style("#sidebar", background).await,
        "rgba(16, 42, 67, 1)"
    );
    assert_eq!(
        visit.style("#sidebar", "color").await,
        "rgba(217, 226, 236, 1)"
    );
    assert_eq!(
        visit.style("nav a", "color").await,
        "rgba(217, 226, 236, 1)"
    );
    visit.show("?connection=crm%2Bsalesforce").await;
    assert_eq!(
        visit.style("#settings .primary", background).await,
        "rgba(29, 78, 216, 1)"
    );
    assert_eq!(
        visit.style("#settings .primary", "color").await,
        "rgba(255, 255, 255, 1)"
    );
    assert_eq!(visit.style(".back", "color").await, "rgba(29, 78, 216, 1)");
    assert_eq!(
        visit.driver.title().await.unwrap(),
        "Salesforce · Intercom Vault"
    );
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_page_is_dark_where_the_person_prefers_it() {
    let visit = Visit::to(&json!({})).await;
    let light = visit.style("body", "background-color").await;
    visit.prefer("dark").await;
    let dark = visit.style("body", "background-color").await;
    assert_eq!(light, "rgba(246, 247, 249, 1)");
    assert_eq!(dark, "rgba(15, 17, 21, 1)");
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn nothing_is_loaded_from_elsewhere() {
    let visit = Visit::to(&json!({
        "theme": { "logo": "https://img.example/logo.svg", "favicon": "https://img.example/x.ico" },
        "consumer_metadata": { "account_name": "Acme", "image": "https://img.example/a.png" },
    }))
    .await;
    let loaded = visit
        .evaluate("arguments[0](performance.getEntriesByType('resource').map((one) => one.name))")
        .await;
    let loaded: Vec<String> = serde_json::from_value(loaded).unwrap();
    assert!(loaded.len() >= 3, "{loaded:?}");
    for url in loaded {
        assert!(url.starts_with(visit.vault.uri()), "{url}");
    }
    visit.leave().await;
}

/// What is wider than the window, apart from what scrolls in itself.
async fn too_wide(visit: &Visit) -> Value {
    const SCRIPT: &str = "
        const done = arguments[0];
        const width = document.documentElement.clientWidth;
        requestAnimationFrame(() => requestAnimationFrame(() => done(
            [...document.querySelectorAll('body *')]
                .filter((one) => one.getBoundingClientRect().right > width && !one.closest('.scroll'))
                .map((one) => one.outerHTML.slice(0, 100)))));";
    visit.evaluate(SCRIPT).await
}

/// A hostile page must not run, and long texts must not make the page wider than the window.
#[tokio::test]
#[ignore = "needs Chromium"]
async fn hostile_and_long_texts_stay_in_their_place() {
    let hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    let long = "Donaudampfschifffahrtsgesellschaft".repeat(8);
    for text in [
        hostile,
        long.as_str(),
        "شركة الأمل للتجارة والصناعة المحدودة",
    ] {
        let visit = Visit::to(&json!({
            "theme": { "vault_name": text },
            "consumer_metadata": { "account_name": text, "user_name": text, "email": text },
        }))
        .await;
        for width in [320, 768, 1280] {
            visit.resize(width, 800, 1.0).await;
            for query in ["", "?view=logs", "?connection=crm%2Bsalesforce", "?corner"] {
                visit.show(query).await;
                assert_eq!(too_wide(&visit).await, json!([]), "{text} {width} {query}");
            }
        }
        visit.wait_for_text("#vault-name", text).await;
        visit.leave().await;
    }
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn nothing_moves_once_it_is_shown() {
    let visit = Visit::to(&json!({
        "consumer_metadata": { "account_name": "Acme" },
        "settings": { "sandbox_mode": true },
    }))
    .await;
    for query in ["", "?connection=crm%2Bsalesforce", "?view=logs"] {
        visit.show(query).await;
        let shifts = visit
            .evaluate(
                "const done = arguments[0]; \
                 const observer = new PerformanceObserver(() => {}); \
                 observer.observe({ type: 'layout-shift', buffered: true }); \
                 requestAnimationFrame(() => requestAnimationFrame(() => \
                   done(observer.takeRecords().map((shift) => shift.value))));",
            )
            .await;
        assert_eq!(shifts, json!([]), "{query}");
    }
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_page_works_without_scripts() {
    let visit = Visit::to(&json!({})).await;
    visit
        .command(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": true }),
        )
        .await;
    visit.show("?connection=crm%2Bsalesforce").await;
    let button = visit.find("#action-disable").await;
    button.click().await.unwrap();
    visit.find("#action-enable").await;
    visit.leave().await;
}
