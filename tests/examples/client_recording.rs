//! Records every attempt of a client with a layer around its transport.

use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use tower::{ServiceBuilder, util::MapRequestLayer};
use vault_mock::VaultServer;
use vault_sessions::{AppId, ConsumerId, CreateSession};
use vault_sessions_client::{BaseUri, Client, RequestBody};

/// What was sent; `Debug` of these headers hides the API key, which is marked as sensitive.
type Record = Arc<Mutex<Vec<http::HeaderMap>>>;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let vault = VaultServer::start().await;
    let record = Record::default();
    let writer = Arc::clone(&record);
    let recording = MapRequestLayer::new(move |request: http::Request<RequestBody>| {
        let headers = request.headers().clone();
        writer
            .lock()
            .expect("no panic while recording")
            .push(headers);
        request
    });
    let client = Client::builder()
        .base_uri(BaseUri::new(vault.uri())?)
        .api_key(vault.api_key().clone())
        // Other layers of tower go here, too: limits of rate or concurrency, load shedding.
        .layer(|inner| ServiceBuilder::new().layer(recording).service(inner))
        .build()?;

    let request = CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(const { ConsumerId::from_static("account:12345") })
        .build();
    client.create_session(&request).await?;

    let record = record.lock().expect("no panic while recording");
    let [headers] = &record[..] else {
        return Err("there was one attempt".into());
    };
    assert_eq!(headers["x-apideck-consumer-id"], "account:12345");
    assert!(!format!("{headers:?}").contains(vault.api_key().expose_secret()));
    println!("{headers:?}");
    Ok(())
}
