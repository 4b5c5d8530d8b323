//! The clock: standing, running, scaled, and joined with tokio's paused time.

use std::{
    future::Future,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use tokio::time::sleep;
use vault_mock::{AroundExpiry, Clock, ClockChange};

const EPOCH: SystemTime = SystemTime::UNIX_EPOCH;
const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_frozen_clock_moves_only_when_told() {
    let clock = Clock::frozen_at(EPOCH);
    let other_handle = clock.clone();
    other_handle.advance(Duration::from_millis(1_500));
    assert_eq!(clock.now(), EPOCH + Duration::from_millis(1_500));
    clock.set(EPOCH + 7 * SECOND);
    assert_eq!(other_handle.now(), EPOCH + 7 * SECOND);
    assert_eq!(clock.to_fn()(), EPOCH + 7 * SECOND);
}

#[test]
fn stays_where_dates_can_be_written() {
    let clock = Clock::frozen();
    clock.advance(Duration::MAX);
    let latest = EPOCH + Duration::from_secs(253_402_300_799);
    assert_eq!(clock.now(), latest);
    clock.set(EPOCH - SECOND);
    assert_eq!(clock.now(), EPOCH);
}

#[test]
#[should_panic(expected = "a clock that runs needs a tokio runtime to wait: await it under")]
fn a_running_clock_waits_in_a_runtime_only() {
    let clock = Clock::running_from(EPOCH);
    let mut sleeping = std::pin::pin!(clock.sleep(SECOND));
    let _ = sleeping
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
}

#[tokio::test(start_paused = true)]
async fn a_running_clock_runs_by_tokios_time() {
    let clock = Clock::running_from(EPOCH);
    sleep(30 * SECOND).await;
    assert_eq!(clock.now(), EPOCH + 30 * SECOND);
    clock.freeze();
    sleep(SECOND).await;
    assert_eq!(clock.now(), EPOCH + 30 * SECOND);
    clock.resume();
    sleep(SECOND).await;
    clock.set(EPOCH);
    sleep(2 * SECOND).await;
    assert_eq!(clock.now(), EPOCH + 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_scaled_clock_runs_faster() {
    let clock = Clock::frozen_at(EPOCH);
    sleep(SECOND).await;
    clock.scale(3_600);
    assert_eq!(clock.now(), EPOCH);
    sleep(SECOND).await;
    assert_eq!(clock.now(), EPOCH + 3_600 * SECOND);
    assert_eq!(clock.state().scale(), 3_600);
    clock.scale(u32::MAX);
    sleep(Duration::from_secs(604_800)).await;
    let latest = EPOCH + Duration::from_secs(253_402_300_799);
    assert_eq!(clock.now(), latest);
}

#[tokio::test(start_paused = true)]
async fn waiting_on_a_running_clock_takes_tokios_time() {
    for (scale, expected) in [(1, 30 * SECOND), (60, SECOND / 2), (30_000, SECOND / 1_000)] {
        let clock = Clock::running_from(EPOCH);
        clock.scale(scale);
        let real = Clock::running_from(EPOCH);
        clock.sleep(30 * SECOND).await;
        assert_eq!(real.now(), EPOCH + expected, "at {scale}");
        assert_eq!(clock.now(), EPOCH + 30 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_on_a_frozen_clock_ends_when_the_test_says_so() {
    let clock = Clock::frozen_at(EPOCH);
    let waiting = tokio::spawn({
        let clock = clock.clone();
        async move { clock.sleep(30 * SECOND).await }
    });
    sleep(Duration::from_secs(604_800)).await;
    clock.advance(29 * SECOND);
    sleep(SECOND).await;
    assert!(!waiting.is_finished());
    clock.advance(SECOND);
    waiting.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_change_while_waiting_is_heard() {
    let clock = Clock::running_from(EPOCH);
    let real = Clock::running_from(EPOCH);
    let wait = clock.sleep(30 * SECOND);
    let changes = async {
        sleep(5 * SECOND).await;
        clock.freeze();
        sleep(100 * SECOND).await;
        clock.advance(5 * SECOND);
        clock.scale(2);
    };
    tokio::join!(wait, changes);
    // Five seconds ran, five were skipped, and twenty took ten.
    assert_eq!(real.now(), EPOCH + 115 * SECOND);
}

#[test]
fn waiting_for_the_past_needs_no_runtime() {
    let clock = Clock::frozen();
    let wait = std::pin::pin!(clock.sleep_until(clock.now()));
    let polled = wait.poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(()));
}

#[tokio::test(start_paused = true)]
async fn a_thread_outside_the_runtime_reads_the_same_time() {
    let clock = Clock::running_from(EPOCH);
    sleep(30 * SECOND).await;
    let now = clock.to_fn();
    let seen = std::thread::spawn(now).join().unwrap();
    assert_eq!(seen, EPOCH + 30 * SECOND);
}

#[test]
fn changes_are_data() {
    let clock = Clock::frozen_at(EPOCH);
    for text in [
        "advance=1m 30s",
        "set=2026-11-23T10:00:00Z",
        "freeze",
        "resume",
        "scale=60",
    ] {
        let change: ClockChange = text.parse().unwrap();
        assert_eq!(change.to_string(), text);
        clock.apply(change);
    }
    clock.freeze();
    clock.apply("set=2026-11-23T10:00:00Z".parse().unwrap());
    assert_eq!(
        serde_json::to_string(&clock.state()).unwrap(),
        r#"{"now":"2026-11-23T10:00:00Z","unix_seconds":1795428000,"scale":0}"#
    );
    for text in [
        "",
        "advance",
        "advance=-1s",
        "set=yesterday",
        "scale=-1",
        "stop",
        "freeze=1",
    ] {
        let error = text.parse::<ClockChange>().unwrap_err().to_string();
        assert!(
            error.starts_with("invalid change of the clock: "),
            "{error}"
        );
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn instants_around_an_expiry_are_data() {
    for (text, instant) in [
        ("-1s", AroundExpiry::Before(SECOND)),
        ("0", AroundExpiry::At),
        ("+1m", AroundExpiry::After(60 * SECOND)),
    ] {
        assert_eq!(text.parse(), Ok(instant));
        assert_eq!(instant.to_string(), text);
    }
    assert_eq!("-0s".parse(), Ok(AroundExpiry::At));
    assert_eq!("1s".parse(), Ok(AroundExpiry::After(SECOND)));
    assert!("soon".parse::<AroundExpiry>().is_err());
}
