use std::fmt;

use http::{HeaderName, HeaderValue, Method, header::AUTHORIZATION, uri::PathAndQuery};
use serde_json::Value;
use vault_sessions::{
    ActionSet, AppId, ConsumerId,
    wire::{APP_ID, CONSUMER_ID},
};

use super::{
    in_body::{InBody, below},
    lines::difference,
};
use crate::{
    admin,
    fault::FinalStatus,
    identity,
    journal::{Outcome, Recorded, masked_at, masked_header, masked_uri},
    validate::given_twice,
};

#[cfg(feature = "page")]
use crate::page::is_asset;

#[cfg(not(feature = "page"))]
fn is_asset(_: &str) -> bool {
    false
}

/// One thing that a request must fulfil. One that no request can fulfil cannot be made.
#[derive(Clone, PartialEq)]
pub(crate) enum Condition {
    Method(Method),
    Path(String),
    Created,
    App(String),
    Consumer(String),
    Header(String, Option<String>),
    Body(String, Option<Value>),
    Actions(ActionSet),
    Status(u16),
}

impl Condition {
    pub(crate) fn app(app: &str) -> Result<Self, String> {
        AppId::new(app).map_err(|invalid| invalid.to_string())?;
        Ok(Self::App(app.to_owned()))
    }

    pub(crate) fn consumer(consumer: &str) -> Result<Self, String> {
        ConsumerId::new(consumer).map_err(|invalid| invalid.to_string())?;
        Ok(Self::Consumer(consumer.to_owned()))
    }

    pub(crate) fn path(path: String) -> Result<Self, String> {
        let is_rooted = path.starts_with('/') || path == "*";
        let parsed = path.parse::<PathAndQuery>().ok();
        if admin::has_path(&path) || is_asset(&path) {
            return Err(format!(
                "the journal leaves out what is asked of the admin API, and what a page fetches by \
                 itself: no request in it has the path {path:?}"
            ));
        }
        if is_rooted && parsed.is_some_and(|parsed| parsed.path() == path) {
            Ok(Self::Path(path))
        } else {
            Err(format!(
                "no request has the path {path:?}: a path begins with `/`, is percent-encoded, and \
                 has no query"
            ))
        }
    }

    pub(crate) fn header(name: String, value: Option<String>) -> Result<Self, String> {
        HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("no header can have the name {name:?}"))?;
        let given = value.as_deref().unwrap_or_default();
        let why = if HeaderValue::from_bytes(given.as_bytes()).is_err() {
            "for its control characters"
        } else if given != given.trim_matches([' ', '\t']) {
            // RFC 9110 §5.5
            "for the white space around it"
        } else {
            return Ok(Self::Header(name, value));
        };
        Err(format!(
            "no header can have this value, {why}; the header is {name}"
        ))
    }

    pub(crate) fn body(pointer: String, value: Option<Value>) -> Result<Self, String> {
        let mut escapes = pointer.split('~').skip(1);
        let is_escaped = escapes.all(|rest| rest.starts_with(['0', '1']));
        if is_escaped && (pointer.is_empty() || pointer.starts_with('/')) {
            Ok(Self::Body(pointer, value))
        } else {
            Err(format!(
                "{pointer:?} is not a JSON pointer: one is empty or begins with `/`; a `~` in a name is \
                 `~0`, a `/` is `~1` (RFC 6901)"
            ))
        }
    }

    pub(crate) fn status(status: u16) -> Result<Self, String> {
        let answer = FinalStatus::new(status);
        answer.map(|_| Self::Status(status)).ok_or_else(|| {
            format!("no answer has the status {status}; statuses run from 200 to 599")
        })
    }

    /// Whether no request can fulfil both. What a hook answers by itself is left aside.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        if let (Some(one), Some(other)) = (self.in_body(), other.in_body()) {
            return excludes(one, other) || excludes(other, one);
        }
        self.excludes(other)
            || other.excludes(self)
            || (self != other && self.place().eq_ignore_ascii_case(&other.place()))
    }

    /// Whether a request that fulfils it cannot fulfil the other, at another place.
    fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Created, Self::Status(status)) => *status != 200,
            (Self::Created, Self::Method(method)) => method != Method::POST,
            (Self::Created, Self::Path(path)) => path != "/vault/sessions",
            (Self::Created, Self::Header(name, value)) => !opens(name, value.as_deref()),
            (Self::Created, Self::Body(pointer, Some(value))) => {
                // The rule `null_body` takes `null` for none.
                pointer.is_empty() && !value.is_object() && !value.is_null()
            }
            (Self::App(id), Self::Header(name, Some(value))) => APP_ID == **name && id != value,
            (Self::Consumer(id), Self::Header(name, Some(value))) => {
                CONSUMER_ID == **name && id != value
            }
            _ => false,
        }
    }

    /// The pointer into the body, and what must be there; `None` if it is not about the body.
    fn in_body(&self) -> Option<(&str, InBody<'_>)> {
        match self {
            Self::Body(pointer, None) => Some((pointer, InBody::Nothing)),
            Self::Body(pointer, Some(value)) => Some((pointer, InBody::Value(value))),
            Self::Actions(actions) => Some((ACTIONS, InBody::Actions(actions))),
            _ => None,
        }
    }

    /// The one app whose requests can match, by its ID.
    pub(super) fn app_by_id(&self) -> Option<String> {
        match self {
            Self::App(app) => Some(app.clone()),
            Self::Header(name, Some(app)) if APP_ID == **name => Some(app.clone()),
            _ => None,
        }
    }

    /// The app whose requests are meant, by a token or a path.
    pub(super) fn app_by_token(&self) -> Option<String> {
        let app = match self {
            Self::Path(path) => identity::app_of_path(path),
            Self::Header(name, Some(value)) if AUTHORIZATION == **name => {
                identity::app_of_credentials(value)
            }
            _ => None,
        };
        app.map(|app| app.as_str().to_owned())
    }
}

