use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use vault_sessions::Action;

use super::{
    input::{self, integer, text},
    problem::{self, AdminProblem, Wrong},
};
use crate::{
    api,
    expect::{Condition, Matching, Terms, Times},
    journal::Recorded,
    router::Call,
    validate::Checker,
};

type Answer = Result<Response<Bytes>, AdminProblem>;

/// How many expectations there may be, so that a mock that runs for long does not grow.
const LIMIT: usize = 1_000;

/// `POST /expectations`: says which requests count, and how many of them there must be.
pub(super) fn declare(call: &Call<'_>) -> Answer {
    let terms = read(call)?;
    if terms.times.can_only_be_met() {
        let why = "whatever comes, it is met: give `most`, too";
        return Err(AdminProblem::invalid(vec![Wrong::at("/least", why)]));
    }
    let journal = call.vault.journal();
    if journal.expects() >= LIMIT {
        return Err(AdminProblem::new(
            StatusCode::CONFLICT,
            format!("there are {LIMIT} expectations already; DELETE forgets them"),
        ));
    }
    journal.remember(Arc::new(Mutex::new(terms)));
    Ok(api::no_content())
}

/// `POST /expectations/check`: says what differs at present, and remembers nothing.
pub(super) fn check(call: &Call<'_>) -> Answer {
    let terms = read(call)?;
    let journal = call.vault.journal();
    let in_flight = journal.in_flight();
    let found = journal.find(terms.matching());
    let report = terms.check(journal).err();
    let body = json!({
        "found": found.iter().map(Recorded::number).collect::<Vec<_>>(),
        "in_flight": in_flight,
        "report": report.map(|unmet| unmet.to_string()),
    });
    Ok(api::json(StatusCode::OK, &body))
}

fn read(call: &Call<'_>) -> Result<Terms, AdminProblem> {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let name = checker.take_if_there("name", text::<String>);
    let least = checker.take_if_there("least", count);
    let most = checker.take_if_there("most", count);
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        checker.refuse("most", "it must not be less than `least`".to_owned());
    }
    let matching = matching(checker)?;
    problem::arrives_here(call, matching.named_app().as_deref())?;
    let times = match (least, most) {
        (least, Some(most)) => Times::from(least.unwrap_or(0)..=most),
        (least, None) => Times::from(least.unwrap_or(1)..),
    };
    Ok(Terms::over_http(matching, times, name))
}

/// What comes after the prefix in the path of a verification.
pub(super) const VERIFY: &str = "/expectations/verify";

/// `GET /expectations/verify`: 200 if all are met, otherwise 409 and the report. Requests in flight have
/// been [waited for](super::route::settle); of those that still are, the verdict says how many.
pub(super) fn verify(call: &Call<'_>) -> Answer {
    let journal = call.vault.journal();
    match journal.unmet() {
        None => {
            let mut body = json!({ "met": journal.expects() });
            let in_flight = journal.in_flight();
            if in_flight > 0 {
                body["in_flight"] = in_flight.into();
            }
            Ok(api::json(StatusCode::OK, &body))
        }
        Some(unmet) => Err(AdminProblem::new(StatusCode::CONFLICT, unmet.to_string())),
    }
}

/// `DELETE /expectations`
pub(super) fn forget(call: &Call<'_>) -> Response<Bytes> {
    call.vault.journal().forget_expected();
    api::no_content()
}

/// Reads what requests must be like, the last of the members.
fn matching(mut checker: Checker<'_>) -> Result<Matching, AdminProblem> {
    let one = [
        (
            "method",
            checker
                .take_if_there("method", input::method)
                .map(Condition::Method),
        ),
        ("path", checker.take_if_there("path", path)),
        ("app_id", checker.take_if_there("app_id", app)),
        (
            "consumer_id",
            checker.take_if_there("consumer_id", consumer),
        ),
        ("status", checker.take_if_there("status", status)),
        (
            "allow_actions",
            checker.take_if_there("allow_actions", actions),
        ),
        ("outcome", checker.take_if_there("outcome", outcome)),
    ];
    let several = [
        ("headers", checker.take_if_there("headers", headers)),
        ("body", checker.take_if_there("body", body)),
        (
            "no_headers",
            checker.take_if_there("no_headers", no_headers),
        ),
        ("no_body", checker.take_if_there("no_body", no_body)),
    ];
    let one = one
        .into_iter()
        .map(|(name, one)| (name, Vec::from_iter(one)));
    let several = several
        .into_iter()
        .map(|(name, several)| (name, several.unwrap_or_default()));
    let mut matching = Matching::requests();
    for (name, conditions) in one.chain(several) {
        for condition in conditions {
            match matching.clone().with(condition) {
                Ok(with) => matching = with,
                Err(problem) => checker.refuse(name, problem),
            }
        }
    }
    checker.finish_closed(Some(matching))
}

fn count(value: &Value) -> Result<usize, String> {
    let count = integer(value).and_then(|count| u32::try_from(count).ok());
    let count = count.and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| format!("it must be an integer from 0 to {}", u32::MAX))
}

fn path(value: &Value) -> Result<Condition, String> {
    Condition::path(string(value)?.to_owned())
}

fn app(value: &Value) -> Result<Condition, String> {
    Condition::app(string(value)?)
}

fn consumer(value: &Value) -> Result<Condition, String> {
    Condition::consumer(string(value)?)
}

fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "it must be a text".to_owned())
}

fn status(value: &Value) -> Result<Condition, String> {
    let status = integer(value).and_then(|status| u16::try_from(status).ok());
    Condition::status(status.ok_or("it must be an HTTP status")?)
}

/// As a set: in any order.
fn actions(value: &Value) -> Result<Condition, String> {
    let actions: Option<Vec<Action>> = value.as_array().and_then(|listed| {
        let actions = listed.iter().map(|action| action.as_str()?.parse().ok());
        actions.collect()
    });
    let actions = actions.ok_or_else(|| {
        let known: Vec<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        format!("it must be an array with any of {}", known.join(", "))
    })?;
    Ok(Condition::Actions(actions.into_iter().collect()))
}

fn headers(value: &Value) -> Result<Vec<Condition>, String> {
    let rule = || "it must be an object of texts, by the names of headers".to_owned();
    let members = value.as_object().ok_or_else(rule)?.iter();
    let conditions = members.map(|(name, value)| {
        let value = value.as_str().ok_or_else(rule)?;
        Condition::header(name.clone(), Some(value.to_owned()))
    });
    conditions.collect()
}

fn no_headers(value: &Value) -> Result<Vec<Condition>, String> {
    let names = list(value)?.into_iter();
    names.map(|name| Condition::header(name, None)).collect()
}

fn no_body(value: &Value) -> Result<Vec<Condition>, String> {
    let pointers = list(value)?.into_iter();
    pointers
        .map(|pointer| Condition::body(pointer, None))
        .collect()
}

fn list(value: &Value) -> Result<Vec<String>, String> {
    Deserialize::deserialize(value).map_err(|_| "it must be an array of texts".to_owned())
}

fn outcome(value: &Value) -> Result<Condition, String> {
    let rule = || "it must be `session_created`".to_owned();
    let is_created = *value == "session_created";
    is_created.then_some(Condition::Created).ok_or_else(rule)
}

fn body(value: &Value) -> Result<Vec<Condition>, String> {
    let rule = || "it must be an object of values, by JSON pointers".to_owned();
    let members = value.as_object().ok_or_else(rule)?.iter();
    let conditions =
        members.map(|(pointer, value)| Condition::body(pointer.clone(), Some(value.clone())));
    conditions.collect()
}
