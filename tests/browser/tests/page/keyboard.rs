use serde_json::json;
use thirtyfour::Key;

use crate::Visit;

/// Presses a key, and says what has the focus then.
async fn press(visit: &Visit, key: Key) -> String {
    let keys = visit.driver.action_chain().send_keys(char::from(key));
    keys.perform().await.unwrap();
    let focused = visit
        .evaluate("const e = document.activeElement; arguments[0](e.id || e.textContent.trim())")
        .await;
    focused.as_str().unwrap().to_owned()
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn everything_is_reached_and_used_with_the_keyboard() {
    let visit = Visit::at(
        vault_mock::VaultServer::builder().developer_corner(false),
        &json!({
            "redirect_uri": "https://app.example/",
            "theme": { "privacy_url": "https://app.example/privacy" },
            "settings": { "unified_apis": ["hris"] },
        }),
    )
    .await;
    for expected in [
        "Skip to content",
        "Integrations",
        "Logs",
        "privacy",
        "return",
    ] {
        assert_eq!(press(&visit, Key::Tab).await, expected);
        let outline = visit
            .evaluate("arguments[0](getComputedStyle(document.activeElement).outlineStyle)")
            .await;
        assert_eq!(outline, "solid", "{expected} shows that it has the focus");
    }
    assert!(press(&visit, Key::Tab).await.contains("BambooHR"));
    press(&visit, Key::Enter).await;
    visit.wait_for_text("h1", "BambooHR").await;

    assert_eq!(press(&visit, Key::Tab).await, "Skip to content");
    assert_eq!(press(&visit, Key::Enter).await, "content");
    for expected in ["All integrations", "action-disable"] {
        assert!(
            press(&visit, Key::Tab).await.ends_with(expected),
            "{expected}"
        );
    }
    press(&visit, Key::Enter).await;
    visit.wait_for_text("#status", "Disabled").await;
    visit.leave().await;
}