/// Whether no body has both: one value stands at or below where the other does.
fn excludes((above, one): (&str, InBody<'_>), (pointer, other): (&str, InBody<'_>)) -> bool {
    below(pointer, above).is_some_and(|below| one.excludes(below, other))
}

/// Whether a request with this header, or without it, may open a session.
fn opens(name: &str, value: Option<&str>) -> bool {
    if APP_ID == *name {
        value.is_some_and(|id| AppId::new(id).is_ok())
    } else if CONSUMER_ID == *name {
        value.is_some_and(|id| ConsumerId::new(id).is_ok())
    } else if AUTHORIZATION == *name {
        value.is_some_and(|credentials| identity::bearer_of(credentials).is_some())
    } else {
        true
    }
}

/// A condition that a request does not fulfil.
pub(super) struct ConditionMismatch {
    /// What was looked at, such as a header or a JSON pointer.
    pub(super) place: String,
    /// Lines with `-` for what was expected and `+` for what came.
    pub(super) diff: String,
}

/// A request with its body and outcome read once.
pub(super) struct Looked<'a> {
    recorded: &'a Recorded,
    body: Option<Value>,
    outcome: Outcome,
}

impl<'a> Looked<'a> {
    pub(super) fn at(recorded: &'a Recorded) -> Self {
        Self {
            recorded,
            body: recorded.json(),
            outcome: recorded.outcome(),
        }
    }

    fn body(&self, pointer: &str) -> Option<&Value> {
        self.body.as_ref()?.pointer(pointer)
    }

    /// What to say if the body gives a member twice, on the way to a pointer or below it: no single
    /// value is all that was sent there.
    fn given_twice(&self, pointer: &str) -> Option<String> {
        let is_on = |path: &str, of: &str| below(of, path).is_some();
        let twice = given_twice(self.recorded.body()).into_iter();
        let mut met = twice.filter(|twice| is_on(twice, pointer) || is_on(pointer, twice));
        met.next().map(|twice| format!("(given twice: {twice})"))
    }
}

const ACTIONS: &str = "/settings/allow_actions";

