//! A mock that the handle cannot use: one clear sentence for each.

use std::{error::Error, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use vault_mock::{AdminAccess, RemoteError, RemoteVault, VaultServer};
use vault_sessions::ApiKey;

use crate::{remote, request};

/// Something that answers every request alike.
async fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://{address}")
}

async fn refused(uri: &str) -> RemoteError {
    RemoteVault::connect(uri).await.unwrap_err()
}

#[tokio::test]
async fn nothing_listens_there() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    drop(listener);
    let error = refused(&format!("http://{address}/")).await;
    let expected = format!(
        "no answer from a vault-mock at http://{address}: check that it was started and is still running"
    );
    assert_eq!(error.to_string(), expected);
    assert!(error.is_connect() && error.source().is_some());
    let debug = format!("{error:?}");
    assert!(
        debug.contains(&expected) && debug.to_lowercase().contains("refused"),
        "{debug}"
    );
}

#[tokio::test]
async fn the_server_is_gone() {
    let (server, vault) = remote().await;
    let uri = server.uri().to_owned();
    server.shutdown(Duration::ZERO).await;
    let expected = format!(
        "no answer from a vault-mock at {uri}: check that it was started and is still running"
    );
    for error in [
        vault.reset().await.unwrap_err(),
        vault.clock().now().await.unwrap_err(),
        vault.journal().requests().await.map(drop).unwrap_err(),
        vault
            .create_session(&request("app", "c"))
            .await
            .map(drop)
            .unwrap_err(),
    ] {
        assert_eq!(error.to_string(), expected);
        assert!(error.is_connect());
    }
}

#[tokio::test]
async fn the_server_hangs_up_or_speaks_no_http() {
    for answer in [
        "",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
    ] {
        let error = refused(&answering(answer).await).await;
        assert!(error.is_connect(), "{answer}: {error}");
        assert!(
            error
                .to_string()
                .starts_with("no answer from a vault-mock at"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_never_answers() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let error = refused(&format!("http://{}", listener.local_addr().unwrap())).await;
    assert!(error.is_connect());
    assert!(error.to_string().contains("within 30 s"), "{error}");
}

#[tokio::test]
async fn it_is_no_mock() {
    for (answer, status) in [
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"status\":\"ok\"}",
            200,
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"version\":\"new\"}",
            200,
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 19\r\n\r\n{\"version\":\"0.1.0\"}",
            502,
        ),
    ] {
        let uri = answering(answer).await;
        let error = refused(&uri).await;
        let expected = format!(
            "what answers at {uri} is not a vault-mock, or one without its admin API: \
             /__vault_mock/health answers {status}"
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.status().unwrap(), status);
    }
    let off = VaultServer::builder()
        .admin(AdminAccess::off())
        .start()
        .await
        .unwrap();
    assert!(
        refused(off.uri())
            .await
            .to_string()
            .contains("without its admin API")
    );
}

#[tokio::test]
async fn it_is_older() {
    let uri =
        answering("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"version\":\"0.0.99\"}").await;
    let error = refused(&uri).await;
    let own = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "the vault-mock at {uri} is older (0.0.99) than this handle ({own}): start a newer one"
    );
    assert_eq!(error.to_string(), expected);
    assert!(error.is_incompatible());
}

#[tokio::test]
async fn it_is_newer() {
    let uri =
        answering("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"version\":\"99.0.0\"}").await;
    let error = refused(&uri).await;
    let own = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "the vault-mock at {uri} is newer (99.0.0) than this handle ({own}): raise the version of \
         the crate vault-mock"
    );
    assert_eq!(error.to_string(), expected);
    assert!(error.is_incompatible());
}

#[tokio::test]
async fn it_answers_what_the_handle_cannot_read() {
    // Its health is fine, and everything else looks like it.
    let version = env!("CARGO_PKG_VERSION");
    let body = format!(r#"{{"version":"{version}"}}"#);
    let length = body.len();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}").leak();
    let uri = answering(answer).await;
    let error = refused(&uri).await.to_string();
    let expected =
        format!("the vault-mock at {uri} answered GET /client with what this handle cannot read");
    assert!(error.starts_with(&expected), "{error}");
}

#[tokio::test]
async fn it_wants_a_token() {
    let token = || ApiKey::new("the-admin-token").unwrap();
    let builder = VaultServer::builder().admin(AdminAccess::token(token()));
    let server = builder.start().await.unwrap();
    let uri = server.uri();
    let error = refused(uri).await;
    let expected = format!(
        "the vault-mock at {uri} wants its admin token: add `.admin_token(..)` to \
         `RemoteVault::connect(..)`"
    );
    assert_eq!(error.to_string(), expected);
    assert!(error.is_unauthorized());

    let wrong = ApiKey::new("hush").unwrap();
    let error = RemoteVault::connect(uri)
        .admin_token(wrong)
        .await
        .unwrap_err();
    let expected = format!("the vault-mock at {uri} has another admin token than the one given");
    assert_eq!(error.to_string(), expected);
    assert!(error.is_unauthorized() && !format!("{error:?}").contains("hush"));

    let vault = RemoteVault::connect(uri)
        .admin_token(token())
        .await
        .unwrap();
    vault
        .create_session(&request("app", "c"))
        .await
        .unwrap()
        .unwrap();
    vault.reset().await.unwrap();
    assert!(!format!("{vault:?}").contains("the-admin-token"));
}

#[tokio::test]
async fn the_text_is_no_uri() {
    for (text, shown) in [
        ("", "this"),
        ("127.0.0.1:1", "`127.0.0.1:1`"),
        ("localhost:8080", "`localhost:8080`"),
        ("vault-mock.test", "`vault-mock.test`"),
        ("ftp://host/", "`ftp://host/`"),
        ("http://u:hush@host", "this"),
        ("http://a b", "this"),
        ("hush", "this"),
    ] {
        let error = refused(text).await;
        assert_eq!(
            error.to_string(),
            format!(
                "{shown} is not the URI of a vault-mock: write it like `http://127.0.0.1:8080`"
            )
        );
        assert!(
            error.source().is_some() && !format!("{error:?}").contains("hush"),
            "{error:?}"
        );
    }
    let connect = RemoteVault::connect("http://u:hush@host");
    assert!(!format!("{connect:?}").contains("hush"));
}

#[tokio::test]
async fn no_host_has_that_name() {
    let error = refused("http://vault-mock.invalid:8080").await;
    assert!(error.is_connect(), "{error}");
}
