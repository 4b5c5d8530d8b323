use std::{fmt, time::SystemTime};

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
        // A token in the path is a credential, also of sessions that are not this one.
        let path = match entry.path().strip_prefix("/session/") {
            Some(_) => "/session/…",
            None => &entry.path(),
        };
        Self {
            time: Time(entry.at()).to_string(),
            method: entry.method().to_string(),
            path: path.chars().take(200).collect(),
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

/// The time of day in UTC, such as `14:05:09`.
struct Time(SystemTime);

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since_epoch = self.0.duration_since(SystemTime::UNIX_EPOCH);
        let seconds = since_epoch.unwrap_or_default().as_secs() % 86_400;
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(formatter, "{hour:02}:{minute:02}:{second:02}")
    }
}