impl Condition {
    pub(super) fn mismatch(&self, looked: &Looked<'_>) -> Option<ConditionMismatch> {
        let recorded = looked.recorded;
        match self {
            Self::Method(method) => {
                let found = recorded.method();
                (found != method).then(|| self.differs(method.as_str(), found.as_str()))
            }
            Self::Path(path) => {
                let (found, shown) = (recorded.expose_path(), recorded.path());
                let differs = found != path && shown != *path;
                differs.then(|| self.differs(&masked_uri(path), &shown))
            }
            Self::Status(status) => {
                let found = recorded.status().map(|status| status.as_u16());
                let shown = || found.map_or("(none)".to_owned(), |found| found.to_string());
                (found != Some(*status)).then(|| self.differs(&status.to_string(), &shown()))
            }
            Self::Created => {
                let created = matches!(looked.outcome, Outcome::SessionCreated(_));
                let found = || looked.outcome.to_string();
                (!created).then(|| self.differs("session created", &found()))
            }
            Self::App(app) => self.other_id(app, recorded.app_id()),
            Self::Consumer(consumer) => self.other_id(consumer, recorded.consumer_id()),
            Self::Header(name, value) => {
                let found = recorded.expose_field(name);
                let expected = value.as_ref().map(String::as_bytes);
                (found.as_deref() != expected).then(|| {
                    self.differs(
                        &shown_header(name, expected),
                        &shown_header(name, found.as_deref()),
                    )
                })
            }
            Self::Body(pointer, value) => {
                if let Some(twice) = looked.given_twice(pointer) {
                    return Some(self.differs(&shown_json(pointer, value.as_ref()), &twice));
                }
                let found = looked.body(pointer);
                let asked = value.as_ref().map_or(InBody::Nothing, InBody::Value);
                (!asked.is_met_by(found)).then(|| {
                    self.differs(
                        &shown_json(pointer, value.as_ref()),
                        &shown_json(pointer, found),
                    )
                })
            }
            Self::Actions(actions) => {
                let found = looked.body(ACTIONS);
                let is_met = InBody::Actions(actions).is_met_by(found);
                let twice = looked.given_twice(ACTIONS);
                (twice.is_some() || !is_met).then(|| {
                    let expected = serde_json::to_value(actions).ok();
                    let found = twice.unwrap_or_else(|| shown_json(ACTIONS, found));
                    self.differs(&shown_json(ACTIONS, expected.as_ref()), &found)
                })
            }
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Method(_) => "method".to_owned(),
            Self::Path(_) => "path".to_owned(),
            Self::Created => "outcome".to_owned(),
            Self::App(_) => "app ID".to_owned(),
            Self::Consumer(_) => "consumer ID".to_owned(),
            Self::Header(name, _) => format!("header {name}"),
            Self::Body(pointer, _) if pointer.is_empty() => "body".to_owned(),
            Self::Body(pointer, _) => format!("body {pointer}"),
            Self::Actions(_) => format!("body {ACTIONS}"),
            Self::Status(_) => "status".to_owned(),
        }
    }

    fn other_id(&self, expected: &str, found: Option<&str>) -> Option<ConditionMismatch> {
        (found != Some(expected)).then(|| self.differs(expected, found.unwrap_or("(absent)")))
    }

    fn differs(&self, expected: &str, found: &str) -> ConditionMismatch {
        if expected == found {
            return ConditionMismatch {
                place: self.place(),
                diff: "another credential, which is not shown".to_owned(),
            };
        }
        ConditionMismatch {
            place: self.place(),
            diff: difference(expected, found),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        match self {
            Self::Method(method) => write!(formatter, "{place} {method}"),
            Self::Path(path) => write!(formatter, "{place} {}", masked_uri(path)),
            Self::Created => write!(formatter, "{place} session created"),
            Self::App(id) | Self::Consumer(id) => write!(formatter, "{place} {id}"),
            Self::Header(name, value) => {
                write!(
                    formatter,
                    "{place}: {}",
                    shown_header(name, value.as_ref().map(String::as_bytes))
                )
            }
            Self::Body(_, None) => write!(formatter, "{place}: (absent)"),
            Self::Body(pointer, Some(value)) => {
                write!(formatter, "{place}: {}", masked_at(pointer, value))
            }
            Self::Actions(actions) => write!(formatter, "{place}: {actions}"),
            Self::Status(status) => write!(formatter, "{place} {status}"),
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

fn shown_header(name: &str, value: Option<&[u8]>) -> String {
    let name = name.to_ascii_lowercase();
    value.map_or("(absent)".to_owned(), |value| {
        masked_header(&name, value).into_owned()
    })
}

/// JSON over several lines, credentials masked.
fn shown_json(pointer: &str, value: Option<&Value>) -> String {
    match value {
        Some(value) => format!("{:#}", masked_at(pointer, value)),
        None => "(absent)".to_owned(),
    }
}
