use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use http::StatusCode;
use vault_sessions::{Action, ConsumerId};

use super::{
    capabilities::Capabilities,
    known::Known,
    step::{NewSession, Switch},
};
use crate::connections::ConnectionId;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The action may be done.
    Allowed,
    /// The session does not allow the action.
    NotAllowed,
    /// The session is over.
    Expired,
    /// No key that is good now has signed the token.
    NotGenuine,
    /// The subject cannot say.
    Unknown,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Allowed => "allowed",
            Self::NotAllowed => "not allowed",
            Self::Expired => "expired",
            Self::NotGenuine => "not genuine",
            Self::Unknown => "unknown",
        })
    }
}

/// What becomes of a request.
pub(super) enum Prediction {
    Success,
    Failure(StatusCode, String),
    /// Nobody knows; both are believed.
    Either(StatusCode, String),
}

/// The rules of sessions, as simple as they can be told. It shares no code with the mock.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) capabilities: Capabilities,
    now: SystemTime,
    /// How often the key was rotated; that number is the name of the key.
    key: u32,
    former_keys: Vec<(u32, SystemTime)>,
    sessions: Vec<Option<Session>>,
    connections: BTreeMap<(ConsumerId, ConnectionId), Known>,
    failing: Option<Failing>,
}

#[derive(Debug)]
struct Session {
    new: NewSession,
    key: u32,
    expires_at: SystemTime,
}

#[derive(Debug)]
struct Failing {
    status: StatusCode,
    times: u32,
    requests: BTreeMap<ConsumerId, u32>,
}

impl Model {
    pub(super) fn new(capabilities: Capabilities) -> Self {
        Self {
            now: capabilities.clock.unwrap_or(SystemTime::UNIX_EPOCH),
            capabilities,
            key: 0,
            former_keys: Vec::new(),
            sessions: Vec::new(),
            connections: BTreeMap::new(),
            failing: None,
        }
    }

    /// When a session that is opened now is issued: tokens know no fractions of a second.
    pub(super) fn issued_at(&self) -> SystemTime {
        let since_epoch = self.now.duration_since(SystemTime::UNIX_EPOCH);
        SystemTime::UNIX_EPOCH + Duration::from_secs(since_epoch.unwrap_or_default().as_secs())
    }

    pub(super) fn opened(&mut self, new: &NewSession) {
        let session = Session {
            new: new.clone(),
            key: self.key,
            expires_at: self.issued_at() + new.length.as_duration(),
        };
        self.sessions.push(Some(session));
    }

    pub(super) fn not_opened(&mut self) {
        self.sessions.push(None);
    }

    /// How many sessions were to be opened.
    pub(super) fn sessions(&self) -> usize {
        self.sessions.len()
    }

    pub(super) fn consumer(&self, session: usize) -> &ConsumerId {
        &self.session(session).new.consumer
    }

    pub(super) fn verdict(&self, session: usize, action: Action) -> Verdict {
        let Session { new, .. } = self.session(session);
        match self.is_over(session) {
            Some((verdict, _)) => verdict,
            None if allows(new, action) => Verdict::Allowed,
            None => Verdict::NotAllowed,
        }
    }

    /// The backend's next request for a consumer.
    pub(super) fn request(&mut self, consumer: &ConsumerId) -> Prediction {
        let Some(failing) = &mut self.failing else {
            return Prediction::Success;
        };
        let count = failing.requests.entry(consumer.clone()).or_default();
        *count += 1;
        if *count > failing.times {
            return Prediction::Success;
        }
        let because = format!(
            "request {count} of {} that were to fail for {}",
            failing.times,
            consumer.as_str()
        );
        Prediction::Failure(failing.status, because)
    }

    /// The next request with the token of a session.
    pub(super) fn request_with(&mut self, session: usize) -> Prediction {
        let consumer = self.consumer(session).clone();
        match self.request(&consumer) {
            Prediction::Success => match self.is_over(session) {
                None => Prediction::Success,
                Some((_, because)) => Prediction::Failure(StatusCode::UNAUTHORIZED, because),
            },
            failure => failure,
        }
    }

    /// The next request with the token of a session, to change a connection.
    pub(super) fn switching(
        &mut self,
        session: usize,
        id: &ConnectionId,
        to: Switch,
    ) -> Prediction {
        let prediction = self.request_with(session);
        let action = match to {
            Switch::Enable => return prediction,
            Switch::Disable => Action::Disable,
            Switch::Delete => Action::Delete,
        };
        let new = &self.session(session).new;
        if !matches!(prediction, Prediction::Success) || allows(new, action) {
            return prediction;
        }
        let because = format!("allow_actions of session {session} does not name {action}");
        let forbidden = StatusCode::FORBIDDEN;
        let is_on = self.connection(session, id).enabled;
        match (self.capabilities.enforces_actions, to, is_on) {
            // What is off already needs no permission.
            (Some(false), ..) | (Some(_), Switch::Disable, Some(false)) => Prediction::Success,
            (Some(_), Switch::Delete, _) | (Some(_), _, Some(true)) => {
                Prediction::Failure(forbidden, because)
            }
            _ => Prediction::Either(forbidden, because),
        }
    }

    pub(super) fn connection(&self, session: usize, id: &ConnectionId) -> Known {
        let key = (self.consumer(session).clone(), id.clone());
        self.connections.get(&key).copied().unwrap_or_else(|| {
            let seed = self.capabilities.seed.iter().flatten();
            let mut seed = seed.filter(|listed| listed.id == *id);
            seed.next().map_or(Known::NOTHING, Known::of)
        })
    }

    pub(super) fn learn(&mut self, session: usize, id: &ConnectionId, known: Known) {
        let key = (self.consumer(session).clone(), id.clone());
        self.connections.insert(key, known);
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.now += by;
    }

    /// How far it is to so much before (negative) or after an expiry.
    pub(super) fn until_expiry(
        &self,
        session: usize,
        before: Duration,
        after: Duration,
    ) -> Option<Duration> {
        let instant = self.session(session).expires_at.checked_sub(before)? + after;
        instant.duration_since(self.now).ok()
    }

    pub(super) fn rotate_key(&mut self, overlap: Duration) {
        self.former_keys.push((self.key, self.now + overlap));
        self.key += 1;
    }

    pub(super) fn restart(&mut self) {
        self.former_keys.clear();
        self.connections.clear();
        self.failing = None;
    }

    pub(super) fn fail(&mut self, status: StatusCode, times: u32) {
        self.failing = Some(Failing {
            status,
            times,
            requests: BTreeMap::new(),
        });
    }

    fn session(&self, session: usize) -> &Session {
        let session = self.sessions.get(session).and_then(Option::as_ref);
        session.expect("only sessions that were opened are asked about")
    }

    /// Why the token of a session is good for nothing.
    fn is_over(&self, session: usize) -> Option<(Verdict, String)> {
        let Session {
            key, expires_at, ..
        } = self.session(session);
        let mut former = self.former_keys.iter();
        let is_good =
            *key == self.key || former.any(|(former, until)| former == key && self.now < *until);
        if !is_good {
            let because = format!("the key of session {session} is not good any more");
            return Some((Verdict::NotGenuine, because));
        }
        let ago = self.now.duration_since(*expires_at).ok()?;
        let ago = humantime::format_duration(ago);
        Some((
            Verdict::Expired,
            format!("session {session} expired {ago} ago"),
        ))
    }
}

fn allows(new: &NewSession, action: Action) -> bool {
    let allowed = new.allow_actions.as_ref();
    allowed.is_none_or(|allowed| allowed.contains(action))
}
