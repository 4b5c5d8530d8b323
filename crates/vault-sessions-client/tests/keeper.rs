//! A keeper's calls on a paused clock: who shares one, who gets its error, and what is kept.

mod support;

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use support::{KEY, builder, request};
use tokio::time::{advance, sleep};
use tower::service_fn;
use vault_sessions::{AppId, ConsumerId, CreateSession, Url};
use vault_sessions_client::{RequestBody, RetryPolicy, SessionKeeper, SessionKeeperBuilder};

const LATENCY: Duration = Duration::from_secs(1);
const LIFETIME: u64 = 1800;
/// When the wall clock of these tests starts.
const START: u64 = 1_000_000;

fn token(iat: u64, lifetime: u64) -> String {
    let exp = iat + lifetime;
    let claims = format!(r#"{{"consumer_id":"c","application_id":"a","iat":{iat},"exp":{exp}}}"#);
    format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims))
}

fn answer(status: u16, token: &str) -> Response<Full<Bytes>> {
    let body = format!(
        r#"{{"data":{{"session_uri":"https://vault.apideck.com/session/{token}","session_token":"{token}"}}}}"#
    );
    let response = Response::builder().status(status);
    response.body(Full::new(Bytes::from(body))).unwrap()
}

/// A service that takes a second for each answer, and the number of calls that it has had.
fn keeper(
    answers: impl Fn(usize) -> Response<Full<Bytes>> + Send + Sync + 'static,
) -> (SessionKeeperBuilder, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let answers = Arc::new(answers);
    let service = service_fn(move |_: Request<RequestBody>| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        let answers = Arc::clone(&answers);
        async move {
            sleep(LATENCY).await;
            Ok::<_, Infallible>(answers(number))
        }
    });
    let client = builder().transport(service).build().unwrap();
    let keeper = SessionKeeper::builder(client)
        .clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(START));
    (keeper, calls)
}

fn good(_: usize) -> Response<Full<Bytes>> {
    answer(200, &token(START, LIFETIME))
}

