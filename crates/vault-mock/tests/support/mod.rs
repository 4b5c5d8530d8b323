//! What several tests of the mock share.
#![allow(dead_code, reason = "no test needs all of it")]

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::sleep,
};
use vault_mock::{InProcessStream, Vault, VaultServer};
use vault_sessions::SessionCreated;

/// Both ways to a mock that speak HTTP.
pub(crate) enum Way {
    Socket(VaultServer),
    InProcess(Vault),
}

impl Way {
    pub(crate) fn vault(&self) -> &Vault {
        match self {
            Self::Socket(mock) => mock,
            Self::InProcess(vault) => vault,
        }
    }

    pub(crate) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<hyper::body::Incoming>, hyper::Error> {
        match self {
            Self::Socket(mock) => {
                send(TcpStream::connect(mock.address()).await.unwrap(), request).await
            }
            Self::InProcess(vault) => send(vault.connector().connect(), request).await,
        }
    }
}

/// Sends one request on a new connection.
pub(crate) async fn send<S>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> Result<Response<hyper::body::Incoming>, hyper::Error>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    sender.send_request(request).await
}

pub(crate) fn session_request(vault: &Vault) -> Request<Full<Bytes>> {
    session_request_for(vault, "app", "consumer")
}

pub(crate) fn session_request_for(
    vault: &Vault,
    app: &str,
    consumer: &str,
) -> Request<Full<Bytes>> {
    let key = vault.api_key().expose_secret();
    Request::post("/vault/sessions")
        .header("host", "mock")
        .header("authorization", format!("Bearer {key}"))
        .header("x-apideck-app-id", app)
        .header("x-apideck-consumer-id", consumer)
        .body(Full::default())
        .unwrap()
}

pub(crate) async fn whole_body(
    response: Response<hyper::body::Incoming>,
) -> Result<Bytes, hyper::Error> {
    Ok(response.into_body().collect().await?.to_bytes())
}

pub(crate) fn session_in(body: &[u8]) -> SessionCreated {
    serde_json::from_slice(body).unwrap()
}

/// Waits for what can be seen; where the clock is paused, time goes on meanwhile.
pub(crate) async fn until(vault: &Vault, is_met: impl Fn(&Vault) -> bool) {
    while !is_met(vault) {
        sleep(Duration::from_millis(1)).await;
    }
}

pub(crate) fn connect(vault: &Vault) -> InProcessStream {
    vault.connector().connect()
}
