use std::{fmt::Write, sync::Mutex, time::SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::json;

use crate::{api, journal::End, router::Call, sync};

/// How many requests have ended how, since the start.
///
/// A way is found by a linear search: a mock sees a handful of them.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<Vec<(Way, u64)>>);

/// With an answer of this status, or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Status(u16),
    Unanswered(&'static str),
}

impl Metrics {
    pub(crate) fn count(&self, end: End, status: Option<StatusCode>) {
        let way = match (end, status) {
            (End::Answered, Some(status)) => Way::Status(status.as_u16()),
            (End::Cut, _) => Way::Unanswered("cut"),
            (End::Reset, _) => Way::Unanswered("ended_by_reset"),
            _ => Way::Unanswered("abandoned"),
        };
        self.add(way);
    }

    /// Counts a request whose head is no HTTP, or too large.
    pub(crate) fn count_unreadable(&self) {
        self.add(Way::Unanswered("unreadable"));
    }

    fn add(&self, way: Way) {
        let mut counts = sync::lock(&self.0);
        match counts.iter_mut().find(|(counted, _)| *counted == way) {
            Some((_, count)) => *count += 1,
            None => counts.push((way, 1)),
        }
    }

    fn sorted(&self) -> Vec<(Way, u64)> {
        let mut counts = sync::lock(&self.0).clone();
        counts.sort_unstable();
        counts
    }
}

/// `GET /metrics` in Prometheus' text format, version 0.0.4.
pub(super) fn metrics(call: &Call<'_>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(write(call)));
    let media_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

fn write(call: &Call<'_>) -> String {
    let mut out = String::new();
    let mut family = |name: &str, kind: &str, help: &str, samples: &[(String, f64)]| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(out, "{name}{labels} {value}");
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats")]
    let requests: Vec<_> = call
        .vault
        .metrics()
        .sorted()
        .into_iter()
        .map(|(way, count)| {
            let label = match way {
                Way::Status(status) => format!("{{status=\"{status}\"}}"),
                Way::Unanswered(outcome) => format!("{{outcome=\"{outcome}\"}}"),
            };
            (label, count as f64)
        })
        .collect();
    family(
        "vault_mock_requests_total",
        "counter",
        "Requests that have ended, by status, or by outcome if there was no answer. Excludes the admin API and CORS preflights.",
        &requests,
    );
    let journal = call.vault.journal();
    #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats")]
    let [kept, dropped, in_flight] = [
        journal.len() as f64,
        journal.dropped() as f64,
        journal.in_flight() as f64,
    ];
    family(
        "vault_mock_requests_in_flight",
        "gauge",
        "Requests that have begun to arrive and have not ended.",
        &[(String::new(), in_flight)],
    );
    family(
        "vault_mock_journal_entries",
        "gauge",
        "Requests in the journal.",
        &[(String::new(), kept)],
    );
    family(
        "vault_mock_journal_dropped",
        "gauge",
        "Requests dropped from the journal to make room for later ones, since it was last cleared.",
        &[(String::new(), dropped)],
    );
    let now = call.vault.clock().now();
    let now = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    family(
        "vault_mock_clock_seconds",
        "gauge",
        "The mock's own clock, in seconds since the epoch.",
        &[(String::new(), now.as_secs_f64())],
    );
    out
}

/// `GET /health`: the mock is up.
pub(super) fn health() -> Response<Bytes> {
    told(StatusCode::OK, "ok")
}

/// `GET /ready`: the mock is up, and not about to end. It is ready as soon as it listens.
pub(super) fn ready(call: &Call<'_>) -> Response<Bytes> {
    if call.vault.is_draining() {
        told(StatusCode::SERVICE_UNAVAILABLE, "draining")
    } else {
        told(StatusCode::OK, "ok")
    }
}

fn told(status: StatusCode, said: &str) -> Response<Bytes> {
    let version = env!("CARGO_PKG_VERSION");
    api::json(status, &json!({ "status": said, "version": version }))
}