fn for_consumer(consumer: &str) -> CreateSession {
    CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(ConsumerId::new(consumer.to_owned()).unwrap())
        .build()
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_call_and_one_session() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let callers: Vec<_> = std::iter::repeat_with(|| {
        let keeper = keeper.clone();
        tokio::spawn(async move { keeper.current(&request()).await })
    })
    .take(1000)
    .collect();
    let mut sessions = Vec::new();
    for caller in callers {
        sessions.push(caller.await.unwrap().unwrap());
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(sessions.iter().all(|kept| Arc::ptr_eq(kept, &sessions[0])));
    let again = keeper.current(&request()).await.unwrap();
    assert!(Arc::ptr_eq(&again, &sessions[0]));
    assert_eq!((calls.load(Ordering::SeqCst), keeper.len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn app_consumer_and_body_each_make_a_session_of_its_own() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let session = vault_sessions::Session::builder()
        .redirect_uri(Url::new("https://a.example").unwrap())
        .build();
    let app = CreateSession::builder().app_id(AppId::from_static("my"));
    for request in [
        for_consumer("a"),
        for_consumer("ab"),
        app.clone()
            .consumer_id("-appa".parse::<ConsumerId>().unwrap())
            .build(),
        app.consumer_id("a".parse::<ConsumerId>().unwrap())
            .session(session)
            .build(),
    ] {
        keeper.current(&request).await.unwrap();
    }
    assert_eq!((calls.load(Ordering::SeqCst), keeper.len()), (4, 4));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_caller_takes_nothing_from_the_others() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let wanted = request();
    let mut first = Box::pin(keeper.current(&wanted));
    assert!(poll_once(&mut first).is_none());
    let second = tokio::spawn({
        let keeper = keeper.clone();
        async move { keeper.current(&request()).await }
    });
    sleep(LATENCY / 2).await;
    drop(first);
    second.await.unwrap().unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_callers_are_all_gone_still_gives_its_session() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let wanted = request();
    let mut only = Box::pin(keeper.current(&wanted));
    assert!(poll_once(&mut only).is_none());
    drop(only);
    sleep(LATENCY * 2).await;
    assert_eq!(keeper.len(), 1);
    keeper.current(&wanted).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_given_to_all_who_wait_and_the_next_call_tries_anew() {
    let (keeper, calls) = keeper(|number| match number {
        0 => answer(401, "no"),
        _ => good(number),
    });
    let keeper = keeper.build();
    let (wanted, same) = (request(), request());
    let (first, second) = tokio::join!(keeper.current(&wanted), keeper.current(&same));
    let (first, second) = (first.unwrap_err(), second.unwrap_err());
    assert!(Arc::ptr_eq(&first, &second) && first.is_unauthorized());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    keeper.current(&wanted).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_session_near_its_end_is_handed_out_while_the_next_is_made() {
    let (keeper, calls) = keeper(|number| answer(200, &token(START + number as u64, LIFETIME)));
    let keeper = keeper.refresh_ahead(Duration::from_secs(300)).build();
    let old = keeper.current(&request()).await.unwrap();
    // The lifetime counts from when the session was asked for, a latency ago.
    advance(Duration::from_millis((LIFETIME - 301) * 1000 - 1)).await;
    keeper.current(&request()).await.unwrap();
    sleep(Duration::ZERO).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    advance(Duration::from_millis(1)).await;
    for _ in 0..10 {
        let still = keeper.current(&request()).await.unwrap();
        assert!(Arc::ptr_eq(&still, &old));
    }
    sleep(LATENCY * 2).await;
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    let new = keeper.current(&request()).await.unwrap();
    assert!(!Arc::ptr_eq(&new, &old));
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_short_session_is_replaced_at_half_its_lifetime() {
    let (keeper, calls) = keeper(|_| answer(200, &token(START, 100)));
    let keeper = keeper.min_remaining(Duration::from_secs(10)).build();
    keeper.current(&request()).await.unwrap();
    for (seconds, expected) in [(48, 1), (2, 2)] {
        advance(Duration::from_secs(seconds)).await;
        keeper.current(&request()).await.unwrap();
        sleep(Duration::from_millis(1)).await;
        assert_eq!(calls.load(Ordering::SeqCst), expected, "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_also_judges_the_timeout_of_a_caller_who_joined() {
    let total = Duration::from_secs(10);
    for (policy, expected) in [
        (RetryPolicy::never(), false),
        (RetryPolicy::never().retry_lost_responses(), true),
    ] {
        let silence = service_fn(|_: Request<RequestBody>| {
            std::future::pending::<Result<Response<Full<Bytes>>, Infallible>>()
        });
        let client = builder().retry(policy).total_timeout(total);
        let keeper = SessionKeeper::new(client.transport(silence).build().unwrap());
        let ask = async |after| {
            sleep(Duration::from_secs(after)).await;
            keeper.current(&request()).await.unwrap_err()
        };
        // Two join the first call, and one of them the call that the other makes after it.
        let (first, second, third) = tokio::join!(ask(0), ask(8), ask(9));
        for error in [first, second, third] {
            assert!(error.is_timeout() && error.may_have_reached_server());
            assert_eq!(error.is_retryable(), expected, "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_caller_waits_for_its_own_total_timeout_and_no_longer() {
    let silence = service_fn(|_: Request<RequestBody>| {
        std::future::pending::<Result<Response<Full<Bytes>>, Infallible>>()
    });
    let total = Duration::from_secs(60);
    let client = builder().attempt_timeout(total).total_timeout(total);
    let keeper = SessionKeeper::new(client.transport(silence).build().unwrap());
    let ask = async |after| {
        sleep(Duration::from_secs(after)).await;
        let start = sleep(Duration::ZERO).deadline();
        let error = keeper.current(&request()).await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        (sleep(Duration::ZERO).deadline() - start).as_secs()
    };
    // The second comes first when the first call is over; the third joins both calls.
    assert_eq!(tokio::join!(ask(0), ask(1), ask(30)), (60, 60, 60));
}

/// A caller that nobody polls until its time is over is given what is there, and waits no more.
#[tokio::test(start_paused = true)]
async fn a_caller_who_comes_back_after_its_timeout_does_not_begin_to_wait_again() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let wanted = request();
    let mut late = Box::pin(keeper.current(&wanted));
    assert!(poll_once(&mut late).is_none());
    sleep(LATENCY * 2).await;
    advance(Duration::from_secs(LIFETIME)).await;
    let start = sleep(Duration::ZERO).deadline();
    assert!(late.await.unwrap_err().is_timeout());
    assert_eq!(sleep(Duration::ZERO).deadline() - start, Duration::ZERO);
    // The next caller shares the call that was begun for it.
    keeper.current(&wanted).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_that_fails_costs_nobody_anything_until_the_end() {
    let (keeper, calls) = keeper(|number| match number {
        0 => good(number),
        _ => answer(500, "down"),
    });
    let keeper = keeper.build();
    let old = keeper.current(&request()).await.unwrap();
    advance(Duration::from_secs(LIFETIME - 290)).await;
    // Callers keep asking, once a second: after 0, 2, 5, 10, 19, 36, 69 and 130 seconds, since a call
    // takes one, and the pause after it doubles up to a minute.
    for _ in 0..150 {
        let still = keeper.current(&request()).await.unwrap();
        assert!(Arc::ptr_eq(&still, &old));
        sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1 + 8);
    advance(Duration::from_secs(200)).await;
    let error = keeper.current(&request()).await.unwrap_err();
    assert!(error.is_server_error());
}

#[tokio::test(start_paused = true)]
async fn a_replacement_waits_as_long_as_the_service_asks_and_longest_if_that_cannot_be_read() {
    let date = "Sun, 06 Nov 2094 08:49:37 GMT";
    for (asked, seconds) in [("30", 30), ("1.2", 2), ("soon", 60), (date, 60)] {
        let (keeper, calls) = keeper(move |number| {
            let mut answer = good(number);
            if number > 0 {
                *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
                let headers = answer.headers_mut();
                headers.insert("retry-after", asked.parse().unwrap());
            }
            answer
        });
        let keeper = keeper.build();
        keeper.current(&request()).await.unwrap();
        advance(Duration::from_secs(LIFETIME - 290)).await;
        keeper.current(&request()).await.unwrap();
        sleep(LATENCY).await;
        tokio::task::yield_now().await;
        for (wait, expected) in [(seconds * 1000 - 2, 2), (2, 3)] {
            advance(Duration::from_millis(wait)).await;
            keeper.current(&request()).await.unwrap();
            sleep(Duration::from_millis(1)).await;
            assert_eq!(calls.load(Ordering::SeqCst), expected, "{asked}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_kept_is_given_to_those_who_wait_and_no_longer() {
    for token in [
        "not.a-session.token".to_owned(),
        token(START, 60),
        token(START, 0),
        // The clock here is an hour ahead of the service's.
        token(START - 3600, LIFETIME),
    ] {
        let (keeper, calls) = keeper(move |_| answer(200, &token));
        let keeper = keeper.build();
        let (wanted, same) = (request(), request());
        let (first, second) = tokio::join!(keeper.current(&wanted), keeper.current(&same));
        assert!(Arc::ptr_eq(&first.unwrap(), &second.unwrap()));
        assert_eq!((calls.load(Ordering::SeqCst), keeper.len()), (1, 0));
        keeper.current(&wanted).await.unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_made_for_a_caller_who_comes_back_too_late_is_made_again() {
    let (keeper, calls) = keeper(|_| answer(200, &token(START, 30)));
    let keeper = keeper.build();
    let wanted = request();
    let mut late = Box::pin(keeper.current(&wanted));
    assert!(poll_once(&mut late).is_none());
    sleep(LATENCY * 2).await;
    advance(Duration::from_secs(30)).await;
    late.await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

/// Nothing below `min_remaining` is handed out, however late the caller is polled.
#[tokio::test(start_paused = true)]
async fn a_session_that_waited_for_its_caller_until_little_was_left_is_made_again() {
    let lifetime = 100;
    for (late, expected) in [(lifetime - 62, 1), (lifetime - 61, 2)] {
        let (keeper, calls) = keeper(move |_| answer(200, &token(START, lifetime)));
        let keeper = keeper.min_remaining(Duration::from_secs(60)).build();
        let wanted = request();
        let mut waiting = Box::pin(keeper.current(&wanted));
        assert!(poll_once(&mut waiting).is_none());
        sleep(LATENCY).await;
        tokio::task::yield_now().await;
        advance(Duration::from_secs(late)).await;
        waiting.await.unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), expected, "{late}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_joins_late_has_the_whole_of_its_own_timeout() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let service = service_fn(move |_: Request<RequestBody>| {
        let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if first {
                std::future::pending::<()>().await;
            }
            sleep(LATENCY).await;
            Ok::<_, Infallible>(good(0))
        }
    });
    let client = builder()
        .total_timeout(Duration::from_secs(10))
        .transport(service);
    let keeper = SessionKeeper::builder(client.build().unwrap())
        .clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(START))
        .build();
    let (wanted, same) = (request(), request());
    let late = async {
        sleep(Duration::from_secs(9)).await;
        keeper.current(&same).await
    };
    let (first, late) = tokio::join!(keeper.current(&wanted), late);
    assert!(first.unwrap_err().is_timeout());
    late.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn lengths_without_end_are_taken() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper
        .refresh_ahead(Duration::MAX)
        .min_remaining(Duration::MAX)
        .capacity(usize::MAX)
        .build();
    keeper.current(&request()).await.unwrap();
    keeper.current(&request()).await.unwrap();
    assert_eq!((calls.load(Ordering::SeqCst), keeper.len()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn the_session_that_was_asked_for_longest_ago_leaves() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.capacity(2).build();
    let ask = async |consumer| {
        let before = calls.load(Ordering::SeqCst);
        keeper.current(&for_consumer(consumer)).await.unwrap();
        calls.load(Ordering::SeqCst) - before
    };
    assert_eq!((ask("a").await, ask("b").await), (1, 1));
    assert_eq!((ask("a").await, ask("c").await), (0, 1));
    assert_eq!(keeper.len(), 2);
    assert_eq!((ask("a").await, ask("b").await, ask("c").await), (0, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn with_no_room_calls_at_the_same_time_still_share_one() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.capacity(0).build();
    let (wanted, same) = (request(), request());
    let (first, second) = tokio::join!(keeper.current(&wanted), keeper.current(&same));
    assert!(Arc::ptr_eq(&first.unwrap(), &second.unwrap()));
    assert_eq!((calls.load(Ordering::SeqCst), keeper.is_empty()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_made_anew_even_if_it_was_under_way() {
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let wanted = request();
    keeper.current(&wanted).await.unwrap();
    keeper.forget(&wanted);
    let mut under_way = Box::pin(keeper.current(&wanted));
    assert!(poll_once(&mut under_way).is_none());
    keeper.forget(&wanted);
    sleep(LATENCY / 2).await;
    let anew = keeper.current(&wanted);
    let (old, new) = tokio::join!(under_way, anew);
    assert!(!Arc::ptr_eq(&old.unwrap(), new.as_ref().unwrap()));
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    let kept = keeper.current(&wanted).await.unwrap();
    assert!(Arc::ptr_eq(&kept, &new.unwrap()));
    keeper.clear();
    assert!(keeper.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_transport_reaches_every_caller_and_poisons_nothing() {
    let (keeper, calls) = keeper(|number| match number {
        0 => panic!("a bug in the transport"),
        _ => good(number),
    });
    let keeper = keeper.build();
    let callers = [(); 2].map(|()| {
        let keeper = keeper.clone();
        tokio::spawn(async move { keeper.current(&request()).await })
    });
    for caller in callers {
        assert!(caller.await.unwrap_err().is_panic());
    }
    keeper.current(&request()).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_key_source_is_told_as_one_that_can_be_its_own() {
    let client = vault_sessions_client::Client::builder()
        .transport(service_fn(async |_: Request<RequestBody>| {
            Ok::<_, Infallible>(good(0))
        }))
        .api_key_source(|| panic!("a bug in the key source"));
    let keeper = SessionKeeper::new(client.build().unwrap());
    let caller = tokio::spawn(async move { keeper.current(&request()).await });
    let panic = caller.await.unwrap_err().into_panic();
    assert_eq!(
        *panic.downcast::<&str>().unwrap(),
        "the client's transport or key source, or the keeper's clock, panicked during the call"
    );
}

#[test]
fn a_call_that_went_down_with_its_runtime_is_made_again() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap()
    };
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let wanted = request();
    let mut waiting = Box::pin(keeper.current(&wanted));
    let doomed = runtime();
    doomed.block_on(async {
        assert!(poll_once(&mut waiting).is_none());
        tokio::task::yield_now().await;
    });
    drop(doomed);
    runtime().block_on(waiting).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

/// The runtime on which a call began rests: nothing of it goes on, and it is not gone either.
#[test]
fn a_call_on_a_runtime_that_rests_is_made_again_on_another() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap()
    };
    let (keeper, calls) = keeper(good);
    let keeper = keeper.build();
    let wanted = request();
    let mut waiting = Box::pin(keeper.current(&wanted));
    let resting = runtime();
    resting.block_on(async {
        assert!(poll_once(&mut waiting).is_none());
        tokio::task::yield_now().await;
    });
    let other = runtime();
    // Whoever asks anew, and whoever waited there and is polled here.
    other.block_on(keeper.current(&request())).unwrap();
    other.block_on(waiting).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    drop(resting);
    assert_eq!(keeper.len(), 1);
}

#[test]
fn a_runtime_that_is_shutting_down_gives_an_error_and_no_end_of_calls() {
    let (keeper, _) = keeper(good);
    let keeper = keeper.build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _entered = handle.enter();
    let wanted = request();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        poll_once(&mut Box::pin(keeper.current(&wanted)))
    }));
    // Tokio's timers may panic there, as its documentation says.
    assert!(outcome.is_err() || outcome.unwrap().unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn a_keeper_shows_no_key_and_no_token() {
    let (keeper, _) = keeper(good);
    let shown = format!("{keeper:?}");
    let keeper = keeper.build();
    keeper.current(&request()).await.unwrap();
    let shown = format!("{shown} {keeper:?} {keeper:#?}");
    for secret in [KEY, "sig", "account:12345"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Polls once, with a waker that is never called.
fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::Pin::new(future).poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}
