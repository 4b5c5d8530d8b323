//! The API key and the session token appear in nothing that is made for logs.

mod support;

use std::{error::Error, fmt::Debug};

use support::{End, KEY, TOKEN, answer, builder, client, created, fail_with, request, serve};

fn assert_clean(shown: &str) {
    assert!(!shown.contains(KEY), "the key is in {shown}");
    assert!(!shown.contains(TOKEN), "the token is in {shown}");
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

#[test]
fn clients_show_no_key() {
    assert_clean(&shown(&builder()));
    assert_clean(&shown(&client(1)));
}

#[tokio::test]
async fn a_created_session_shows_no_token() {
    let secret_header = format!("HTTP/1.1 200 OK\r\nset-cookie: {TOKEN}\r\n");
    let answer = created().replacen("HTTP/1.1 200 OK\r\n", &secret_header, 1);
    let port = serve([(answer.into_bytes(), End::Close)]).await;
    let created = client(port).create_session(&request()).await.unwrap();
    assert_clean(&shown(&created));
}

#[tokio::test]
async fn errors_show_no_token_nor_do_their_causes() {
    let broken = format!(r#"{{"data":{{"session_token":"{TOKEN}""#);
    let headers = format!("content-type: application/json\r\nset-cookie: {TOKEN}\r\n");
    let whole = answer("200 OK", &headers, &broken);
    let longer = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 900\r\n\r\n{broken}");
    for script in [
        whole,
        longer,
        format!("HTTP/1.1 {TOKEN}\r\n\r\n"),
        TOKEN.to_owned(),
    ] {
        let error = fail_with(script, End::Close).await;
        assert_clean(&shown(&error));
        let mut cause: Option<&dyn Error> = Some(&error);
        while let Some(error) = cause {
            assert_clean(&format!("{error} {error:?}"));
            cause = error.source();
        }
    }
}
