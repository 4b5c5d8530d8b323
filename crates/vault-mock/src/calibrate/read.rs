//! How an answer is read: into a short text, of which each word is ours, a number or a name.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderName, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use super::{
    answer::{Answer, members},
    mask,
};

/// The status, and what type of error it is.
pub(super) fn outcome(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    if answer.status.is_success() || answer.status.is_redirection() {
        return status.to_string();
    }
    let error = answer.error();
    match error.and_then(|error| error.type_name) {
        Some(type_name) => format!("{status} {}", mask::name(&type_name)),
        None => format!("{status} {}", form(answer)),
    }
}

/// As [`outcome`], of a call that creates a session.
pub(super) fn created(answer: &Answer) -> String {
    if answer.status == StatusCode::OK && answer.token().is_some() {
        return "200".to_owned();
    }
    unless_created(answer)
}

/// How long the session lives, in seconds: `exp` less `iat`.
pub(super) fn life(answer: &Answer) -> String {
    let time = |name| answer.claim(name).and_then(|value| value.as_f64());
    match (time("/exp"), time("/iat")) {
        (Some(exp), Some(iat)) => format!("{} s", exp - iat),
        _ => unless_created(answer),
    }
}

/// What became of a member of the body in the claims.
pub(super) fn kept(answer: &Answer, pointer: &str) -> String {
    if answer.claims().is_none() {
        return unless_created(answer);
    }
    match answer.claim(pointer) {
        None => "dropped",
        Some(Value::Null) => "kept as null",
        Some(_) => "kept",
    }
    .to_owned()
}

/// Names of the members of a claim that is an object; empty, if it is empty or not there.
pub(super) fn filled_in(answer: &Answer, pointer: &str) -> String {
    if answer.claims().is_none() {
        return unless_created(answer);
    }
    match answer.claim(pointer) {
        Some(Value::Object(members)) if members.is_empty() => "none".to_owned(),
        Some(members @ Value::Object(_)) => sorted_names(&members),
        Some(_) => "no object".to_owned(),
        None => "absent".to_owned(),
    }
}

/// The kind of a claim that the service adds.
pub(super) fn shape(answer: &Answer, pointer: &str) -> String {
    if answer.claims().is_none() {
        return unless_created(answer);
    }
    match answer.claim(pointer) {
        None => "absent".to_owned(),
        Some(Value::Object(members)) => {
            let members = members.iter().map(|(name, value)| match value {
                Value::Bool(flag) => format!("{}: {flag}", mask::name(name)),
                _ => mask::name(name).to_owned(),
            });
            let mut members: Vec<_> = members.collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        Some(Value::Array(items)) => format!("{} items", items.len()),
        Some(_) => "neither object nor array".to_owned(),
    }
}

/// The names of the claims, in their order.
pub(super) fn claim_names(answer: &Answer) -> String {
    match answer.claims() {
        Some(claims) => joined(claims.iter().map(|(name, _)| name.as_str())),
        None => unless_created(answer),
    }
}

/// The JOSE header of the token.
pub(super) fn token_header(answer: &Answer) -> String {
    let header = answer.token().and_then(|token| {
        let header = token.expose_secret().split('.').next()?;
        members(&URL_SAFE_NO_PAD.decode(header).ok()?)
    });
    let Some(header) = header else {
        return unless_created(answer);
    };
    let shown = header.iter().map(|(name, value)| match name.as_str() {
        "alg" | "typ" => format!("{name}={}", mask::name(value.as_str().unwrap_or("?"))),
        name => mask::name(name).to_owned(),
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// The names of the members of an answer and of its `data`, sorted, and what the URI is like.
pub(super) fn created_shape(answer: &Answer) -> String {
    let Some(token) = answer.token() else {
        return unless_created(answer);
    };
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let uri = body["data"]["session_uri"].as_str().unwrap_or_default();
    let ends_with_token = uri.ends_with(&format!("/session/{}", token.expose_secret()));
    let uri = if ends_with_token {
        "…/session/<token>"
    } else {
        "other"
    };
    let (outer, inner) = (sorted_names(&body), sorted_names(&body["data"]));
    format!("{outer}; data: {inner}; URI: {uri}")
}

/// The names of the members of an error, sorted.
pub(super) fn error_shape(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if body.is_object() && !answer.status.is_success() {
        sorted_names(&body)
    } else {
        outcome(answer)
    }
}

/// The names that a header lists, in lower case and sorted; or that there is no such header.
pub(super) fn listed(answer: &Answer, header: &HeaderName) -> String {
    let values = answer.headers.get_all(header).iter();
    let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
    if values.is_empty() {
        return "no such header".to_owned();
    }
    let names = values.iter().flat_map(|value| value.split(','));
    let mut names: Vec<_> = names.map(|name| name.trim().to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    let shown = names
        .iter()
        .map(|name| if name == "*" { "*" } else { mask::name(name) });
    shown.collect::<Vec<_>>().join(", ")
}

/// What an answer is that should have been a session.
fn unless_created(answer: &Answer) -> String {
    if answer.status.is_success() {
        format!(
            "{} without a session: {}",
            answer.status.as_u16(),
            form(answer)
        )
    } else {
        outcome(answer)
    }
}

/// What a body is, as far as it is neither a session nor an error of the service.
fn form(answer: &Answer) -> &'static str {
    let media_type = answer.headers.get(CONTENT_TYPE);
    let media_type = media_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if answer.body.is_empty() {
        "no body"
    } else if serde_json::from_slice::<Value>(&answer.body).is_ok() {
        "other JSON"
    } else if media_type.to_ascii_lowercase().starts_with("text/html") {
        "HTML"
    } else {
        "no JSON"
    }
}

/// The names of an object's members: JSON gives them no order.
fn sorted_names(object: &Value) -> String {
    let members = object.as_object().into_iter().flatten();
    let mut names: Vec<_> = members.map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    joined(names.into_iter())
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(mask::name).collect::<Vec<_>>().join(", ")
}
