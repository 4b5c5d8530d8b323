//! Calls that are dropped at any await point: the pool stays usable and no connection is left over.

use std::{
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, SystemTime},
};

use hyper_util::{
    client::legacy,
    rt::{TokioExecutor, TokioTimer},
};
use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{self, Handle},
    sync::watch,
    task::yield_now,
    time::{sleep, timeout},
};
use vault_mock::{Clock, Vault, fault::Fault};
use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession};
use vault_sessions_client::{BaseUri, Client, RetryPolicy};

fn request() -> CreateSession {
    CreateSession::builder()
        .app_id(const { AppId::from_static("app") })
        .consumer_id(const { ConsumerId::from_static("consumer") })
        .build()
}

/// Polls a call so many times, each when it asks for it, and drops it; tells if it had ended.
async fn cut(client: &Client, polls: usize) -> bool {
    let wanted = request();
    let mut call = pin!(client.create_session(&wanted));
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        let poll = call.as_mut().poll(context).map(|outcome| outcome.is_ok());
        if left == 0 && poll.is_pending() {
            return Poll::Ready(false);
        }
        poll
    })
    .await
}

/// Cuts calls in groups that run at the same time; a group is how often each of its calls is polled.
async fn cut_all(client: &Client, groups: Vec<Vec<usize>>) {
    for group in groups {
        let calls: Vec<_> = group
            .into_iter()
            .map(|polls| {
                let client = client.clone();
                tokio::spawn(async move { cut(&client, polls).await })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
    }
}

fn groups(polls: usize) -> impl Strategy<Value = Vec<Vec<usize>>> {
    prop::collection::vec(prop::collection::vec(0..polls, 1..4), 1..8)
}

/// A server on a socket that answers in pieces, and knows how many connections are open.
async fn serve(open: Arc<watch::Sender<usize>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            open.send_modify(|open| *open += 1);
            let open = Arc::clone(&open);
            tokio::spawn(async move {
                // A client that gives up resets the connection.
                let _ = answer_all(stream).await;
                open.send_modify(|open| *open -= 1);
            });
        }
    });
    port
}

async fn answer_all(mut stream: TcpStream) -> std::io::Result<()> {
    let body =
        r#"{"data":{"session_uri":"https://a.example/e30.e30.x","session_token":"e30.e30.x"}}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut read = Vec::new();
    while stream.read_buf(&mut read).await? > 0 {
        if !read.ends_with(b"\r\n\r\n{}") {
            continue;
        }
        read.clear();
        for piece in answer.as_bytes().chunks(20) {
            yield_now().await;
            stream.write_all(piece).await?;
        }
    }
    Ok(())
}

/// Far longer than any of this takes; only a leak waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

async fn over_a_socket(groups: Vec<Vec<usize>>) {
    let open = Arc::new(watch::Sender::new(0));
    let port = serve(Arc::clone(&open)).await;
    let client = Client::builder()
        .api_key(ApiKey::new("secret").unwrap())
        .base_uri(BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap())
        .retry(RetryPolicy::never())
        .pool_max_idle(1)
        .build()
        .unwrap();
    cut_all(&client, groups).await;
    client.create_session(&request()).await.unwrap();
    let at_most = async |most: usize| {
        let mut open = open.subscribe();
        let closed = timeout(PATIENCE, open.wait_for(|open| *open <= most)).await;
        assert!(closed.is_ok(), "connections are left over");
    };
    at_most(1).await;
    drop(client);
    at_most(0).await;
}

/// Every connection is a task of the mock and one of hyper's, so that tasks are what can leak.
async fn in_process(groups: Vec<Vec<usize>>) {
    let vault = Vault::builder()
        .clock(Clock::running_from(SystemTime::UNIX_EPOCH))
        .build();
    let hyper = legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_max_idle_per_host(1)
        .build(vault.connector());
    let client = Client::builder()
        .api_key(vault.api_key().clone())
        .transport(hyper)
        .retry(RetryPolicy::never())
        .attempt_timeout(PATIENCE)
        .build()
        .unwrap();
    vault
        .faults()
        .inject(Fault::drip(Duration::from_millis(1)).forever());
    cut_all(&client, groups).await;
    vault.faults().clear();
    let created = client.create_session(&request()).await.unwrap();
    assert!(vault.verify(created.token()).is_ok());
    drop(client);
    // Paused time passes only when no task has anything left to do.
    sleep(PATIENCE).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

fn run<F: Future<Output = ()>>(builder: &mut runtime::Builder, future: F) {
    builder.enable_all().build().unwrap().block_on(future);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn over_a_socket_no_connection_is_left_over(groups in groups(24)) {
        run(&mut runtime::Builder::new_current_thread(), over_a_socket(groups));
    }

    #[test]
    fn in_process_no_connection_is_left_over(groups in groups(400)) {
        // Fewer polls than the answer has bytes: the mock serves a connection no further after it.
        let mut paused = runtime::Builder::new_current_thread();
        run(paused.start_paused(true), in_process(groups));
    }
}

/// The numbers of polls above reach from before the connection to after the last byte.
#[tokio::test]
async fn polls_reach_every_stage_of_a_call() {
    let open = Arc::new(watch::Sender::new(0));
    let port = serve(Arc::clone(&open)).await;
    let client = Client::builder()
        .api_key(ApiKey::new("secret").unwrap())
        .base_uri(BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap())
        .build()
        .unwrap();
    assert!(!cut(&client, 0).await);
    assert_eq!(*open.borrow(), 0);
    assert!(cut(&client, 24).await);
}
