use askama::Template;
use http::StatusCode;

use super::{frame::Frame, route::Visit};
use crate::journal::{Outcome, Recorded};

/// Requests on one page.
const LIMIT: usize = 50;

/// What was asked for the session's consumer.
#[derive(Template)]
#[template(path = "logs.html", whitespace = "minimize")]
pub(super) struct Logs<'a> {
    frame: Frame<'a>,
    requests: Requests,
}

/// A table of requests.
#[derive(Template)]
#[template(path = "requests.html", whitespace = "minimize")]
pub(super) struct Requests {
    requests: Vec<Row>,
}

struct Row {
    time: String,
    method: String,
    path: String,
    status: Option<StatusCode>,
    outcome: Outcome,
}

impl<'a> Logs<'a> {
    pub(super) fn of(visit: &'a Visit<'_>) -> Self {
        let session = visit.session();
        let is_theirs = |entry: &Recorded| {
            entry.consumer_id() == Some(session.consumer().as_str())
                && entry.app_id() == Some(session.app().as_str())
        };
        Self {
            frame: Frame::of(visit, None),
            requests: Requests::matching(visit, is_theirs),
        }
    }
}

impl Requests {
    /// The whole journal, for the developer's corner.
    pub(super) fn all(visit: &Visit<'_>) -> Self {
        Self::matching(visit, |_| true)
    }

    /// The latest requests, the last one first.
    fn matching(visit: &Visit<'_>, wanted: impl Fn(&Recorded) -> bool) -> Self {
        let entries = visit.vault.journal().requests();
        let latest = entries
            .iter()
            .rev()
            .filter(|entry| wanted(entry))
            .map(Row::of);
        // The visit itself is among those that are not answered yet.
        let ended = latest.filter(|row| row.outcome != Outcome::Held);
        Self {
            requests: ended.take(LIMIT).collect(),
        }
    }
}

impl Row {
    fn of(entry: &Recorded) -> Self {
        let at = humantime::format_rfc3339_seconds(entry.at()).to_string();
        Self {
            // The time of day in UTC, such as `14:05:09`.
            time: at[11..19].to_owned(),
            method: entry.method().to_string(),
            path: entry.path().chars().take(200).collect(),
            status: entry.status(),
            outcome: entry.outcome(),
        }
    }

    fn class(&self) -> &'static str {
        match self.status.map_or(599, |status| status.as_u16()) {
            400..500 => "warn",
            500.. => "bad",
            _ => "ok",
        }
    }
}
