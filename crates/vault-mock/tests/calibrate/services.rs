//! Services that answer badly, late, or not at all.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use vault_mock::{
    Clock, Vault, VaultServer,
    calibrate::{Calibration, Question, Report, calibrate},
};
use vault_sessions::{ApiKey, ConsumerId, wire::BaseUri};

use crate::support::{APP, client, questions, report_of, row};

const KEY: &str = "sk_live_not_to_be_seen";
const CONSUMER: ConsumerId = ConsumerId::from_static("somebody@example.com");

/// Questions to a server of a few lines: each connection is read once, and answered with these bytes.
/// `None` is silence.
async fn server(
    answer: impl Fn(usize) -> Option<Vec<u8>> + Send + 'static,
) -> (Calibration, Counter) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Counter::default();
    let counter = requests.clone();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 256 * 1024];
            let read = stream.read(&mut head).await.unwrap_or_default();
            if read == 0 {
                continue;
            }
            match answer(counter.0.fetch_add(1, Ordering::Relaxed)) {
                Some(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                }
                None => silent.push(stream),
            }
        }
    });
    (questions_to(&format!("http://{address}")), requests)
}

#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl Counter {
    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

fn questions_to(base: &str) -> Calibration {
    let key = ApiKey::new(KEY).unwrap();
    Calibration::new(client(), base.parse().unwrap(), key, APP, CONSUMER)
        .requests_per_second(f64::INFINITY)
        .pause(|_| std::future::ready(()))
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

fn says_no_secret(report: &Report) {
    for text in [
        report.to_string(),
        report.to_toml(),
        serde_json::to_string(report).unwrap(),
    ] {
        for secret in [KEY, CONSUMER.as_str(), "eyJ"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn html_nonsense_and_echoes_make_a_report() {
    let echo = format!(
        r#"{{"type_name":"{KEY}","message":"{CONSUMER:?}","status_code":418,"x {KEY}":"eyJ"}}"#
    );
    for answer in [
        http("200 OK", "content-type: text/html\r\n", "<h1>Welcome</h1>"),
        http("200 OK", "content-type: application/json\r\n", "[[[[{}]]]]"),
        http("200 OK", "", ""),
        http(
            "500 Oh",
            "content-type: text/plain\r\n",
            "\u{0}\u{1}\u{fffd}",
        ),
        http("418 Teapot", "content-type: application/json\r\n", &echo),
        http(
            "200 OK",
            "content-type: application/json\r\n",
            r#"{"data":{"session_token":"eyJ.eyJ.eyJ","session_uri":"x"}}"#,
        ),
    ] {
        let (calibration, _) = server(move |_| Some(answer.clone())).await;
        let report = calibrate(calibration).await.unwrap();
        assert!(!report.is_agreement(), "{report}");
        says_no_secret(&report);
    }
}

#[tokio::test]
async fn what_is_no_http_or_nothing_at_all_ends_after_three_times() {
    for answer in [Some(b"\0nonsense\r\n\r\n".to_vec()), Some(Vec::new()), None] {
        let (calibration, requests) = server(move |_| answer.clone()).await;
        let error = calibrate(calibration.timeout(Duration::from_millis(20)))
            .await
            .unwrap_err();
        assert!(error.is_no_answer(), "{error}");
        // hyper itself repeats what was certainly not answered on a connection.
        assert!(requests.count() <= 6, "{}", requests.count());
        assert!(
            error
                .to_string()
                .starts_with("the service does not answer: "),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let (calibration, _) = server(|_| {
        let mut answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
        answer.resize(3 * 1024 * 1024, b'x');
        Some(answer)
    })
    .await;
    let error = calibrate(calibration).await.unwrap_err();
    assert!(
        error.to_string().contains("length limit exceeded"),
        "{error}"
    );
}

#[tokio::test]
async fn an_unreachable_service_is_one_line() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = calibrate(questions_to(&base)).await.unwrap_err();
    assert!(error.is_no_answer(), "{error}");
    assert_eq!(error.to_string().lines().count(), 1);
}

#[tokio::test]
async fn a_wrong_key_is_one_line_and_one_request() {
    let service = VaultServer::start().await;
    let error = calibrate(questions_to(service.uri())).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(
        error.to_string(),
        "the service refuses the API key (401 UnauthorizedError): check the key, and that it belongs to \
         the app ID"
    );
    assert_eq!(service.journal().requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_told_by_its_host() {
    let location = "location: https://vault.example/session/eyJ.eyJ.x\r\n";
    let (calibration, _) =
        server(move |_| Some(http("308 Permanent Redirect", location, ""))).await;
    let error = calibrate(calibration).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the service redirects to https://vault.example, and redirects are not followed: check the base \
         URI"
    );
}

#[tokio::test]
async fn a_service_that_limits_from_the_first_request_on_is_left_alone() {
    for (headers, expected, most) in [
        (
            "retry-after: 1\r\n",
            "the service answered 429 5 times in a row: ask later",
            5,
        ),
        (
            "",
            "the service answered 429 5 times in a row: ask later",
            5,
        ),
        (
            "retry-after: 3600\r\n",
            "the service asks to wait for 3600 s (429): ask later",
            1,
        ),
    ] {
        let (calibration, requests) =
            server(move |_| Some(http("429 Too Many Requests", headers, ""))).await;
        let error = calibrate(calibration).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(requests.count(), most);
    }
}

#[tokio::test]
async fn a_limit_in_between_is_waited_for() {
    let service = Vault::builder().rate_limit(vault_mock::RateLimit::per_minute(5));
    let report = report_of(service).await;
    assert_eq!(report.stopped(), None);
    assert_eq!(
        row(&report, "rate-limit").service.as_deref(),
        Some("5/minute: x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset")
    );
}

#[tokio::test]
async fn a_network_that_fails_later_leaves_what_was_answered() {
    let (calibration, _) = server(|request| {
        (request < 10)
            .then(|| http("500 Oh", "", ""))
            .or(Some(Vec::new()))
    })
    .await;
    let report = calibrate(calibration).await.unwrap();
    let stopped = report.stopped().unwrap();
    assert!(
        stopped.starts_with("the network failed 3 times in a row: "),
        "{stopped}"
    );
    assert!(
        report
            .to_string()
            .contains("not everything was asked: the network"),
        "{report}"
    );
    let answered = report
        .rows()
        .iter()
        .filter(|row| row.service.is_some())
        .count();
    assert!((5..=10).contains(&answered), "{report}");
}

#[tokio::test]
async fn a_used_up_account_leaves_what_was_answered() {
    let report = report_of(Vault::builder().request_limit(4)).await;
    assert_eq!(
        report.stopped(),
        Some("the request limit of the account is used up (402)")
    );
    assert_eq!(report.rows().len(), 4, "{report}");
}

#[tokio::test]
async fn the_difference_of_the_clocks_is_told() {
    for ahead in [300, -300_i64] {
        let now = Clock::system().now();
        let theirs = if ahead > 0 {
            now + Duration::from_secs(300)
        } else {
            now - Duration::from_secs(300)
        };
        let report = report_of(Vault::builder().clock(Clock::frozen_at(theirs))).await;
        let offset = report.clock_offset_seconds().unwrap();
        assert!((offset - ahead).abs() <= 5, "{offset}");
        // Expiry is judged by the service's own time.
        let expiry = row(&report, "expiry").service.as_deref();
        assert_eq!(expiry, Some("refused from exp on"));
        assert!(
            report.to_string().contains("the service's clock is "),
            "{report}"
        );
    }
}

#[tokio::test]
async fn nothing_is_changed_unless_that_is_allowed() {
    let service = VaultServer::start().await;
    let report = calibrate(questions(&service)).await.unwrap();
    assert!(report.is_agreement(), "{report}");
    assert!(!report.rows().iter().any(|row| row.question == "actions"));
    for entry in service.journal().requests() {
        assert!(
            !["PATCH", "DELETE", "PUT"].contains(&entry.method().as_str()),
            "{entry:?}"
        );
    }
}

#[tokio::test]
async fn a_connection_is_switched_on_again() {
    let service = VaultServer::start().await;
    let salesforce: vault_mock::connections::ConnectionId = "crm+salesforce".parse().unwrap();
    let calibration = questions(&service).allow_changes(salesforce.clone());
    let report = calibrate(calibration).await.unwrap();
    assert_eq!(row(&report, "actions").service.as_deref(), Some("200"));
    let connections = service.connections(&APP, &ConsumerId::from_static("somebody@example.com"));
    assert!(connections.find(&salesforce).unwrap().is_enabled());
}

#[tokio::test]
async fn a_report_survives_its_file_and_shows_what_changed() {
    let service = VaultServer::start().await;
    let before = calibrate(questions(&service)).await.unwrap();
    let kept: Report = serde_json::from_str(&serde_json::to_string(&before).unwrap()).unwrap();
    assert_eq!(kept, before);
    says_no_secret(&kept);

    service
        .change_rules(|rules| rules.schema_fault = vault_mock::SchemaFault::UnprocessableContent);
    let now = calibrate(questions(&service).quick()).await.unwrap();
    let changes = now.changes_since(&kept);
    assert!(changes.iter().any(|change| change.to_string()
        == "the service changed: wrong-type: it was `400 RequestValidationError`, and is \
            `422 RequestValidationError`"));
    assert!(!changes.iter().any(|change| change.question == "expiry"));
    assert_eq!(kept.changes_since(&kept), []);
}

#[tokio::test]
async fn only_some_questions_are_asked() {
    let service = VaultServer::start().await;
    let calibration = questions(&service).only(Question::named("length-bare"));
    assert_eq!(calibration.expected_requests(), 2);
    let report = calibrate(calibration).await.unwrap();
    let asked: Vec<_> = report.rows().iter().map(|row| &*row.question).collect();
    assert_eq!(asked, ["session", "length-bare"]);
}

#[tokio::test]
async fn what_was_answered_before_an_interruption_is_kept() {
    let service = VaultServer::start().await;
    let mut calibration = questions(&service);
    let mut asked = 0;
    {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let mut stop = Some(stop);
        let asking = calibration.ask(|_| {
            asked += 1;
            if asked == 5 {
                let _ = stop.take().unwrap().send(());
            }
        });
        tokio::select! {
            biased;
            _ = stopped => {}
            outcome = asking => panic!("it was not interrupted: {outcome:?}"),
        }
    }
    let report = calibration.report().await;
    assert!((1..=5).contains(&report.rows().len()), "{report}");
}

/// The first pause is between the first two requests, and as long as the rate says.
#[tokio::test(start_paused = true)]
async fn the_rate_is_kept() {
    let vault = Vault::builder().build();
    let (base, key) = (BaseUri::default(), vault.api_key().clone());
    let calibration = |rate: Option<f64>| {
        let (pauses, seen) = tokio::sync::mpsc::unbounded_channel();
        let calibration = Calibration::new::<_, Full<Bytes>, _>(
            vault.service(),
            base.clone(),
            key.clone(),
            APP,
            CONSUMER,
        )
        .only(Question::named("length-bare"))
        .pause(move |length| {
            pauses.send(length).unwrap();
            std::future::ready(())
        });
        let calibration: Calibration = match rate {
            Some(rate) => calibration.requests_per_second(rate),
            None => calibration,
        };
        (calibration, seen)
    };
    for (rate, pause) in [(None, 500), (Some(10.0), 100), (Some(0.5), 2_000)] {
        let (calibration, mut seen) = calibration(rate);
        calibrate(calibration).await.unwrap();
        assert_eq!(seen.recv().await, Some(Duration::from_millis(pause)));
        assert_eq!(seen.recv().await, None);
    }
}
