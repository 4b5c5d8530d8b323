use std::time::Duration;

use serde_json::json;

use crate::Visit;

async fn session() -> Visit {
    Visit::to(&json!({
        "redirect_uri": "https://app.example/dashboard",
        "settings": { "session_length": "30m" },
    }))
    .await
}

/// Advances the clock as a test in any language does.
async fn advance(visit: &Visit, seconds: u64) {
    let url = format!("{}/__vault_mock/clock/advance", visit.vault.uri());
    let client = reqwest::Client::new();
    let body = json!({ "seconds": seconds }).to_string();
    let request = client.post(url).header("content-type", "application/json");
    let response = request.body(body).send().await.unwrap();
    assert!(response.status().is_success(), "{response:?}");
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_page_follows_the_clock_to_the_end() {
    let visit = session().await;
    visit.wait_for_text("#countdown b", "30:00").await;
    advance(&visit, 60).await;
    visit.wait_for_text("#countdown b", "29:00").await;
    advance(&visit, 28 * 60 + 30).await;
    visit.wait_for_text("#countdown b", "0:30").await;
    visit
        .wait_for_text("#toast", "This session ends within a minute.")
        .await;
    advance(&visit, 30).await;
    visit
        .wait_for_text("#notice", "Your session has expired")
        .await;
    let back = visit.find("#return").await.attr("href").await.unwrap();
    assert_eq!(back.as_deref(), Some("https://app.example/dashboard"));
    // The browser itself reports the status of the page.
    let complaints = visit.complaints().await;
    assert!(
        complaints.iter().all(|one| one.contains("410")),
        "{complaints:?}"
    );
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_running_clock_counts_down_by_itself() {
    let visit = session().await;
    visit
        .vault
        .clock()
        .advance(Duration::from_secs(30 * 60 - 3));
    visit.vault.clock().resume();
    visit
        .wait_for_text("#notice", "Your session has expired")
        .await;
    visit.complaints().await;
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn an_edited_link_is_invalid() {
    let visit = session().await;
    visit.open(&format!("{}x", visit.uri.expose_secret())).await;
    visit
        .wait_for_text("#notice", "This session is invalid")
        .await;
    let complaints = visit.complaints().await;
    assert!(
        complaints.iter().all(|one| one.contains("401")),
        "{complaints:?}"
    );
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_developers_corner_moves_the_clock_and_follows_the_journal() {
    let visit = session().await;
    visit.find("#corner summary").await.click().await.unwrap();
    visit.press("#corner button[name=advance]").await;
    visit.wait_for_text("#countdown b", "29:00").await;
    assert!(visit.has("#corner[open]").await);
    visit.press("#corner button[name=fault]").await;
    visit.wait_for_text("#injected", "status=503").await;
    let url = format!("{}/nowhere", visit.vault.uri());
    reqwest::get(url).await.unwrap();
    visit.wait_for_text("#journal code", "GET /nowhere").await;
    visit.leave().await;
}
