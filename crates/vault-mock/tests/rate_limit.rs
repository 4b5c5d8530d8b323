//! The rate limit: windows on the mock's clock, each app by itself.

mod support;

use std::time::{Duration, SystemTime};

use http::Response;
use support::{Way, session_request_for};
use vault_mock::{Clock, RateLimit, Vault};

async fn call(way: &Way, app: &str) -> Response<hyper::body::Incoming> {
    let request = session_request_for(way.vault(), app, "consumer");
    way.send(request).await.unwrap()
}

fn limited(limit: RateLimit) -> Way {
    let clock = Clock::frozen_at(SystemTime::UNIX_EPOCH);
    Way::InProcess(Vault::builder().clock(clock).rate_limit(limit).build())
}

fn headers(response: &Response<hyper::body::Incoming>) -> (u16, [&str; 4]) {
    let names = [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "retry-after",
    ];
    let header = |name| {
        response
            .headers()
            .get(name)
            .map_or("-", |value| value.to_str().unwrap())
    };
    (response.status().as_u16(), names.map(header))
}

#[tokio::test]
async fn a_window_is_counted_told_and_over_on_the_mocks_clock() {
    let way = limited(RateLimit::per_minute(2));
    let clock = way.vault().clock().clone();
    assert_eq!(
        headers(&call(&way, "app").await),
        (200, ["2", "1", "60", "-"])
    );
    clock.advance(Duration::from_millis(20_500));
    assert_eq!(
        headers(&call(&way, "app").await),
        (200, ["2", "0", "40", "-"])
    );
    assert_eq!(
        headers(&call(&way, "app").await),
        (429, ["2", "0", "40", "40"])
    );
    // Whoever waits as long as `Retry-After` says is served.
    clock.advance(Duration::from_secs(39));
    assert_eq!(
        headers(&call(&way, "app").await),
        (429, ["2", "0", "1", "1"])
    );
    clock.advance(Duration::from_secs(1));
    assert_eq!(
        headers(&call(&way, "app").await),
        (200, ["2", "1", "60", "-"])
    );
}

#[tokio::test]
async fn what_is_refused_before_it_is_read_counts_too() {
    let way = limited(RateLimit::per_minute(1));
    let mut large = session_request_for(way.vault(), "app", "consumer");
    *large.body_mut() = vec![b' '; way.vault().rules().body_limit + 1].into();
    let refused = way.send(large).await.unwrap();
    assert_eq!(headers(&refused), (413, ["1", "0", "60", "-"]));
    assert_eq!(call(&way, "app").await.status(), 429);
}

#[tokio::test]
async fn a_window_lasts_its_time_and_not_an_instant_longer() {
    let way = limited(RateLimit::per_minute(1));
    let clock = way.vault().clock().clone();
    assert_eq!(call(&way, "app").await.status(), 200);
    clock.advance(Duration::from_secs(60) - Duration::from_nanos(1));
    assert_eq!(
        headers(&call(&way, "app").await),
        (429, ["1", "0", "1", "1"])
    );
    clock.advance(Duration::from_nanos(1));
    assert_eq!(
        headers(&call(&way, "app").await),
        (200, ["1", "0", "60", "-"])
    );
}

#[tokio::test]
async fn a_changed_limit_starts_all_windows_anew() {
    let way = limited(RateLimit::per_hour(1));
    assert_eq!(call(&way, "app").await.status(), 200);
    assert_eq!(call(&way, "app").await.status(), 429);
    way.vault().set_rate_limit(Some(RateLimit::per_hour(1)));
    assert_eq!(
        headers(&call(&way, "app").await),
        (200, ["1", "0", "3600", "-"])
    );
}

#[tokio::test]
async fn each_app_has_its_own_window_and_health_has_none() {
    let way = limited(RateLimit::per_hour(1));
    assert_eq!(call(&way, "one").await.status(), 200);
    assert_eq!(call(&way, "one").await.status(), 429);
    assert_eq!(call(&way, "two").await.status(), 200);
    for _ in 0..2 {
        let mut health = session_request_for(way.vault(), "one", "consumer");
        *health.uri_mut() = "/health".parse().unwrap();
        *health.method_mut() = http::Method::GET;
        let health = way.send(health).await.unwrap();
        assert_eq!(headers(&health), (200, ["-"; 4]));
    }
}

#[tokio::test]
async fn the_limit_can_change_and_is_off_by_default() {
    let vault = Vault::builder().build();
    let way = Way::InProcess(vault.clone());
    assert_eq!(headers(&call(&way, "app").await), (200, ["-"; 4]));
    vault.set_rate_limit(Some(RateLimit::per_second(0)));
    assert_eq!(
        headers(&call(&way, "app").await),
        (429, ["0", "0", "1", "1"])
    );
    vault.set_rate_limit(None);
    assert_eq!(call(&way, "app").await.status(), 200);
}

#[tokio::test]
async fn a_clock_that_is_set_back_starts_a_window() {
    let way = limited(RateLimit::per_hour(1));
    way.vault().clock().advance(Duration::from_secs(60));
    assert_eq!(call(&way, "app").await.status(), 200);
    way.vault().clock().set(SystemTime::UNIX_EPOCH);
    assert_eq!(
        headers(&call(&way, "app").await),
        (200, ["1", "0", "3600", "-"])
    );
}

#[test]
fn a_limit_prints_to_what_it_is_read_from() {
    for (text, limit) in [
        ("5/second", RateLimit::per_second(5)),
        ("60/minute", RateLimit::per_minute(60)),
        ("0/hour", RateLimit::per_hour(0)),
    ] {
        assert_eq!(
            (text.parse(), limit.to_string().as_str()),
            (Ok(limit), text)
        );
    }
    for text in ["", "5", "5/day", "-1/hour", "5/hour/hour"] {
        let error = text.parse::<RateLimit>().unwrap_err().to_string();
        assert!(error.contains("write 60/second"), "{error}");
    }
}
