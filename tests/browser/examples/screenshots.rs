//! Takes the README's pictures of the Hosted Vault page.
//!
//! `cargo run --manifest-path tests/browser/Cargo.toml --example screenshots` writes them to
//! `docs/screenshots/`; it needs Chromium and its driver (Debian: `chromium`, `chromium-driver`).

use std::{fs, path::Path, time::Duration};

use vault_browser_tests::{Browser, create, sessions::showcases};
use vault_mock::VaultServer;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/screenshots");
    fs::create_dir_all(&folder).unwrap();
    let browser = Browser::start().await;
    for showcase in showcases() {
        let vault = VaultServer::builder()
            .developer_corner(false)
            .start()
            .await
            .unwrap();
        let created = create(&vault, showcase.session).await;
        if showcase.expired {
            vault.clock().advance(Duration::from_secs(60 * 60));
        }
        browser.resize(1120, 700, 1.0).await;
        let is_dark = showcase.name == "themed";
        browser.prefer(if is_dark { "dark" } else { "light" }).await;
        browser
            .open(&format!(
                "{}{}",
                created.uri().expose_secret(),
                showcase.query
            ))
            .await;
        let picture = browser.driver.screenshot_as_png().await.unwrap();
        let file = folder.join(format!("{}.png", showcase.name));
        fs::write(&file, &picture).unwrap();
        println!("{} kB  {}", picture.len() / 1_000, file.display());
    }
    browser.quit().await;
}
