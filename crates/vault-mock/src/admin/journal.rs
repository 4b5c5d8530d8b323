use std::time::SystemTime;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};
use vault_sessions::AppId;

use super::{
    problem::{self, AdminProblem},
    query::Query,
};
use crate::{
    api,
    expect::Condition,
    identity,
    journal::{Outcome, Recorded, masked_body, masked_id},
    router::Call,
};

/// `GET /journal`: the latest requests, the oldest first.
pub(super) fn list(call: &Call<'_>) -> Result<Response<Bytes>, AdminProblem> {
    let mut query = Query::of(call.head.parts.uri.query());
    let app = query.checked("app_id", Condition::app);
    let consumer = query.checked("consumer_id", Condition::consumer);
    let path = query.checked("path", |path| Condition::path(path.to_owned()));
    let status = query.parsed("status", "an HTTP status", |text| {
        StatusCode::from_bytes(text.as_bytes()).ok()
    });
    let kind = query.parsed("outcome", "the kind of an outcome", |text| {
        Outcome::KINDS.into_iter().find(|kind| *kind == text)
    });
    let limit = query.parsed("limit", "a number of entries", |text| {
        usize::try_from(text.parse::<u32>().ok()?).ok()
    });
    query.finish()?;
    problem::arrives_here(call, app.as_deref())?;
    if app.is_none() {
        let app = path.as_deref().and_then(identity::app_of_path);
        problem::arrives_here(call, app.as_ref().map(AppId::as_str))?;
    }

    let journal = call.vault.journal();
    let mut entries = journal.requests();
    entries.retain(|entry| {
        app.as_ref().is_none_or(|app| entry.app_id() == Some(app))
            && consumer
                .as_ref()
                .is_none_or(|id| entry.consumer_id() == Some(id))
            && path.as_ref().is_none_or(|path| entry.path() == *path)
            && status.is_none_or(|status| entry.status() == Some(status))
            && kind.is_none_or(|kind| entry.outcome().kind() == kind)
    });
    let first = entries.len().saturating_sub(limit.unwrap_or(usize::MAX));
    let shown: Vec<_> = entries[first..].iter().map(show).collect();
    let body = json!({ "entries": shown, "dropped": journal.dropped() });
    Ok(api::json(StatusCode::OK, &body))
}

/// `DELETE /journal`
pub(super) fn clear(call: &Call<'_>) -> Response<Bytes> {
    call.vault.journal().clear();
    api::no_content()
}

fn show(entry: &Recorded) -> Value {
    let since_epoch = entry.at().duration_since(SystemTime::UNIX_EPOCH);
    json!({
        "number": entry.number(),
        "at": humantime::format_rfc3339(entry.at()).to_string(),
        "unix_seconds": since_epoch.unwrap_or_default().as_secs(),
        "method": entry.method().as_str(),
        "path": entry.path(),
        "app_id": entry.app_id().map(masked_id),
        "consumer_id": entry.consumer_id().map(masked_id),
        "body": show_body(entry),
        "status": entry.status().map(|status| status.as_u16()),
        "outcome": entry.outcome().masked(),
    })
}

/// JSON without its credentials; of anything else only what is known to be none.
fn show_body(entry: &Recorded) -> Value {
    if entry.body().is_empty() {
        return Value::Null;
    }
    let json = entry.masked_body();
    let content_type = entry.expose_header("content-type");
    json.unwrap_or_else(|| masked_body(content_type, entry.body()).into())
}
