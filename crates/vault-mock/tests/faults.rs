//! What a hyper client sees of each fault, on a socket and in process.

mod support;

use std::{error::Error, io, time::Duration};

use http::StatusCode;
use support::{Way, session_in, session_request, session_request_for, whole_body};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tower_service::Service;
use vault_mock::{
    Clock, InProcessStream, Vault, VaultServer,
    fault::{Fault, Scope, fail, ok},
};
use vault_sessions::{AppId, ConsumerId};

/// Runs a check of one fault on a socket and in process.
async fn both_ways(fault: &str, check: impl AsyncFn(Way)) {
    let fault: Fault = fault.parse().unwrap();
    let socket = VaultServer::start().await;
    let in_process = Vault::builder().build();
    for vault in [&*socket, &in_process] {
        vault.faults().inject(fault.clone());
    }
    check(Way::Socket(socket)).await;
    check(Way::InProcess(in_process)).await;
}

fn io_kind(error: &hyper::Error) -> Option<io::ErrorKind> {
    let source = error.source()?.downcast_ref::<io::Error>()?;
    Some(source.kind())
}

#[tokio::test]
async fn a_status_comes_instead_of_the_answer() {
    both_ways("status=429; retry-after=30", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "30");
        let body = whole_body(response).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["status_code"], 429);
        assert_eq!(body["detail"], "Injected by the mock: status=429");
    })
    .await;
}

#[tokio::test]
async fn a_status_can_bring_its_own_body_and_a_date() {
    let clock = Clock::frozen_at(std::time::UNIX_EPOCH);
    let vault = Vault::builder().clock(clock).build();
    let fault = Fault::status(503)
        .retry_after_date(30)
        .body("{\"a\": [1, 2]}");
    vault.faults().inject(fault);
    let way = Way::InProcess(vault);
    let response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(
        response.headers()["retry-after"],
        "Thu, 01 Jan 1970 00:00:30 GMT"
    );
    assert_eq!(whole_body(response).await.unwrap(), "{\"a\": [1, 2]}");
}

#[tokio::test]
async fn html_comes_where_json_is_expected() {
    both_ways("html=502", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.status(), 502);
        assert_eq!(
            response.headers()["content-type"],
            "text/html; charset=utf-8"
        );
        assert!(
            whole_body(response)
                .await
                .unwrap()
                .starts_with(b"<!DOCTYPE html>")
        );
    })
    .await;
}

#[tokio::test]
async fn json_can_be_cut_or_of_another_shape() {
    both_ways("invalid-json", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.status(), 200);
        let body = whole_body(response).await.unwrap();
        let error = serde_json::from_slice::<serde_json::Value>(&body).unwrap_err();
        assert!(error.is_eof(), "{error}");
    })
    .await;
    both_ways("wrong-shape", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.status(), 200);
        let body = whole_body(response).await.unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
        assert!(serde_json::from_slice::<vault_sessions::SessionCreated>(&body).is_err());
    })
    .await;
}

