//! Hooks: they see, may answer, may wait, and may panic without hurting anybody.

mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use support::{Way, session_in, session_request, whole_body};
use vault_mock::{Clock, Peer, Vault, VaultServer, fault::fail};

fn teapot() -> Response<Bytes> {
    Response::builder()
        .status(418)
        .body(Bytes::from_static(b"tea"))
        .unwrap()
}

#[tokio::test]
async fn a_hook_can_just_look() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let vault = Vault::builder().hook({
        let seen = Arc::clone(&seen);
        move |request: Request<Bytes>| {
            seen.lock()
                .unwrap()
                .push((request.method().clone(), request.uri().path().to_owned()));
            async { None }
        }
    });
    let way = Way::InProcess(vault.build());
    let response = way.send(session_request(way.vault())).await.unwrap();
    session_in(&whole_body(response).await.unwrap());
    assert_eq!(
        *seen.lock().unwrap(),
        [(http::Method::POST, "/vault/sessions".to_owned())]
    );
}

#[tokio::test]
async fn a_hook_sees_where_a_request_came_from() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let vault = Vault::builder().hook({
        let seen = Arc::clone(&seen);
        move |request: Request<Bytes>| {
            let peer = request.extensions().get::<Peer>().copied();
            seen.lock().unwrap().push(peer.map(|Peer(peer)| peer.ip()));
            async { None }
        }
    });
    let socket = Way::Socket(vault.clone().start().await.unwrap());
    let in_process = Way::InProcess(vault.build());
    for way in [socket, in_process] {
        way.send(session_request(way.vault())).await.unwrap();
    }
    assert_eq!(*seen.lock().unwrap(), [Some([127, 0, 0, 1].into()), None]);
}

#[tokio::test]
async fn the_first_hook_that_answers_wins_and_a_fault_wins_over_hooks() {
    let called = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&called);
    let vault = Vault::builder()
        .hook(|_| async { None })
        .hook(|_| async { Some(teapot()) })
        .hook(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            async { None }
        })
        .build();
    let way = Way::InProcess(vault);
    let response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(response.status(), 418);
    assert!(response.headers().contains_key("date"));
    assert_eq!(whole_body(response).await.unwrap(), "tea");
    assert_eq!(way.vault().journal().last().unwrap().status().unwrap(), 418);
    assert_eq!(called.load(Ordering::Relaxed), 0);
    way.vault().faults().inject(fail(503));
    let response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(response.status(), 503);
}

#[tokio::test(start_paused = true)]
async fn a_hook_may_wait_and_call_the_mock() {
    let vault = Vault::builder()
        .clock(Clock::running_from(SystemTime::UNIX_EPOCH))
        .hook(|_| async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            None
        })
        .build();
    let way = Way::InProcess(vault.clone());
    let before = vault.clock().now();
    let both = tokio::join!(
        way.send(session_request(&vault)),
        way.send(session_request(&vault))
    );
    assert_eq!(
        (both.0.unwrap().status(), both.1.unwrap().status()),
        (200.try_into().unwrap(), 200.try_into().unwrap())
    );
    // Neither waited for the other one: no lock is held meanwhile.
    assert_eq!(
        vault.clock().now().duration_since(before).unwrap(),
        Duration::from_secs(5)
    );
}

#[tokio::test]
async fn a_panic_is_a_500_and_a_report() {
    let start = || {
        VaultServer::builder().hook(|request: Request<Bytes>| {
            assert!(
                request.uri().path() != "/vault/sessions",
                "no sessions here"
            );
            async { panic!("{} is gone", "tea") }
        })
    };
    for way in [
        Way::Socket(start().start().await.unwrap()),
        Way::InProcess(start().build()),
    ] {
        for (path, message) in [
            ("/vault/sessions", "no sessions here"),
            ("/tea", "tea is gone"),
        ] {
            let mut request = session_request(way.vault());
            *request.uri_mut() = path.parse().unwrap();
            let response = way.send(request).await.unwrap();
            assert_eq!(response.status(), 500);
            let body = whole_body(response).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["status_code"], 500);
            assert_eq!(
                body["detail"],
                format!("A hook of the mock panicked: {message}")
            );
        }
        let reports = way.vault().hook_panics();
        let messages: Vec<_> = reports
            .iter()
            .map(|report| report.message.as_str())
            .collect();
        assert_eq!(messages, ["no sessions here", "tea is gone"]);
        assert_eq!(reports[0].at, way.vault().clock().now());
    }
}

#[tokio::test]
async fn the_admin_api_meets_no_hook_and_reports_are_bounded() {
    let vault = Vault::builder()
        .hook(|_| async { panic!("always") })
        .build();
    let way = Way::InProcess(vault);
    for number in 0..105_u64 {
        way.vault().clock().advance(Duration::from_secs(1));
        let response = way.send(session_request(way.vault())).await.unwrap();
        assert_eq!(response.status(), 500, "{number}");
    }
    let reports = way.vault().hook_panics();
    assert_eq!(reports.len(), 100);
    assert_eq!(reports[99].at, way.vault().clock().now(), "the latest stay");

    let mut admin = session_request(way.vault());
    *admin.method_mut() = http::Method::GET;
    *admin.uri_mut() = "/__vault_mock/clock".parse().unwrap();
    admin
        .headers_mut()
        .insert("host", "localhost".parse().unwrap());
    assert_eq!(way.send(admin).await.unwrap().status(), 200);
}
