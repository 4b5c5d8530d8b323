//! The published Vault widgets in a real browser, unchanged, against the mock.
//!
//! `@apideck/react-vault` is the widget itself. `@apideck/vault-js` (and `@apideck/vault-react`, which
//! holds a copy of it) opens a frame with `https://vaultjs.apideck.com` in it, whose page is not
//! published: `widget/frame.jsx` stands for it, around the widget.
//!
//! `.ci/page` installs and bundles them, and says by `WIDGET_PATH` where they are.

mod fixed_hosts;
mod own_host;

use std::{ops::Deref, time::Duration};

use serde_json::Value;
use thirtyfour::{
    By, WindowHandle,
    error::WebDriverErrorInner::StaleElementReference,
    extensions::query::{ElementQuery, ElementQueryable},
};
use tokio::time::timeout;
use vault_browser_tests::{APP, Browser, CONSUMER, create, sessions::session_of};
use vault_mock::{VaultServer, connections::ConnectionState};

/// The second of the widget's two lists.
const AVAILABLE: &str = "[role=tab]:last-child";

/// What the widget says of the state of the connection that is shown.
const STATE: &str = "[data-testid=status-badge]";

/// How long a button may take to come, and to be pressed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser, an application with the widget on its pages, and the mock that the widget asks.
struct Visit {
    browser: Browser,
    application: VaultServer,
    vault: VaultServer,
}

impl Visit {
    /// Opens a session, and with it the widget on a page of the application.
    async fn open(&self, page: &str, body: &Value, mut options: Value) {
        let created = create(&self.vault, session_of(body)).await;
        options["token"] = created.token().expose_secret().into();
        let application = self.application.uri();
        // With nothing but another fragment the page would not be loaded again.
        self.browser.open("about:blank").await;
        let page = format!("{application}/{page}#{options}");
        self.browser.open(&page).await;
    }

    /// Presses something as soon as it can be pressed.
    async fn choose(&self, selector: &str) {
        press(self.driver.query(By::Css(selector))).await;
    }

    /// Presses what says this as soon as it can be pressed.
    async fn choose_text(&self, selector: &str, text: &'static str) {
        press(self.driver.query(By::Css(selector)).with_text(text)).await;
    }

    /// Presses the button of a connection's menu that says this.
    async fn act(&self, action: &'static str) {
        self.choose("[data-testid=dropdown] > button").await;
        self.choose_text("[role=menuitem]", action).await;
    }

    /// Goes to the window that the widget has opened; returns that of the application.
    async fn enter_popup(&self) -> WindowHandle {
        let application = self.driver.window().await.unwrap();
        let windows = self.driver.windows().await.unwrap();
        let popup = windows.into_iter().find(|window| *window != application);
        let popup = popup.expect("the widget has opened a window");
        self.driver.switch_to_window(popup).await.unwrap();
        application
    }

    /// What the mock has of a connection: its state, and whether it is enabled.
    fn state(&self, id: &str) -> (ConnectionState, bool) {
        let connections = self.vault.connections(&APP, &CONSUMER);
        let connection = connections.find(&id.parse().unwrap()).unwrap();
        (connection.state(), connection.is_enabled())
    }

    /// Ends the browser; it must have nothing to complain about.
    async fn leave(self) {
        assert_eq!(self.complaints().await, [""; 0]);
        self.browser.quit().await;
    }
}

async fn press(query: ElementQuery) {
    let query = query.and_clickable().ignore_errors(true);
    let query = query.wait(PATIENCE, Duration::from_millis(50));
    let pressed = async {
        loop {
            let pressed = match query.first().await {
                Ok(button) => button.click().await,
                Err(error) => Err(error),
            };
            let Err(error) = pressed else { return };
            // React may have put another element in its place meanwhile.
            let is_stale = matches!(error.as_inner(), StaleElementReference(_));
            assert!(is_stale, "{error}");
        }
    };
    timeout(PATIENCE, pressed).await.expect("it can be pressed");
}

impl Deref for Visit {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}
