//! A real browser on the Hosted Vault page: Chromium without a window, driven over `WebDriver`.

pub mod pages;
pub mod sessions;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use thirtyfour::{
    By, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver, WebElement,
    extensions::query::{ElementQuery, ElementQueryable},
};
use vault_mock::VaultServer;
use vault_sessions::{AppId, ConsumerId, CreateSession, Session};
use vault_sessions_client::{BaseUri, Client, SessionResponse};

pub const APP: AppId = AppId::from_static("my-app");
pub const CONSUMER: ConsumerId = ConsumerId::from_static("account:12345");

/// A browser with one tab. `chromedriver` and `chromium` must be installed.
pub struct Browser {
    pub driver: WebDriver,
    _chromedriver: Chromedriver,
}

impl Browser {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts it with more arguments for the command line of Chromium.
    pub async fn start_with(more: &[&str]) -> Self {
        let (chromedriver, url) = Chromedriver::start();
        let mut capabilities = DesiredCapabilities::chrome();
        let arguments = [
            "--headless=new",
            // CI runs as root, in containers with little shared memory.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--hide-scrollbars",
            // The browser ends with its driver, however that ends.
            "--remote-debugging-pipe",
        ];
        for argument in arguments.iter().chain(more) {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities
            .set_browser_log_level(LoggingPrefsLogLevel::All)
            .unwrap();
        let driver = WebDriver::new(url, capabilities).await.unwrap();
        let browser = Self {
            driver,
            _chromedriver: chromedriver,
        };
        browser.resize(1280, 800, 1.0).await;
        browser.prefer("light").await;
        browser
    }

    /// Opens a page, and waits until it is loaded.
    pub async fn open(&self, uri: &str) {
        self.driver.goto(uri).await.unwrap();
    }

    /// The first element that the selector finds, as soon as there is one.
    pub async fn find(&self, selector: &str) -> WebElement {
        self.query(selector).first().await.unwrap()
    }

    /// Whether there is such an element now.
    pub async fn has(&self, selector: &str) -> bool {
        let found = self.driver.find_all(By::Css(selector)).await.unwrap();
        !found.is_empty()
    }

    /// Waits until an element says this.
    pub async fn wait_for_text(&self, selector: &str, text: &str) {
        let wanted = text.to_owned();
        let says = move |element: WebElement| {
            let wanted = wanted.clone();
            async move {
                // The page may give way to the next one meanwhile; then that one is looked at.
                let text = element.prop("textContent").await.ok().flatten();
                Ok(text.is_some_and(|text| text.trim() == wanted))
            }
        };
        let found = self.query(selector).with_filter(says).exists().await;
        assert!(found.unwrap(), "no {selector} says {text:?}");
    }

    /// Presses a button, and waits until the next page is there.
    pub async fn press(&self, selector: &str) {
        let button = self.find(selector).await;
        button.click().await.unwrap();
        self.wait_for_page().await;
    }

    /// Waits until the page is loaded.
    pub async fn wait_for_page(&self) {
        const SCRIPT: &str = "const done = arguments[0]; \
             if (document.readyState === 'complete') done(); else addEventListener('load', () => done());";
        // The answer is lost if the page gives way to the next one meanwhile; then that one is asked.
        let asked = self.driver.execute_async(SCRIPT, Vec::new()).await;
        if asked.is_err() {
            self.evaluate(SCRIPT).await;
        }
    }

    /// The value of a property as the browser computes it.
    pub async fn style(&self, selector: &str, property: &str) -> String {
        let element = self.find(selector).await;
        element.css_value(property).await.unwrap()
    }

    /// Asks for elements again and again, for twenty seconds.
    fn query(&self, selector: &str) -> ElementQuery {
        let query = self.driver.query(By::Css(selector));
        query.wait(Duration::from_secs(20), Duration::from_millis(50))
    }

    /// Runs a script that calls `arguments[0]` with its result.
    pub async fn evaluate(&self, script: &str) -> Value {
        let result = self.driver.execute_async(script, Vec::new()).await;
        result.unwrap().json().clone()
    }

    /// Lets the page believe that the person prefers `light` or `dark`.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.command(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    /// Changes the size of the page, in CSS pixels, and how many dots each of them has.
    pub async fn resize(&self, width: u32, height: u32, dots: f32) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": dots, "mobile": false,
        });
        self.command("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    pub async fn command(&self, name: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(name, parameters).await.unwrap()
    }

    /// What the browser has complained about since it was last asked.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.unwrap();
        let complaints = log.into_iter();
        let complaints = complaints.filter(|entry| matches!(&*entry.level, "SEVERE" | "WARNING"));
        complaints.map(|entry| entry.message).collect()
    }

    /// Ends the browser.
    pub async fn quit(self) {
        self.driver.clone().quit().await.unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Where a test has failed, the session ends with its driver: asking the driver first would
        // take two minutes, because nobody answers on this thread. Otherwise it has ended already.
        let _ = self.driver.clone().leak();
    }
}

/// The process that drives the browser.
struct Chromedriver(Child);

impl Chromedriver {
    /// Starts it on a free port; returns its URL too.
    fn start() -> (Self, String) {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium, chromium-driver)");
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let port = stdout.lines().find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let port = port.expect("chromedriver says on which port it listens");
        (Self(child), format!("http://127.0.0.1:{port}"))
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Creates a session as a backend does.
pub async fn create(vault: &VaultServer, session: Session) -> SessionResponse {
    let request = CreateSession::builder()
        .app_id(APP)
        .consumer_id(CONSUMER)
        .session(session)
        .build();
    let mut client = Client::builder()
        .base_uri(BaseUri::new(vault.uri()).unwrap())
        .api_key(vault.api_key().clone());
    if let Some(authority) = vault.ca_pem() {
        client = client.root_certificates(authority);
    }
    let client = client.build().unwrap();
    client.create_session(&request).await.unwrap()
}
