//! A request is recorded when its head has arrived, for every way in; what became of it is said later.

mod support;

use std::{
    io::{Read, Write},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use support::{Way, send, session_request, session_request_for, until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::yield_now,
    time::timeout,
};
use tower_service::Service;
use vault_mock::{
    Clock, Matching, Outcome, Vault, VaultServer,
    fault::{Fault, Scope, fail, ok},
};
use vault_sessions::{AppId, ConsumerId};

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(100);

fn outcomes(vault: &Vault) -> Vec<Outcome> {
    let requests = vault.journal().requests();
    requests.iter().map(vault_mock::Recorded::outcome).collect()
}

fn metrics(vault: &Vault) -> String {
    let request = Request::get("/__vault_mock/metrics").body(Bytes::new());
    let answer = vault.handle(request.unwrap());
    String::from_utf8(answer.body().to_vec()).unwrap()
}

/// What every client does that has a timeout and a second attempt.
async fn give_up_and_try_again(way: &Way) {
    let vault = way.vault();
    let script = Fault::delay(LONG).times(1).then(ok());
    vault.faults().inject(script);
    let first = timeout(SHORT, way.send(session_request(vault)));
    assert!(first.await.is_err());
    let second = way.send(session_request(vault)).await.unwrap();
    assert_eq!(second.status(), 200);
    until(vault, |vault| vault.journal().in_flight() == 0).await;
    let found = outcomes(vault);
    assert_eq!(found[0], Outcome::Abandoned);
    assert!(matches!(found[1], Outcome::SessionCreated(_)));
    assert_eq!(vault.journal().find(&Matching::requests()).len(), 2);
    assert_eq!(vault.journal().find(&Matching::sessions()).len(), 1);
    let metrics = metrics(vault);
    assert!(metrics.contains("vault_mock_requests_total{outcome=\"abandoned\"} 1"));
    assert!(metrics.contains("vault_mock_requests_total{status=\"200\"} 1"));
    assert!(metrics.contains("vault_mock_requests_in_flight 0"));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_its_caller_gave_up_is_seen_on_a_socket() {
    give_up_and_try_again(&Way::Socket(VaultServer::start().await)).await;
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_its_caller_gave_up_is_seen_by_the_connector() {
    give_up_and_try_again(&Way::InProcess(VaultServer::in_process())).await;
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_its_caller_gave_up_is_seen_by_the_service() {
    let vault = VaultServer::in_process();
    vault.faults().inject(Fault::delay(LONG));
    let sent = vault.service().call(session_request(&vault));
    assert!(timeout(SHORT, sent).await.is_err());
    assert_eq!(outcomes(&vault), [Outcome::Abandoned]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_in_the_middle_of_the_body_or_of_a_hook_is_seen() {
    let vault = Vault::builder()
        .hook(async |_| std::future::pending().await)
        .build();
    let sent = vault.service().call(session_request(&vault));
    assert!(timeout(SHORT, sent).await.is_err());
    let mut stream = vault.connector().connect();
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: mock\r\ncontent-length: 5\r\n\r\n12")
        .await
        .unwrap();
    until(&vault, |vault| vault.journal().len() == 2).await;
    assert_eq!(outcomes(&vault)[1], Outcome::Held);
    assert_eq!(vault.journal().in_flight(), 1);
    drop(stream);
    until(&vault, |vault| vault.journal().in_flight() == 0).await;
    assert_eq!(outcomes(&vault)[0], Outcome::Abandoned);
    assert_eq!(outcomes(&vault)[1], Outcome::Abandoned);
    assert!(metrics(&vault).contains("vault_mock_requests_total{outcome=\"abandoned\"} 2"));
    // What is broken is refused.
    let broken = "POST / HTTP/1.1\r\nhost: mock\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    let mut stream = vault.connector().connect();
    stream.write_all(broken.as_bytes()).await.unwrap();
    until(&vault, |vault| vault.journal().len() == 3).await;
    until(&vault, |vault| vault.journal().in_flight() == 0).await;
    assert_eq!(vault.journal().last().unwrap().status().unwrap(), 400);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_right_before_its_answer_is_seen() {
    let way = Way::Socket(VaultServer::start().await);
    way.vault().faults().inject(Fault::delay(SHORT + SHORT / 2));
    let sent = way.send(session_request(way.vault()));
    assert!(timeout(SHORT, sent).await.is_err());
    until(way.vault(), |vault| vault.journal().in_flight() == 0).await;
    assert_eq!(outcomes(way.vault()), [Outcome::Abandoned]);
}

#[tokio::test(start_paused = true)]
async fn a_held_request_is_seen_while_it_is_held() {
    let way = Way::InProcess(VaultServer::in_process());
    way.vault().faults().inject(Fault::delay(LONG).by_clock());
    let request = session_request(way.vault());
    let vault = way.vault().clone();
    let answer = tokio::spawn(async move { way.send(request).await.unwrap().status() });
    until(&vault, |vault| !vault.journal().is_empty()).await;
    let held = vault.journal().last().unwrap();
    assert_eq!((held.outcome(), held.status()), (Outcome::Held, None));
    assert_eq!(held.app_id(), Some("app"));
    assert!(held.to_string().ends_with("/vault/sessions: still held"));
    assert!(metrics(&vault).contains("vault_mock_requests_in_flight 1"));
    vault.clock().advance(LONG);
    assert_eq!(answer.await.unwrap(), 200);
    assert!(vault.journal().last().unwrap().created().is_some());
}

/// Sends a request that is held by a fault of the mock's clock.
async fn held(way: &Way, scope: Scope) -> tokio::task::JoinHandle<bool> {
    let vault = way.vault().clone();
    let fault = Fault::delay(LONG).by_clock();
    vault.faults().inject_for(scope, fault);
    let request = session_request(&vault);
    let stream = vault.connector().connect();
    let answer = tokio::spawn(async move { send(stream, request).await.is_ok() });
    until(&vault, |vault| vault.journal().in_flight() == 1).await;
    answer
}

#[tokio::test(start_paused = true)]
async fn reset_ends_what_was_held_and_leaves_no_ghost() {
    let way = Way::InProcess(VaultServer::in_process());
    let vault = way.vault();
    let answer = held(&way, Scope::everybody()).await;
    let reset = Request::post("/__vault_mock/reset").body(Bytes::new());
    assert_eq!(vault.handle(reset.unwrap()).status(), 204);
    assert_eq!(vault.journal().in_flight(), 0);
    assert!(vault.journal().is_empty());
    vault.clock().advance(2 * LONG);
    assert!(!answer.await.unwrap(), "the connection is closed");
    assert!(vault.journal().is_empty());
    assert_eq!(vault.journal().in_flight(), 0);
    assert!(metrics(vault).contains("vault_mock_requests_total{outcome=\"ended_by_reset\"} 1"));
    // The next request is nobody's ghost.
    assert_eq!(
        way.send(session_request(vault)).await.unwrap().status(),
        200
    );
    assert_eq!(vault.journal().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_fault_ends_what_it_held_and_nothing_else() {
    let way = Way::InProcess(VaultServer::in_process());
    let faults = way.vault().faults();
    let scope = Scope::app(AppId::from_static("app"));
    let answer = held(&way, scope.clone()).await;
    let other = Scope::consumer(ConsumerId::from_static("other"));
    faults.inject_for(other.clone(), fail(503));
    faults.clear_for(&other);
    yield_now().await;
    assert!(!answer.is_finished());
    faults.clear_for(&scope);
    assert!(!answer.await.unwrap());
    assert_eq!(outcomes(way.vault()), [Outcome::EndedByReset]);
    // A hang, which waits for the client, ends too.
    faults.inject(Fault::hang());
    let sent = tokio::spawn(way.vault().service().call(session_request(way.vault())));
    until(way.vault(), |vault| vault.journal().len() == 2).await;
    faults.clear();
    assert!(sent.await.unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_tenant_ends_what_it_held() {
    const APP: AppId = AppId::from_static("app");
    let vault = VaultServer::in_process();
    let tenant = vault.add_tenant(APP, vault.to_builder());
    tenant.faults().inject(Fault::delay(LONG).by_clock());
    let request = session_request_for(&tenant, "app", "consumer");
    let sent = tokio::spawn(vault.service().call(request));
    until(&tenant, |tenant| tenant.journal().in_flight() == 1).await;
    vault.remove_tenant(&APP);
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!(error.effect(), None);
    assert_eq!(
        error.to_string(),
        "no answer: a reset of the mock ended the request"
    );
    assert_eq!(outcomes(&tenant), [Outcome::EndedByReset]);
}

#[tokio::test]
async fn what_a_server_cuts_off_is_said_to_be_cut() {
    let mock = VaultServer::start().await;
    let vault = Vault::clone(&mock);
    vault.faults().inject(Fault::delay(LONG).by_clock());
    let stream = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    let sent = tokio::spawn(send(stream, session_request(&vault)));
    until(&vault, |vault| vault.journal().in_flight() == 1).await;
    drop(mock);
    assert!(sent.await.unwrap().is_err());
    until(&vault, |vault| vault.journal().in_flight() == 0).await;
    assert_eq!(outcomes(&vault), [Outcome::Cut]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_closed_its_side_gets_its_delayed_answer() {
    let mock = VaultServer::start().await;
    mock.faults().inject(Fault::delay(SHORT));
    let head = b"GET /vault/sessions HTTP/1.1\r\nhost: mock\r\n\r\n";
    let mut socket = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    socket.write_all(head).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    // It was asked whether it still reads.
    let answer_itself = answer
        .strip_prefix("HTTP/1.1 100 Continue\r\n\r\n")
        .unwrap();
    assert!(answer_itself.starts_with("HTTP/1.1 405 "), "{answer}");

    let mut memory = mock.connector().connect();
    mock.faults().inject(Fault::delay(LONG));
    memory.write_all(head).await.unwrap();
    memory.shutdown().await.unwrap();
    answer.clear();
    memory.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}

/// The end of its bytes comes along with the request, before anything of the body was looked at.
#[tokio::test]
async fn a_client_that_sends_a_body_and_closes_its_side_at_once_gets_its_answer() {
    let vault = Vault::builder().build();
    let headers = "host: mock\r\ncontent-type: application/json\r\n";
    let whole = [
        "content-length: 2\r\n\r\n{}",
        "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    ];
    let cut = [
        "content-length: 3\r\n\r\n{}",
        "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
    ];
    for (rest, is_whole) in whole
        .map(|rest| (rest, true))
        .into_iter()
        .chain(cut.map(|rest| (rest, false)))
    {
        for version in ["1.1", "1.0"] {
            if version == "1.0" && rest.contains("chunked") {
                continue;
            }
            vault.journal().clear();
            let mut client = vault.connector().connect();
            let text = format!("POST /vault/sessions HTTP/{version}\r\n{headers}{rest}");
            client.write_all(text.as_bytes()).await.unwrap();
            client.shutdown().await.unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            assert_eq!(answer.contains(" 401 "), is_whole, "{text}\n{answer}");
            let abandoned = outcomes(&vault) == [Outcome::Abandoned];
            assert_eq!(abandoned, !is_whole, "{text}");
        }
    }
}

#[test]
fn requests_after_the_drop_of_a_server_are_neither_answered_nor_recorded() {
    const CLIENTS: usize = 200;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let mock = runtime.block_on(VaultServer::start());
    let vault = Vault::clone(&mock);
    let mut clients: Vec<_> = (0..CLIENTS)
        .map(|_| std::net::TcpStream::connect(mock.address()).unwrap())
        .collect();
    let ask = b"GET /vault/x HTTP/1.1\r\nhost: mock\r\n\r\n";
    for client in &mut clients {
        client.write_all(ask).unwrap();
        assert!(client.read(&mut [0; 1024]).unwrap() > 0);
    }
    drop(mock);
    for client in &mut clients {
        let _ = client.write_all(ask);
    }
    for client in &mut clients {
        let mut rest = Vec::new();
        let _ = client.read_to_end(&mut rest);
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
    assert_eq!(vault.journal().len(), CLIENTS);
}

#[tokio::test(start_paused = true)]
async fn a_dripped_answer_is_in_flight_until_its_last_byte() {
    let mock = VaultServer::start().await;
    mock.faults().inject(Fault::drip(Duration::from_millis(10)));
    let vault = Vault::clone(&mock);
    let stream = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    let answer = send(stream, session_request(&mock)).await.unwrap();
    assert_eq!(vault.journal().in_flight(), 1);
    let stop = tokio::spawn(mock.shutdown(LONG));
    let body = support::whole_body(answer).await.unwrap();
    support::session_in(&body);
    assert!(stop.await.unwrap());
    assert_eq!(
        outcomes(&vault),
        [Outcome::FaultInjected("drip=10ms".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn only_requests_in_flight_hold_up_the_drain() {
    let mock = VaultServer::start().await;
    let address = mock.address();
    let mut clients = Vec::new();
    for sent in [
        "",
        "GET /x HTTP/1.1\r\nho",
        "GET /x HTTP/1.1\r\nhost: mock\r\n\r\n",
    ] {
        let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
        client.write_all(sent.as_bytes()).await.unwrap();
        clients.push(client);
    }
    until(&mock, |vault| vault.journal().len() == 1).await;
    let stopwatch = Clock::running_from(std::time::SystemTime::UNIX_EPOCH);
    assert!(mock.shutdown(LONG).await);
    assert_eq!(stopwatch.now(), std::time::SystemTime::UNIX_EPOCH);
}

#[tokio::test]
async fn a_refusal_of_a_large_body_reaches_a_client_that_sends_first() {
    let mock = VaultServer::builder()
        .body_limit(1_000)
        .start()
        .await
        .unwrap();
    let address = mock.address();
    let answer = tokio::task::spawn_blocking(move || {
        let mut client = std::net::TcpStream::connect(address).unwrap();
        let length = 8 * 1024 * 1024;
        let head = format!(
            "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\ncontent-length: {length}\r\n\r\n"
        );
        client.write_all(head.as_bytes()).unwrap();
        client.write_all(&vec![b' '; length]).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn an_injected_refusal_does_not_ask_for_the_body_first() {
    let mock = VaultServer::start().await;
    let mut client = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    client
        .write_all(
            b"POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nexpect: 100-continue\r\n\
              x-vault-mock: status=413\r\ncontent-length: 5\r\n\r\n",
        )
        .await
        .unwrap();
    let mut answer = [0; 12];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn in_process_handles_are_recorded_at_once() {
    let vault = VaultServer::in_process();
    let request = Request::get("/x").body(Bytes::new()).unwrap();
    let _ = vault.handle(request);
    let request = Request::get("/y").body(Full::<Bytes>::default()).unwrap();
    let _ = vault.service().call(request).await.unwrap();
    let statuses: Vec<_> = vault.journal().requests();
    assert!(
        statuses
            .iter()
            .all(|one| one.status() == Some(http::StatusCode::NOT_FOUND))
    );
}