#[tokio::test]
async fn the_true_answer_can_have_another_media_type() {
    both_ways("content-type=text/plain", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/plain");
        session_in(&whole_body(response).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn tokens_can_be_born_dead_or_too_early() {
    for (fault, refusal) in [("token=expired", "expired"), ("token=future", "future")] {
        both_ways(fault, async |way| {
            let response = way.send(session_request(way.vault())).await.unwrap();
            let created = session_in(&whole_body(response).await.unwrap());
            let refused = way.vault().verify(created.token()).unwrap_err();
            assert!(refused.to_string().contains(refusal), "{refused}");
            assert_eq!(refused.is_expired(), fault == "token=expired");
            let claims = created.token().claims().unwrap();
            let length = claims.expires_at().duration_since(claims.issued_at());
            assert_eq!(length.unwrap(), Duration::from_secs(3_600));
        })
        .await;
    }
}

#[tokio::test]
async fn closing_before_or_within_headers_leaves_a_message_incomplete() {
    for fault in ["close=before-headers", "close=in-headers"] {
        both_ways(fault, async |way| {
            let error = way.send(session_request(way.vault())).await.unwrap_err();
            assert!(error.is_incomplete_message(), "{fault}: {error:?}");
            // The work was done; only the answer is lost.
            assert_eq!(way.vault().journal().last().unwrap().status().unwrap(), 200);
        })
        .await;
    }
}

#[tokio::test]
async fn closing_after_headers_or_in_the_body_leaves_the_body_incomplete() {
    for (fault, some_body) in [("close=after-headers", false), ("truncated-body", true)] {
        both_ways(fault, async |way| {
            use http_body_util::BodyExt;

            let mut response = way.send(session_request(way.vault())).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            let mut seen = 0;
            let error = loop {
                match response.body_mut().frame().await.unwrap() {
                    Ok(frame) => seen += frame.into_data().unwrap().len(),
                    Err(error) => break error,
                }
            };
            assert_eq!(
                io_kind(&error),
                Some(io::ErrorKind::UnexpectedEof),
                "{fault}"
            );
            assert_eq!(seen > 0, some_body, "{fault}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_reset_is_a_connection_reset() {
    both_ways("reset", async |way| {
        let error = way.send(session_request(way.vault())).await.unwrap_err();
        assert_eq!(
            io_kind(&error),
            Some(io::ErrorKind::ConnectionReset),
            "{error:?}"
        );
    })
    .await;
    both_ways("reset=in-body", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.status(), 200);
        let error = whole_body(response).await.unwrap_err();
        assert_eq!(
            io_kind(&error),
            Some(io::ErrorKind::ConnectionReset),
            "{error:?}"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_long_content_length_leaves_the_client_waiting() {
    let vault = Vault::builder().build();
    vault
        .faults()
        .inject("content-length=long".parse::<Fault>().unwrap());
    let way = Way::InProcess(vault);
    let response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(response.status(), 200);
    let body = timeout(Duration::from_secs(604_800), whole_body(response));
    assert!(body.await.is_err());
}

#[tokio::test]
async fn a_short_content_length_cuts_the_body_without_an_error() {
    both_ways("content-length=short", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        let body = whole_body(response).await.unwrap();
        let error = serde_json::from_slice::<serde_json::Value>(&body).unwrap_err();
        assert!(error.is_eof(), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_bad_chunk_spoils_the_body() {
    both_ways("bad-chunk", async |way| {
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.status(), 200);
        let error = whole_body(response).await.unwrap_err();
        let cause = error.source().unwrap().to_string();
        assert!(cause.starts_with("Invalid chunk size line"), "{cause}");
    })
    .await;
}

#[tokio::test]
async fn garbage_and_huge_headers_cannot_be_parsed() {
    both_ways("garbage", async |way| {
        let error = way.send(session_request(way.vault())).await.unwrap_err();
        assert!(error.is_parse() && !error.is_parse_too_large(), "{error:?}");
    })
    .await;
    both_ways("oversized-headers", async |way| {
        let error = way.send(session_request(way.vault())).await.unwrap_err();
        assert!(error.is_parse_too_large(), "{error:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hang_lasts_until_the_client_gives_up() {
    let vault = Vault::builder().build();
    vault.faults().inject(Fault::hang());
    let way = Way::InProcess(vault);
    let hung = timeout(
        Duration::from_secs(604_800),
        way.send(session_request(way.vault())),
    );
    assert!(hung.await.is_err());
    // The next attempt has another connection, and no fault.
    let response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_script_counts_each_consumer_by_itself() {
    let vault = Vault::builder().build();
    vault
        .faults()
        .inject(fail(503).times(2).then(ok()).then(fail(500)));
    let way = Way::InProcess(vault);
    let mut statuses = [Vec::new(), Vec::new()];
    for attempt in 0..5 {
        for (index, consumer) in ["one", "two"].iter().enumerate().rev().skip(attempt % 2) {
            let request = session_request_for(way.vault(), "app", consumer);
            let response = way.send(request).await.unwrap();
            statuses[index].push(response.status().as_u16());
        }
    }
    assert_eq!(statuses[0], [503, 503, 200, 500, 200]);
    assert_eq!(statuses[1], [503, 503, 200]);
}

#[tokio::test]
async fn the_narrowest_scope_counts_and_health_is_spared() {
    let vault = Vault::builder().build();
    let one = || Scope::consumer(ConsumerId::from_static("one"));
    vault.faults().inject(fail(500).forever());
    vault.faults().inject_for(one(), fail(503).forever());
    let way = Way::InProcess(vault);
    let status = async |consumer: &str| {
        let request = session_request_for(way.vault(), "app", consumer);
        way.send(request).await.unwrap().status().as_u16()
    };
    assert_eq!((status("one").await, status("two").await), (503, 500));
    way.vault().faults().clear_for(&one());
    assert_eq!(status("one").await, 500);
    let health = http::Request::get("/health").header("host", "mock");
    let health = way
        .send(health.body(http_body_util::Full::default()).unwrap())
        .await;
    assert_eq!(health.unwrap().status(), 200);
    way.vault().faults().clear();
    assert_eq!(status("one").await, 200);
}

/// The text of an answer as it stands on the wire, up to the end of the connection.
async fn raw(fault: &str) -> String {
    let (mut stream, request) = raw_request(fault);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // What waits for the client is over in time, too; the clock is paused.
    let read = timeout(Duration::from_secs(1), stream.read_to_end(&mut answer));
    let _ = read.await;
    String::from_utf8(answer).unwrap()
}

/// A connection to a mock with this fault, and the bytes of a request.
fn raw_request(fault: &str) -> (InProcessStream, String) {
    let clock = Clock::running_from(std::time::UNIX_EPOCH);
    let vault = Vault::builder().clock(clock).build();
    vault.faults().inject(fault.parse::<Fault>().unwrap());
    let key = vault.api_key().expose_secret();
    let request = format!(
        "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer {key}\r\n\
        x-apideck-app-id: app\r\nx-apideck-consumer-id: consumer\r\n\r\n"
    );
    (support::connect(&vault), request)
}

#[tokio::test(start_paused = true)]
async fn headers_are_cut_in_their_middle() {
    let answer = raw("close=in-headers").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(!answer.contains("\r\n\r\n"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_content_length_is_ten_bytes_off() {
    for (fault, off) in [("content-length=long", 10), ("content-length=short", -10)] {
        let answer = raw(fault).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let length = lines.find_map(|line| line.strip_prefix("content-length: "));
        let promised: i64 = length.unwrap().parse().unwrap();
        let sent = i64::try_from(body.len()).unwrap();
        assert_eq!(promised - sent, off, "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_drip_says_that_the_connection_closes() {
    let answer = raw("drip=1ms").await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_drip_goes_on_for_a_client_that_has_only_closed_its_side() {
    let (mut stream, request) = raw_request("drip=1s");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_buf(&mut answer).await.unwrap();
    }
    stream.shutdown().await.unwrap();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(
        answer.ends_with(b"}}"),
        "the mock sends the rest, then closes its side"
    );
}

#[tokio::test]
async fn wrong_tokens_are_an_hour_off() {
    for (fault, issued, ends) in [
        ("token=expired", -7_200, -3_600),
        ("token=future", 3_600, 7_200),
    ] {
        both_ways(fault, async |way| {
            // The clock stands still.
            let now = way.vault().clock().now();
            let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
            let now = i64::try_from(now.as_secs()).unwrap();
            let response = way.send(session_request(way.vault())).await.unwrap();
            let created = session_in(&whole_body(response).await.unwrap());
            let claims = created.token().claims().unwrap();
            let claims = serde_json::to_value(claims).unwrap();
            let off = |name: &str| claims[name].as_i64().unwrap() - now;
            assert_eq!((off("iat"), off("exp")), (issued, ends), "{fault}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_consumer_is_narrower_than_an_app_and_the_last_of_one_scope_counts() {
    let vault = Vault::builder().build();
    let consumer = || Scope::consumer(ConsumerId::from_static("one"));
    let app = || Scope::app(AppId::from_static("app"));
    let way = Way::InProcess(vault);
    let faults = way.vault().faults();
    faults.inject_for(consumer(), fail(500).forever());
    faults.inject_for(consumer(), fail(501).forever());
    faults.inject_for(app(), fail(502).forever());
    assert_eq!(faults.injected().len(), 2);
    let status = async |app: &str, consumer: &str| {
        let request = session_request_for(way.vault(), app, consumer);
        way.send(request).await.unwrap().status().as_u16()
    };
    assert_eq!(status("app", "one").await, 501);
    assert_eq!(status("app", "two").await, 502);
    faults.inject_for(
        app().and_consumer(ConsumerId::from_static("one")),
        fail(503).forever(),
    );
    assert_eq!(status("app", "one").await, 503);
    assert_eq!(status("other", "one").await, 501);
}

/// Without a connection there is nothing to break or to hang on.
#[tokio::test(start_paused = true)]
async fn in_process_a_broken_answer_is_an_error_and_a_hang_no_answer() {
    let vault = Vault::builder().build();
    vault.faults().inject(Fault::reset());
    let sent = vault.service().call(session_request(&vault)).await;
    assert!(sent.unwrap_err().to_string().contains("`reset`"));
    vault.faults().inject(Fault::reset());
    let request = session_request(&vault).map(|_| bytes::Bytes::new());
    let answer = vault.handle(request);
    assert_eq!(answer.status(), 500);
    assert!(String::from_utf8_lossy(answer.body()).contains("`reset`"));

    vault.faults().inject(Fault::hang());
    let mut service = vault.service();
    let hung = service.call(session_request(&vault));
    assert!(timeout(Duration::from_secs(604_800), hung).await.is_err());
}
