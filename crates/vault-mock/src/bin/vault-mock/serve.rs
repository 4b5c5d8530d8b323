use std::{
    io::{self, Write},
    time::Duration,
};

use serde_json::{Map, Value};
use vault_mock::{Clock, Secret, VaultMock};
use vault_sessions::{ApiKey, AppId};

use super::{arguments::Serve, signal::stop_requested};

/// How long requests in flight may take after a signal.
const DRAIN: Duration = Duration::from_secs(10);

pub(crate) async fn serve(options: Serve) -> Result<(), String> {
    let stop = stop_requested().map_err(|error| format!("cannot listen for signals: {error}"))?;
    let mut announcement = Announcement::default();
    let vault = start(options, &mut announcement).await?;
    announcement.add("url", vault.uri());
    announcement
        .print()
        .map_err(|error| format!("cannot write to standard output: {error}"))?;
    stop.await;
    if vault.shutdown(DRAIN).await {
        Ok(())
    } else {
        Err(format!(
            "requests in flight were cut off after {} s",
            DRAIN.as_secs()
        ))
    }
}

async fn start(options: Serve, announcement: &mut Announcement) -> Result<VaultMock, String> {
    let mut builder = VaultMock::builder()
        .address(options.addr)
        .clock(Clock::system());
    if let Some(key) = options.api_key {
        builder = builder.api_key(ApiKey::new(key).map_err(|error| format!("--api-key: {error}"))?);
    } else {
        let key = vault_mock::random_api_key();
        announcement.add("api_key", key.expose_secret());
        builder = builder.api_key(key);
    }
    let secret = if let Some(secret) = options.secret {
        Secret::new(secret).map_err(|error| format!("--secret: {error}"))?
    } else {
        let secret = Secret::random();
        announcement.add("secret", &String::from_utf8_lossy(secret.expose_secret()));
        secret
    };
    if let Some(app) = options.app_id {
        builder = builder.app_id(AppId::new(app).map_err(|error| format!("--app-id: {error}"))?);
    }
    if let Some(base) = options.public_base {
        builder = builder.public_base(base);
    }
    let started = builder.secret(secret).start().await;
    started.map_err(|error| format!("cannot listen on {}: {error}", options.addr))
}

/// The first line on standard output.
#[derive(Default)]
struct Announcement(Map<String, Value>);

impl Announcement {
    fn add(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn print(self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", Value::Object(self.0))?;
        out.flush()
    }
}
