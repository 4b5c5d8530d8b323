use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vault_sessions::{ActionSet, ActionSetArgument, ConsumerId, Session, Settings};

use super::condition::{Condition, ConditionMismatch, Looked};
use crate::journal::Recorded;

/// Selects requests: those that fulfil every condition.
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
///
/// A condition that no request can fulfil would make `times(0)` pass whatever happens: the methods
/// panic, naming the line of the test, where a path, a header's name, a JSON pointer, an ID or a status
/// cannot exist or never comes to the journal, and where two conditions contradict each other. Sessions
/// count as opened by the mock: with 200, and for a request that names app and consumer.
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
            .created()
    }

    pub(crate) fn created(self) -> Self {
        self.and(Condition::Created)
    }

    /// Opened sessions of this consumer.
    #[track_caller]
    pub fn session_for(consumer: &ConsumerId) -> Self {
        Self::sessions().consumer(consumer)
    }

    /// The method of the request.
    #[track_caller]
    pub fn method(self, method: Method) -> Self {
        self.and(Condition::Method(method))
    }

    /// The path of the request, without its query.
    #[track_caller]
    pub fn path(self, path: impl Into<String>) -> Self {
        self.and_valid(Condition::path(path.into()))
    }

    /// The app, as [`Recorded::app_id`] says: by its header, or by the token of the request.
    #[track_caller]
    pub fn app(self, app: impl AsRef<str>) -> Self {
        self.and_valid(Condition::app(app.as_ref()))
    }

    /// The consumer, as [`Recorded::consumer_id`] says: by its header, or by the token of the request.
    #[track_caller]
    pub fn consumer(self, consumer: impl AsRef<str>) -> Self {
        self.and_valid(Condition::consumer(consumer.as_ref()))
    }

    /// A header with exactly this value. The name's case is ignored. The values of a
    /// header that was sent several times are compared as one, with `, ` between them (RFC 9110 §5.2).
    #[track_caller]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and_valid(Condition::header(name.into(), Some(value.into())))
    }

    /// A header that must not be there. The name's case is ignored.
    #[track_caller]
    pub fn no_header(self, name: impl Into<String>) -> Self {
        self.and_valid(Condition::header(name.into(), None))
    }

    /// The value that the body has at a JSON pointer (RFC 6901); the pointer `""` is the whole body.
    #[track_caller]
    pub fn body(self, pointer: impl Into<String>, value: impl Into<Value>) -> Self {
        self.and_valid(Condition::body(pointer.into(), Some(value.into())))
    }

    /// A JSON pointer at which the body must have nothing.
    #[track_caller]
    pub fn no_body(self, pointer: impl Into<String>) -> Self {
        self.and_valid(Condition::body(pointer.into(), None))
    }

    /// The whole body, as a typed session.
    #[track_caller]
    pub fn session(self, session: &Session) -> Self {
        self.body("", to_json(session))
    }

    /// The settings that are set here; others may be anything.
    #[track_caller]
    pub fn settings(self, settings: &Settings) -> Self {
        let Value::Object(members) = to_json(settings) else {
            return self;
        };
        let mut matching = self;
        for (name, value) in members {
            matching = match ActionSet::deserialize(&value) {
                Ok(actions) if name == "allow_actions" => matching.allow_actions(actions),
                _ => matching.body(format!("/settings/{}", escape(&name)), value),
            };
        }
        matching
    }

    /// The actions that the session allows, in any order.
    ///
    /// A body without `allow_actions` is not the same as one that lists every action. To expect the
    /// former, use `no_body("/settings/allow_actions")`.
    #[track_caller]
    pub fn allow_actions(self, actions: impl ActionSetArgument) -> Self {
        self.and(Condition::Actions(actions.into()))
    }

    /// The status that the mock answered.
    #[track_caller]
    pub fn status(self, status: u16) -> Self {
        self.and_valid(Condition::status(status))
    }

    /// Whether a recorded request fulfils every condition.
    ///
    /// A CORS preflight, which a browser sends by itself, matches only with the method OPTIONS.
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

    pub(super) fn mismatches(&self, recorded: &Recorded) -> Vec<ConditionMismatch> {
        let looked = Looked::at(recorded);
        let mismatches = self.0.iter().map(|one| one.mismatch(&looked));
        mismatches.flatten().collect()
    }

    #[track_caller]
    fn and(self, condition: Condition) -> Self {
        self.and_valid(Ok(condition))
    }

    #[track_caller]
    fn and_valid(self, condition: Result<Condition, String>) -> Self {
        match condition.and_then(|condition| self.with(condition)) {
            Ok(matching) => matching,
            Err(problem) => panic!("{problem}"),
        }
    }

    /// Adds a condition, unless it contradicts one that is there.
    pub(crate) fn with(mut self, condition: Condition) -> Result<Self, String> {
        if let Some(other) = self.0.iter().find(|other| condition.contradicts(other)) {
            return Err(format!(
                "no request can fulfil both `{other}` and `{condition}`"
            ));
        }
        self.0.push(condition);
        Ok(self)
    }

    /// The one app whose requests can match, if there is one: as in a request, its ID says so before a
    /// token does.
    pub(crate) fn named_app(&self) -> Option<String> {
        let by_id = self.0.iter().find_map(Condition::app_by_id);
        by_id.or_else(|| self.0.iter().find_map(Condition::app_by_token))
    }
}

/// RFC 6901 §3.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("the types of a session are JSON")
}
