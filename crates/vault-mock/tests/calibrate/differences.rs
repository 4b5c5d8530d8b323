//! A planted difference for each question, which it must notice.

use std::{convert::Infallible, future::Ready, future::ready, task::Poll};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};
use tower_service::Service;
use vault_mock::{
    Vault,
    calibrate::{Calibration, Question, Report, calibrate},
};
use vault_sessions::{ConsumerId, wire::BaseUri};

use crate::support::{APP, row};

/// What is done to an answer of a mock, to make a service of it that differs.
type Plant = fn(&mut Response<Bytes>);

/// A mock whose answers, but for the first one, are changed.
#[derive(Clone)]
struct Planted {
    vault: Vault,
    plant: Plant,
    /// How many answers are left alone.
    spared: usize,
}

impl Service<Request<Full<Bytes>>> for Planted {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let body = body.into_inner().unwrap_or_default();
        let mut response = self.vault.handle(Request::from_parts(parts, body));
        if self.vault.journal().requests().len() > self.spared {
            (self.plant)(&mut response);
        }
        ready(Ok(response.map(Full::new)))
    }
}

async fn planted(plant: Plant, spared: usize, question: &'static Question) -> Report {
    let vault = Vault::builder().build();
    let clock = vault.clock().clone();
    let key = vault.api_key().clone();
    let service = Planted {
        vault,
        plant,
        spared,
    };
    let consumer = ConsumerId::from_static("somebody");
    let calibration = Calibration::new(service, BaseUri::default(), key, APP, consumer)
        .requests_per_second(f64::INFINITY)
        .allow_changes("crm+salesforce".parse().unwrap())
        .pause(move |length| {
            clock.advance(length);
            ready(())
        })
        .only([question]);
    calibrate(calibration).await.unwrap()
}

/// A service that refuses what the mock takes, and the other way round.
fn other_status(response: &mut Response<Bytes>) {
    let success = response.status().is_success();
    let other = if success {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    *response.status_mut() = other;
}

/// Refuses to switch a connection off, and nothing else.
fn enforced(response: &mut Response<Bytes>) {
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if body["data"]["enabled"] == false {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
}

fn no_date(response: &mut Response<Bytes>) {
    response.headers_mut().remove("date");
}

fn limited(response: &mut Response<Bytes>) {
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from_static("100"));
    headers.insert("x-ratelimit-reset", HeaderValue::from_static("60"));
}

fn other_cors(response: &mut Response<Bytes>) {
    for name in [
        "access-control-allow-headers",
        "access-control-expose-headers",
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static("authorization"));
    }
}

/// An error with one more member.
fn other_error(response: &mut Response<Bytes>) {
    edit(response, |body| body["trace"] = json!("x"));
}

fn other_answer(response: &mut Response<Bytes>) {
    edit(response, |body| body["data"]["expires"] = json!(1));
}

fn edit(response: &mut Response<Bytes>, edit: impl FnOnce(&mut Value)) {
    let mut body: Value = serde_json::from_slice(response.body()).unwrap();
    edit(&mut body);
    *response.body_mut() = body.to_string().into();
}

/// Another token, in which one part is edited: 0 is the header, 1 are the claims.
fn retoken(response: &mut Response<Bytes>, part: usize, change: fn(&mut Value)) {
    edit(response, |body| {
        let Some(token) = body["data"]["session_token"].as_str() else {
            return;
        };
        let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
        let json = URL_SAFE_NO_PAD.decode(&parts[part]).unwrap();
        let mut json: Value = serde_json::from_slice(&json).unwrap();
        change(&mut json);
        parts[part] = URL_SAFE_NO_PAD.encode(json.to_string());
        body["data"]["session_token"] = parts.join(".").into();
    });
}

fn longer(response: &mut Response<Bytes>) {
    retoken(response, 1, |claims| {
        claims["exp"] = json!(claims["exp"].as_u64().unwrap() + 1);
    });
}

fn with_key_id(response: &mut Response<Bytes>) {
    retoken(response, 0, |header| header["kid"] = json!("one"));
}

fn other_claims(response: &mut Response<Bytes>) {
    retoken(response, 1, |claims| {
        let members = claims.as_object_mut().unwrap();
        for name in [
            "redirect_uri",
            "scopes",
            "data_scopes",
            "theme",
            "custom_consumer_settings",
        ] {
            members.remove(name);
        }
        members.insert("settings".to_owned(), json!({ "show_sidebar": true }));
    });
}

/// What is planted for a question, and how many answers come before it.
fn plant_for(question: &str) -> (Plant, usize) {
    match question {
        "session" => (other_answer, 0),
        "rate-limit" => (limited, 0),
        "date" => (no_date, 1),
        "error-shape" => (other_error, 1),
        "cors-allowed-headers" | "cors-exposed-headers" => (other_cors, 1),
        "token-header" => (with_key_id, 1),
        "actions" => (enforced, 1),
        // The session of a second is opened; what follows is refused before its end.
        "expiry" => (other_status, 2),
        "length-default" | "length-null" | "length-minutes" | "length-hours" | "length-second"
        | "length-7d" | "length-week" => (longer, 1),
        name if name.starts_with("claim-") => (other_claims, 1),
        "unknown-theme-member" => (other_claims, 1),
        _ => (other_status, 1),
    }
}

#[tokio::test]
async fn each_question_notices_a_difference() {
    for question in Question::all() {
        let (plant, spared) = plant_for(question.name());
        let report = planted(plant, spared, question).await;
        let row = row(&report, question.name());
        assert!(
            row.service.is_some() && row.service != row.mock_by_default,
            "{} does not notice: {report}",
            question.name()
        );
    }
}

/// Otherwise the differences above would prove nothing.
#[tokio::test]
async fn nothing_planted_is_no_difference() {
    for question in Question::all() {
        let report = planted(|_| {}, 0, question).await;
        assert!(report.is_agreement(), "{report}");
    }
}

#[test]
fn every_question_has_a_name_of_its_own_and_a_reason() {
    let mut names: Vec<_> = Question::all().map(Question::name).collect();
    assert!(names.len() >= 40);
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    for question in Question::all() {
        assert!(question.why().len() > 3, "{question:?}");
        assert!(std::ptr::eq(
            Question::named(question.name()).unwrap(),
            question
        ));
    }
}
