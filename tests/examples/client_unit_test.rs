//! Unit-tests a caller of the client with `tower-test`: the test plays the service, step by step.

use std::error::Error;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower_test::mock;
use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession};
use vault_sessions_client::{Client, RequestBody};

/// The code under test: what a backend does with a session.
async fn vault_page(client: &Client) -> String {
    let request = CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(const { ConsumerId::from_static("account:12345") })
        .build();
    match client.create_session(&request).await {
        Ok(created) => created.uri().expose_secret().to_owned(),
        Err(error) if error.is_unauthorized() => "/setup".to_owned(),
        Err(_) => "/sorry".to_owned(),
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let (service, mut handle) = mock::pair::<Request<RequestBody>, Response<Full<Bytes>>>();
    let client = Client::builder()
        .api_key(ApiKey::new("secret")?)
        .transport(service)
        .build()?;

    let play = async {
        let (request, answer) = handle.next_request().await.expect("a first attempt");
        assert_eq!(request.headers()["authorization"], "Bearer secret");
        let mut busy = Response::new(Full::default());
        *busy.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        answer.send_response(busy);

        let (_, answer) = handle.next_request().await.expect("a second attempt");
        let mut refused = Response::new(Full::default());
        *refused.status_mut() = StatusCode::UNAUTHORIZED;
        answer.send_response(refused);
    };
    let (page, ()) = tokio::join!(vault_page(&client), play);
    assert_eq!(page, "/setup");
    println!("{page}");
    Ok(())
}
