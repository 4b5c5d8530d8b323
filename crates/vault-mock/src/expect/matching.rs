use http::Method;
use serde::Serialize;
use serde_json::Value;
use vault_sessions::{ActionSet, ConsumerId, Session, Settings};

use super::condition::{Condition, Looked, Mismatch};
use crate::journal::Recorded;

/// Which requests are meant: those that fulfil every condition.
///
/// ```
/// use vault_mock::Matching;
/// use vault_sessions::Action;
///
/// let careful = Matching::sessions()
///     .app("my-app")
///     .header("user-agent", "my-backend/1.0")
///     .body("/settings/session_length", "30m")
///     .allow_actions([Action::Reauthorize]);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Matching(Vec<Condition>);

impl Matching {
    /// Every request.
    pub fn requests() -> Self {
        Self(Vec::new())
    }

    /// `POST /vault/sessions` that opened a session.
    pub fn sessions() -> Self {
        Self::requests()
            .method(Method::POST)
            .path("/vault/sessions")
            .and(Condition::Created)
    }

    /// Opened sessions of this consumer.
    pub fn session_for(consumer: &ConsumerId) -> Self {
        Self::sessions().consumer(consumer)
    }

    /// The method of the request.
    pub fn method(self, method: Method) -> Self {
        self.and(Condition::Method(method))
    }

    /// The path of the request, without its query.
    pub fn path(self, path: impl Into<String>) -> Self {
        self.and(Condition::Path(path.into()))
    }

    /// The app, as [`Recorded::app_id`] says: by its header, or by the token of the request.
    pub fn app(self, app: impl AsRef<str>) -> Self {
        self.and(Condition::App(app.as_ref().to_owned()))
    }

    /// The consumer, as [`Recorded::consumer_id`] says: by its header, or by the token of the request.
    pub fn consumer(self, consumer: impl AsRef<str>) -> Self {
        self.and(Condition::Consumer(consumer.as_ref().to_owned()))
    }

    /// A header with exactly this value. The name's case is ignored.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Condition::Header(name.into(), Some(value.into())))
    }

    /// A header that must not be there. The name's case is ignored.
    pub fn no_header(self, name: impl Into<String>) -> Self {
        self.and(Condition::Header(name.into(), None))
    }

    /// What the body has at a JSON pointer (RFC 6901); the pointer `""` is the whole body.
    pub fn body(self, pointer: impl Into<String>, value: impl Into<Value>) -> Self {
        self.and(Condition::Body(pointer.into(), Some(value.into())))
    }

    /// A JSON pointer at which the body must have nothing.
    pub fn no_body(self, pointer: impl Into<String>) -> Self {
        self.and(Condition::Body(pointer.into(), None))
    }

    /// The whole body, as types.
    pub fn session(self, session: &Session) -> Self {
        self.body("", to_json(session))
    }

    /// The settings that are set here; others may be anything.
    pub fn settings(self, settings: &Settings) -> Self {
        let Value::Object(members) = to_json(settings) else {
            return self;
        };
        members.into_iter().fold(self, |matching, (name, value)| {
            matching.body(format!("/settings/{name}"), value)
        })
    }

    /// The actions that the session allows, in any order.
    ///
    /// Absent and every action by name are different; for the first say
    /// `no_body("/settings/allow_actions")`.
    pub fn allow_actions(self, actions: impl Into<ActionSet>) -> Self {
        self.and(Condition::Actions(actions.into()))
    }

    /// The status that the mock answered.
    pub fn status(self, status: u16) -> Self {
        self.and(Condition::Status(status))
    }

    /// Whether a recorded request is meant.
    ///
    /// A CORS preflight, which a browser sends by itself, is meant only by the method OPTIONS.
    #[must_use]
    pub fn is_match(&self, recorded: &Recorded) -> bool {
        let asks_for_options = |one: &_| matches!(one, Condition::Method(Method::OPTIONS));
        if recorded.is_preflight() && !self.0.iter().any(asks_for_options) {
            return false;
        }
        let looked = Looked::at(recorded);
        self.0.iter().all(|one| one.mismatch(&looked).is_none())
    }

    pub(super) fn conditions(&self) -> &[Condition] {
        &self.0
    }

    pub(super) fn mismatches(&self, recorded: &Recorded) -> Vec<Mismatch> {
        let looked = Looked::at(recorded);
        let mismatches = self.0.iter().map(|one| one.mismatch(&looked));
        mismatches.flatten().collect()
    }

    fn and(mut self, condition: Condition) -> Self {
        self.0.push(condition);
        self
    }
}

fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("the types of a session are JSON")
}
