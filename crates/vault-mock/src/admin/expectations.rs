use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use vault_sessions::{AppId, ConsumerId};

use super::{
    input::{Input, integer, text},
    problem::Problem,
};
use crate::{
    api,
    expect::{Matching, Terms, Times},
    router::Call,
};

type Answer = Result<Response<Bytes>, Problem>;

/// How many expectations there may be, so that a mock that runs for long does not grow.
const LIMIT: usize = 1_000;

/// `POST /expectations`: says which requests count, and how many of them there must be.
pub(super) fn declare(call: &Call<'_>) -> Answer {
    let mut input = Input::read(call)?;
    let name = input.optional("name", text::<String>);
    let least = input.optional("least", count);
    let most = input.optional("most", count);
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        input.complain("most", "it must not be less than `least`".to_owned());
    }
    let matching = input.finish_matching()?;
    let journal = call.vault.journal();
    if journal.expected().len() >= LIMIT {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            format!("there are {LIMIT} expectations already; DELETE forgets them"),
        ));
    }
    let times = match (least, most) {
        (least, Some(most)) => Times::from(least.unwrap_or(0)..=most),
        (least, None) => Times::from(least.unwrap_or(1)..),
    };
    let terms = Terms::over_http(matching, times, name);
    journal.remember(Arc::new(Mutex::new(terms)));
    Ok(api::no_content())
}

/// `GET /expectations/verify`: 200 if all are met, otherwise 409 and the report.
pub(super) fn verify(call: &Call<'_>) -> Answer {
    let journal = call.vault.journal();
    match journal.unmet() {
        None => {
            let met = journal.expected().len();
            Ok(api::json(StatusCode::OK, &json!({ "met": met })))
        }
        Some(unmet) => Err(Problem::new(StatusCode::CONFLICT, unmet.to_string())),
    }
}

/// `DELETE /expectations`
pub(super) fn forget(call: &Call<'_>) -> Response<Bytes> {
    call.vault.journal().forget_expected();
    api::no_content()
}

impl Input {
    /// Reads what requests must be like, the last of the members.
    fn finish_matching(mut self) -> Result<Matching, Problem> {
        let method = self.optional("method", text::<Method>);
        let path = self.optional("path", text::<String>);
        let app = self.optional("app_id", text::<AppId>);
        let consumer = self.optional("consumer_id", text::<ConsumerId>);
        let status = self.optional("status", status);
        let headers = self.optional("headers", texts);
        let body = self.optional("body", pointers);
        let mut matching = Matching::requests();
        if let Some(method) = method {
            matching = matching.method(method);
        }
        if let Some(path) = path {
            matching = matching.path(path);
        }
        if let Some(app) = app {
            matching = matching.app(app);
        }
        if let Some(consumer) = consumer {
            matching = matching.consumer(consumer);
        }
        if let Some(status) = status {
            matching = matching.status(status);
        }
        for (name, value) in headers.unwrap_or_default() {
            matching = matching.header(name, value);
        }
        for (pointer, value) in body.unwrap_or_default() {
            matching = matching.body(pointer, value);
        }
        self.finish(Some(matching))
    }
}

fn count(value: &Value) -> Result<usize, String> {
    let count = integer(value).and_then(|count| u32::try_from(count).ok());
    let count = count.and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| format!("it must be an integer from 0 to {}", u32::MAX))
}

fn status(value: &Value) -> Result<u16, String> {
    let status = integer(value).and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (100..=999).contains(status));
    status.ok_or_else(|| "it must be an HTTP status".to_owned())
}

fn texts(value: &Value) -> Result<Vec<(String, String)>, String> {
    let rule = || "it must be an object of texts, by the names of headers".to_owned();
    let members = value.as_object().ok_or_else(rule)?.iter();
    let texts = members.map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())));
    texts.collect::<Option<_>>().ok_or_else(rule)
}

fn pointers(value: &Value) -> Result<Map<String, Value>, String> {
    let is_pointer = |name: &String| name.is_empty() || name.starts_with('/');
    let members = value.as_object();
    let members = members.filter(|members| members.keys().all(is_pointer));
    members
        .cloned()
        .ok_or_else(|| "it must be an object of values, by JSON pointers".to_owned())
}
