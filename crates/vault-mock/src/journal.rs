use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use bytes::Bytes;
use http::{Method, StatusCode};

/// What the mock was asked, and how it answered: the latest requests, the oldest first.
///
/// The journal is a ring. When it is full the oldest entry makes room and is counted as
/// [`dropped`](Journal::dropped), so that a mock that runs for long does not grow.
#[derive(Debug)]
pub struct Journal {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<Recorded>,
    dropped: u64,
}

impl Journal {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            state: Mutex::default(),
        }
    }

    /// The requests that are still in the journal.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.read(|state| state.entries.iter().cloned().collect())
    }

    /// The latest request.
    #[must_use]
    pub fn last(&self) -> Option<Recorded> {
        self.read(|state| state.entries.back().cloned())
    }

    /// How many requests made room for later ones.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.read(|state| state.dropped)
    }

    /// Forgets everything, the count of dropped requests too.
    pub fn clear(&self) {
        self.read(|state| *state = State::default());
    }

    pub(crate) fn record(&self, entry: Recorded) {
        self.read(|state| {
            state.entries.push_back(entry);
            if state.entries.len() > self.capacity {
                state.entries.pop_front();
                state.dropped += 1;
            }
        });
    }

    fn read<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One request in the [`Journal`]. Credentials are not part of it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// When the request was answered, on the mock's clock.
    pub at: SystemTime,
    /// The method of the request.
    pub method: Method,
    /// The path of the request, without its query.
    pub path: String,
    /// The value of `x-apideck-app-id`, whatever it was.
    pub app_id: Option<String>,
    /// The value of `x-apideck-consumer-id`, whatever it was.
    pub consumer_id: Option<String>,
    /// The body as it arrived.
    pub body: Bytes,
    /// The status of the answer.
    pub status: StatusCode,
}

impl Recorded {
    /// The path, without the token that the path of a session's page ends with.
    pub(crate) fn path_without_token(&self) -> &str {
        page_without_token(&self.path)
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Recorded")
            .field("at", &self.at)
            .field("method", &self.method)
            .field("path", &self.path_without_token())
            .field("app_id", &self.app_id)
            .field("consumer_id", &self.consumer_id)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("status", &self.status)
            .finish()
    }
}

/// The path of a session's page ends with its token.
fn page_without_token(path: &str) -> &str {
    let page = "/session/";
    if path.starts_with(page) { page } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Recorded {
        Recorded {
            at: SystemTime::UNIX_EPOCH,
            method: Method::GET,
            path: path.to_owned(),
            app_id: None,
            consumer_id: None,
            body: Bytes::new(),
            status: StatusCode::OK,
        }
    }

    #[test]
    fn is_a_ring_that_counts_what_it_drops() {
        let journal = Journal::with_capacity(2);
        for path in ["/1", "/2", "/3"] {
            journal.record(entry(path));
        }
        let paths: Vec<_> = journal
            .requests()
            .into_iter()
            .map(|kept| kept.path)
            .collect();
        assert_eq!(
            (paths, journal.dropped()),
            (vec!["/2".to_owned(), "/3".to_owned()], 1)
        );
        journal.clear();
        assert!(journal.last().is_none());
        assert_eq!(journal.dropped(), 0);
    }

    #[test]
    fn a_token_in_a_path_is_not_shown() {
        let shown = format!("{:?}", entry("/session/SECRET"));
        assert!(!shown.contains("SECRET"), "{shown}");
    }
}
