//! A TCP server that says what it is told to, and clients for it.
#![allow(dead_code, reason = "each test binary uses a part of this")]

#[cfg(feature = "ring")]
pub(crate) mod tls;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession};
use vault_sessions_client::{BaseUri, Client, ClientBuilder, Error, RetryPolicy};

pub(crate) const KEY: &str = "sk_test_the_key";
pub(crate) const TOKEN: &str = "e30.the_token.sig";

/// How a connection ends once the script is said.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// In order, with a FIN.
    Close,
    /// With a RST.
    Reset,
}

pub(crate) fn request() -> CreateSession {
    CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(const { ConsumerId::from_static("account:12345") })
        .build()
}

pub(crate) fn created() -> String {
    created_with(TOKEN)
}

pub(crate) fn created_with(token: &str) -> String {
    let body = format!(
        r#"{{"status_code":200,"status":"OK","data":{{"session_uri":"https://vault.apideck.com/session/{token}","session_token":"{token}"}}}}"#
    );
    answer("200 OK", "content-type: application/json\r\n", &body)
}

pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

/// Of clients that try once, as most tests want it.
pub(crate) fn builder() -> ClientBuilder {
    Client::builder()
        .api_key(ApiKey::new(KEY).unwrap())
        .retry(RetryPolicy::never())
}

/// The same, for a server on this machine.
pub(crate) fn builder_at(port: u16) -> ClientBuilder {
    builder().base_uri(BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap())
}

pub(crate) fn client(port: u16) -> Client {
    builder_at(port).build().unwrap()
}

/// On a free port of this machine, and which.
pub(crate) async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Takes one connection per script, reads a request from it, says the script and ends it.
pub(crate) async fn serve(scripts: impl IntoIterator<Item = (Vec<u8>, End)>) -> u16 {
    let (listener, port) = listen().await;
    let scripts: Vec<_> = scripts.into_iter().collect();
    tokio::spawn(async move {
        for (script, end) in scripts {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            // A client that has seen enough closes first.
            let _ = stream.write_all(&script).await;
            match end {
                End::Close => drop(stream.shutdown().await),
                End::Reset => stream.set_zero_linger().unwrap(),
            }
        }
    });
    port
}

pub(crate) async fn fail_with(script: impl Into<Vec<u8>>, end: End) -> Error {
    let port = serve([(script.into(), end)]).await;
    client(port).create_session(&request()).await.unwrap_err()
}

/// Reads up to the end of a request whose body is the empty object.
pub(crate) async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n{}") {
        let byte = stream.read_u8().await.expect("a whole request");
        request.push(byte);
    }
    String::from_utf8(request).unwrap()
}
