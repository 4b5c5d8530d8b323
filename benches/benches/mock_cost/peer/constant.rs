//! General mocks that repeat one answer.

use httpmock::{Method::POST, MockServer};
use mockito::{Server, ServerGuard};
use vault_benches::EXAMPLE;

use super::signing;

/// As long as a real answer.
pub(super) fn answer() -> Vec<u8> {
    signing::answer(EXAMPLE.as_bytes())
}

pub(super) async fn httpmock() -> MockServer {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(POST).path("/vault/sessions");
            then.status(200)
                .header("content-type", "application/json")
                .body(answer());
        })
        .await;
    server
}

pub(super) async fn mockito() -> ServerGuard {
    let mut server = Server::new_async().await;
    server
        .mock("POST", "/vault/sessions")
        .with_header("content-type", "application/json")
        .with_body(answer())
        .expect_at_least(0)
        .create_async()
        .await;
    server
}
