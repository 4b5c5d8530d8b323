use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    frame::remaining, integrations::query_id, logs::Requests, route::Visit, session::PageSession,
};
use crate::{builder::VaultBuilder, journal::Recorded, validate};

/// What the page shows to those who test with it.
pub(super) struct Corner {
    pub(super) open: bool,
    /// Where its forms go: to the page that is shown.
    pub(super) action: String,
    pub(super) steps: Vec<Advance>,
    pub(super) faults: [CornerFault; 4],
    /// The script that the consumer's requests meet at present.
    pub(super) injected: Option<String>,
    pub(super) claims: String,
    pub(super) created_by: Option<String>,
    pub(super) journal: Requests,
}

/// A button that moves the clock.
pub(super) struct Advance {
    pub(super) seconds: u64,
    pub(super) label: String,
}

/// A button that injects a fault.
pub(super) struct CornerFault {
    pub(super) script: &'static str,
    pub(super) label: &'static str,
}

/// What the next request with the consumer's headers meets.
const FAULTS: [CornerFault; 4] = [
    CornerFault {
        script: "status=503",
        label: "503",
    },
    CornerFault {
        script: "status=429; retry-after=30",
        label: "429",
    },
    CornerFault {
        script: "html",
        label: "HTML",
    },
    CornerFault {
        script: "reset",
        label: "Reset",
    },
];

impl Corner {
    pub(super) fn of(visit: &Visit<'_>) -> Self {
        let session = visit.session();
        Self {
            open: visit.view.corner_open,
            action: match &visit.view.connection {
                Some(id) => format!("?corner&connection={}", query_id(id)),
                None => "?corner".to_owned(),
            },
            steps: steps(session.claims().remaining(visit.now)),
            faults: FAULTS,
            injected: injected(visit),
            claims: pretty(session.claims()),
            created_by: created_by(visit).map(|entry| request(&entry)),
            journal: Requests::all(visit),
        }
    }
}

/// A minute, ten minutes, just before the end, and the end.
fn steps(left: Duration) -> Vec<Advance> {
    // A running clock is within the second.
    let left = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let mut steps: Vec<_> = [60, 600]
        .into_iter()
        .filter(|seconds| *seconds < left)
        .map(|seconds| Advance {
            seconds,
            label: format!("+ {}", remaining(Duration::from_secs(seconds))),
        })
        .collect();
    if left > 10 {
        steps.push(Advance {
            seconds: left - 10,
            label: "To 10 s before the end".to_owned(),
        });
    }
    steps.push(Advance {
        seconds: left,
        label: "To the end".to_owned(),
    });
    steps
}

fn injected(visit: &Visit<'_>) -> Option<String> {
    let scope = visit.scope();
    let mut injected = visit.vault.faults().injected().into_iter();
    let (_, script) = injected.find(|(theirs, _)| *theirs == scope)?;
    Some(script.to_string())
}

/// The request whose body the claims repeat, if the journal still has it.
fn created_by(visit: &Visit<'_>) -> Option<Recorded> {
    let session = visit.session();
    let entries = visit.vault.journal().requests();
    let mut entries = entries.into_iter().rev();
    entries.find(|entry| {
        entry.path() == "/vault/sessions"
            && entry.created().is_some()
            && entry.app_id() == Some(session.app().as_str())
            && entry.consumer_id() == Some(session.consumer().as_str())
            && repeats(session, entry.body())
    })
}

fn repeats(session: PageSession<'_>, body: &[u8]) -> bool {
    let members = match body {
        [] => Map::new(),
        body => match validate::value(body) {
            Some(Value::Object(members)) => members,
            _ => return false,
        },
    };
    let claims = session.claims().others();
    let added = ["scopes", "data_scopes"];
    let added = added.iter().filter(|name| !members.contains_key(**name));
    claims.len() == members.len() + added.count()
        && members
            .iter()
            .all(|(name, value)| claims.get(name) == Some(value))
}

fn request(entry: &Recorded) -> String {
    let header = |name: &str, value: Option<&str>| {
        let value = value.unwrap_or_default();
        format!("{name}: {value}\n")
    };
    let body = match entry.json() {
        Some(body) => pretty(&body),
        None => "(no body)".to_owned(),
    };
    format!(
        "{} {}\n{}{}\n{body}",
        entry.method(),
        entry.path(),
        header("x-apideck-app-id", entry.app_id()),
        header("x-apideck-consumer-id", entry.consumer_id()),
    )
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("claims and bodies are JSON")
}

impl VaultBuilder {
    /// Whether the Hosted Vault page has a corner for developers, with the session's claims, the
    /// clock, faults and the journal; by default it has. Needs the feature `page`.
    ///
    /// It is for those who may use the admin API: by default for a browser on the same machine. They
    /// see every request in the journal, move the clock and inject faults; everybody else gets the
    /// page without it.
    pub fn developer_corner(mut self, shown: bool) -> Self {
        self.settings.rules.developer_corner = shown;
        self
    }
}
