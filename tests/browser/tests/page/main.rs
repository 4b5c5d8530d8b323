//! The Hosted Vault page in a real browser: what the URI opens that the client got.
//!
//! The tests need Chromium and its driver (Debian: `chromium`, `chromium-driver`):
//! `cargo test --manifest-path tests/browser/Cargo.toml -- --ignored`, with `AXE_PATH` for the rules of
//! accessibility. `.ci/page` fetches what is missing.

mod accessibility;
mod actions;
mod keyboard;
mod look;
mod settings;
mod time;

use std::ops::Deref;

use serde_json::Value;
use vault_browser_tests::{Browser, create, sessions::session_of};
use vault_mock::{VaultBuilder, VaultServer};
use vault_sessions::SessionUri;

/// A page that is open in a browser.
struct Visit {
    browser: Browser,
    vault: VaultServer,
    uri: SessionUri,
}

impl Visit {
    async fn to(body: &Value) -> Self {
        Self::at(VaultServer::builder(), body).await
    }

    async fn at(builder: VaultBuilder, body: &Value) -> Self {
        let vault = builder.start().await.unwrap();
        let created = create(&vault, session_of(body)).await;
        let browser = Browser::start().await;
        let visit = Self {
            browser,
            vault,
            uri: created.uri().clone(),
        };
        visit.show("").await;
        visit
    }

    /// Opens another session at the same mock.
    async fn reopen(&mut self, body: &Value) {
        let created = create(&self.vault, session_of(body)).await;
        self.uri = created.uri().clone();
        self.show("").await;
    }

    /// Shows another page of the session.
    async fn show(&self, query: &str) {
        let uri = format!("{}{query}", self.uri.expose_secret());
        self.open(&uri).await;
    }

    /// Ends the browser; it must have nothing to complain about.
    async fn leave(self) {
        assert_eq!(self.complaints().await, [""; 0]);
        self.browser.quit().await;
    }
}

impl Deref for Visit {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}
