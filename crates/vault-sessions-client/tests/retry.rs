//! Retries on a paused clock: which failures, how many, how long between, and when to stop.

mod support;

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use support::{answer, builder, request};
use tokio::time::{Instant, sleep};
use tower::service_fn;
use vault_sessions_client::{BaseUri, Client, ClientBuilder, RetryPolicy};

const GOOD: u16 = 200;
/// Stands for a refused connection, and for one that is lost after the request was sent.
const REFUSED: u16 = 0;
const LOST: u16 = 1;

type Log = Arc<Mutex<Vec<Instant>>>;

/// The instant that the paused clock shows.
fn now() -> Instant {
    sleep(Duration::ZERO).deadline()
}

/// Answers with one status after another, the last one again and again, and notes when.
fn scripted(script: &[(u16, &'static str)], policy: RetryPolicy) -> (ClientBuilder, Log) {
    let log = Log::default();
    let noted = Arc::clone(&log);
    let script = Arc::new(Mutex::new(VecDeque::from_iter(script.to_vec())));
    let transport = service_fn(move |_| {
        noted.lock().unwrap().push(now());
        let mut script = script.lock().unwrap();
        let step = script[0];
        if script.len() > 1 {
            script.pop_front();
        }
        async move { outcome(step) }
    });
    (builder().retry(policy).transport(transport), log)
}

fn outcome((status, retry_after): (u16, &'static str)) -> io::Result<Response<Full<Bytes>>> {
    match status {
        REFUSED => return Err(io::ErrorKind::ConnectionRefused.into()),
        LOST => return Err(io::ErrorKind::ConnectionReset.into()),
        _ => {}
    }
    let created = support::created();
    let (_, body) = created.split_once("\r\n\r\n").unwrap();
    let mut response = Response::builder().status(status);
    if !retry_after.is_empty() {
        response = response
            .header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .header("retry-after", retry_after);
    }
    Ok(response
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap())
}

fn exact() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO)
}

fn waits(log: &Log) -> Vec<Duration> {
    let log = log.lock().unwrap();
    log.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn build(scripted: (ClientBuilder, Log)) -> (Client, Log) {
    (scripted.0.build().unwrap(), scripted.1)
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_again_and_what_does_not_is_not() {
    for (status, attempts) in [
        (REFUSED, 2),
        (408, 2),
        (421, 2),
        (425, 2),
        (429, 2),
        (502, 2),
        (503, 2),
        (504, 2),
        (LOST, 1),
        (400, 1),
        (401, 1),
        (407, 1),
        (422, 1),
        (500, 1),
        (501, 1),
        (204, 1),
    ] {
        let (client, log) = build(scripted(&[(status, ""), (GOOD, "")], exact()));
        let outcome = client.create_session(&request()).await;
        assert_eq!(log.lock().unwrap().len(), attempts, "{status}");
        if let Err(error) = &outcome {
            assert!(!error.is_retryable(), "{status}");
        }
        // The script's 204 has the body of a created session.
        assert_eq!(outcome.is_ok(), attempts == 2 || status == 204, "{status}");
        if let Ok(created) = outcome {
            let expected = if status == 204 { 204 } else { 200 };
            assert_eq!(created.status(), expected, "{status}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_is_tried_again_only_if_asked() {
    let policy = exact().retry_lost_responses();
    let (client, log) = build(scripted(&[(LOST, ""), (GOOD, "")], policy));
    client.create_session(&request()).await.unwrap();
    assert_eq!(log.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_error_tells_of_every_attempt() {
    let script = [(LOST, ""), (503, ""), (REFUSED, "")];
    let (client, log) = build(scripted(&script, exact().retry_lost_responses()));
    let error = client.create_session(&request()).await.unwrap_err();
    assert_eq!((error.attempts(), log.lock().unwrap().len()), (3, 3));
    assert!(error.is_connect() && error.may_have_reached_server());
    assert!(error.to_string().ends_with("; tried 3 times"), "{error}");
    let second = error.previous().unwrap();
    assert_eq!(second.status().unwrap(), 503);
    let first = second.previous().unwrap();
    assert!(first.is_interrupted() && first.previous().is_none());
    assert_eq!(first.attempts(), 1);
}

/// What the text says of the session, and what the method says, do not contradict each other.
#[tokio::test(start_paused = true)]
async fn the_line_tells_of_an_earlier_attempt_that_may_have_created_the_session() {
    let earlier = "; an earlier attempt may have created the session; tried ";
    for (script, is_told) in [
        (&[(LOST, ""), (REFUSED, "")][..], true),
        (&[(LOST, ""), (421, "")], true),
        (&[(LOST, ""), (503, "")], true),
        (&[(LOST, ""), (REFUSED, ""), (REFUSED, "")], true),
        (&[(503, ""), (REFUSED, "")], true),
        (&[(REFUSED, ""), (REFUSED, "")], false),
        (&[(408, ""), (421, "")], false),
        // The line of the last attempt says that much, or as little, itself.
        (&[(REFUSED, ""), (LOST, "")], false),
        (&[(LOST, ""), (LOST, "")], false),
        (&[(503, ""), (503, "")], false),
    ] {
        let attempts = u32::try_from(script.len()).unwrap();
        let policy = exact().retry_lost_responses().max_attempts(attempts);
        let (client, _) = build(scripted(script, policy));
        let error = client.create_session(&request()).await.unwrap_err();
        let line = error.to_string();
        assert_eq!(line.contains(earlier), is_told, "{script:?}: {line}");
        assert!(line.matches("created").count() <= 1, "{line}");
        assert!(!is_told || error.may_have_reached_server());
        let first = std::iter::successors(Some(&error), |error| error.previous()).last();
        assert!(!first.unwrap().to_string().contains("earlier"));
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_as_seconds_and_as_a_date() {
    let date = "Sun, 06 Nov 1994 08:49:50 GMT";
    let (client, log) = build(scripted(&[(429, "7"), (503, date), (GOOD, "")], exact()));
    client.create_session(&request()).await.unwrap();
    assert_eq!(
        waits(&log),
        [Duration::from_secs(7), Duration::from_secs(13)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_that_cannot_be_read_is_no_leave_to_hurry() {
    let longest = Duration::from_secs(4);
    for (asked, seconds) in [("1.2", 2), ("1, 3", 3), ("soon", 4), ("-1", 4)] {
        let policy = RetryPolicy::default().backoff(Duration::ZERO, longest);
        let (client, log) = build(scripted(&[(429, asked), (GOOD, "")], policy));
        client.create_session(&request()).await.unwrap();
        assert_eq!(waits(&log), [Duration::from_secs(seconds)], "{asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_takes_nothing_from_the_budget() {
    let policy = exact().budget(1);
    let script = [(503, "5"), (503, "5"), (503, "5"), (503, ""), (GOOD, "")];
    let (client, log) = build(scripted(&script, policy));
    for _ in 0..3 {
        let wanted = request();
        let call = client.create_session(&wanted);
        tokio::time::timeout(Duration::from_secs(1), call)
            .await
            .unwrap_err();
    }
    client.create_session(&request()).await.unwrap();
    assert_eq!(log.lock().unwrap().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_error_can_be_asked_whether_it_is_worth_another_try() {
    for (status, policy, expected) in [
        (503, RetryPolicy::never(), true),
        (REFUSED, RetryPolicy::never(), true),
        (LOST, RetryPolicy::never(), false),
        (LOST, RetryPolicy::never().retry_lost_responses(), true),
        (422, exact(), false),
    ] {
        let (client, _) = build(scripted(&[(status, "")], policy));
        let error = client.create_session(&request()).await.unwrap_err();
        assert_eq!(error.is_retryable(), expected, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn statuses_that_say_not_processed_are_told_so() {
    for (status, reached) in [
        (400, false),
        (401, false),
        (405, false),
        (407, false),
        (408, false),
        (411, false),
        (413, false),
        (414, false),
        (415, false),
        (417, false),
        (421, false),
        (422, false),
        (425, false),
        (426, false),
        (428, false),
        (431, false),
        (501, false),
        (505, false),
        (511, false),
        // Of these, no RFC says it: a proxy may refuse an answer, and a service may have begun.
        (402, true),
        (403, true),
        (404, true),
        (406, true),
        (409, true),
        (429, true),
        (500, true),
        (503, true),
    ] {
        let (client, _) = build(scripted(&[(status, "")], RetryPolicy::never()));
        let error = client.create_session(&request()).await.unwrap_err();
        assert_eq!(error.may_have_reached_server(), reached, "{error}");
        assert!(
            !error.to_string().contains("may have been created"),
            "{error}"
        );
    }
    // An earlier attempt counts.
    let script = [(503, ""), (408, "")];
    let (client, _) = build(scripted(&script, exact().max_attempts(2)));
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(error.may_have_reached_server());
}

#[tokio::test(start_paused = true)]
async fn lengths_without_end_are_taken() {
    let (builder, _) = scripted(&[(503, ""), (GOOD, "")], exact());
    let client = builder
        .connect_timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .pool_idle_timeout(Duration::MAX)
        .retry(exact().max_retry_after(Duration::MAX));
    client
        .build()
        .unwrap()
        .create_session(&request())
        .await
        .unwrap();
    let forever = RetryPolicy::default()
        .backoff(Duration::MAX, Duration::MAX)
        .max_retry_after(Duration::MAX);
    let (client, log) = build(scripted(&[(503, "1")], forever));
    client.create_session(&request()).await.unwrap_err();
    assert_eq!(log.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_limit_is_left_to_the_caller() {
    for (asked, attempts) in [("20", 2), ("21", 1)] {
        let (client, log) = build(scripted(&[(429, asked), (GOOD, "")], exact()));
        let outcome = client.create_session(&request()).await;
        assert_eq!(log.lock().unwrap().len(), attempts);
        if let Err(error) = outcome {
            assert_eq!(error.retry_after(), Some(Duration::from_secs(21)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn waits_are_random_below_a_doubling_ceiling_and_follow_from_the_seed() {
    let first = Duration::from_millis(100);
    let longest = Duration::from_millis(350);
    let policy = |seed| {
        let policy = RetryPolicy::default()
            .max_attempts(6)
            .backoff(first, longest);
        policy.seed(seed)
    };
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        let (client, log) = build(scripted(&[(503, "")], policy(seed)));
        client.create_session(&request()).await.unwrap_err();
        let waits = waits(&log);
        for (wait, ceiling) in waits.iter().zip([100, 200, 350, 350, 350]) {
            // The timer counts in whole milliseconds.
            assert!(wait.as_millis() <= ceiling + 1, "{waits:?}");
        }
        assert_eq!(waits.len(), 5);
        seen.push(waits);
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0], seen[2]);
}

#[tokio::test(start_paused = true)]
async fn no_retry_begins_at_or_after_the_total_timeout() {
    for (asked, attempts) in [("4", 2), ("5", 1)] {
        let (builder, log) = scripted(&[(503, asked), (GOOD, "")], exact());
        let client = builder
            .total_timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        let start = now();
        let outcome = client.create_session(&request()).await;
        assert_eq!(outcome.is_ok(), attempts == 2);
        assert_eq!(log.lock().unwrap().len(), attempts);
        let took = if attempts == 2 { 4 } else { 0 };
        assert_eq!((now() - start).as_secs(), took);
    }
}

#[tokio::test(start_paused = true)]
async fn the_total_timeout_also_ends_a_retry_that_hangs() {
    let tries = Arc::new(Mutex::new(0));
    let transport = service_fn(move |_| {
        *tries.lock().unwrap() += 1;
        let first = *tries.lock().unwrap() == 1;
        async move {
            if !first {
                std::future::pending::<()>().await;
            }
            let unavailable = Response::builder().status(503);
            Ok::<_, Infallible>(unavailable.body(Full::new(Bytes::new())).unwrap())
        }
    });
    let client = builder().retry(exact()).transport(transport);
    let client = client
        .total_timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let start = now();
    let error = client.create_session(&request()).await.unwrap_err();
    assert_eq!((now() - start).as_secs(), 5);
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 2);
    assert_eq!(error.previous().unwrap().status().unwrap(), 503);
}

#[tokio::test(start_paused = true)]
async fn clones_share_one_budget_in_an_outage() {
    let (client, log) = build(scripted(&[(503, "")], exact().budget(10)));
    let calls: Vec<_> = std::iter::repeat_with(|| {
        let client = client.clone();
        tokio::spawn(async move { client.create_session(&request()).await })
    })
    .take(1000)
    .collect();
    for call in calls {
        assert!(call.await.unwrap().is_err());
    }
    assert_eq!(log.lock().unwrap().len(), 1010);
}

#[test]
fn impossible_policies_are_refused() {
    let refusal = |policy| builder().retry(policy).build().unwrap_err().to_string();
    assert!(refusal(exact().max_attempts(0)).contains("number of attempts is zero"));
    let (most, _) = scripted(&[(GOOD, "")], exact().max_attempts(100));
    assert!(most.build().is_ok());
    assert!(refusal(exact().max_attempts(101)).contains("more than 100 attempts"));
    let shrinking = RetryPolicy::default().backoff(Duration::from_secs(2), Duration::from_secs(1));
    assert!(refusal(shrinking).contains("first backoff of 2s is longer"));
}

#[tokio::test]
async fn a_retry_sends_the_whole_request_again() {
    let unavailable = answer("503 Service Unavailable", "", "");
    let port = support::serve([
        (unavailable.into_bytes(), support::End::Close),
        (support::created().into_bytes(), support::End::Close),
    ])
    .await;
    let base = BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap();
    let client = builder().retry(exact()).base_uri(base).build().unwrap();
    client.create_session(&request()).await.unwrap();
}
