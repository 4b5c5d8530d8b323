use std::time::SystemTime;

use vault_sessions::{AppId, ConsumerId};

use super::{step::Step, subject::Listed};
use crate::connections::ConnectionId;

/// What a [`Subject`](super::Subject) can do, and what is known about it before the first step.
// Exhaustive on purpose: whoever writes a subject has to decide about everything.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a service can do each or not, whatever it can do besides"
)]
pub struct Capabilities {
    /// The app that sessions are opened for.
    pub app: AppId,
    /// Whom sessions are opened for; at least one.
    pub consumers: Vec<ConsumerId>,
    /// The connections that are changed; none of them, if empty.
    pub connections: Vec<ConnectionId>,
    /// Those connections as every consumer starts with them, if that is known. Otherwise the first
    /// answer that shows a connection is believed.
    pub seed: Option<Vec<Listed>>,
    /// The time that the subject starts at, if its clock stands still until it is advanced. Otherwise
    /// no session is old enough to expire.
    pub clock: Option<SystemTime>,
    /// Whether requests that `allow_actions` does not allow are refused; `None` if either may happen.
    pub enforces_actions: Option<bool>,
    /// Whether it says what a token is good for ([`Step::Ask`]).
    pub policy: bool,
    /// Whether its key can be rotated ([`Step::RotateKey`]).
    pub key_rotation: bool,
    /// Whether it can be restarted ([`Step::Restart`]).
    pub restart: bool,
    /// Whether it can be made to fail ([`Step::Fail`]).
    pub faults: bool,
}

impl Capabilities {
    /// Whether the subject can do a step. [`run`](super::run) leaves out what it cannot.
    #[must_use]
    pub fn can(&self, step: &Step) -> bool {
        match step {
            Step::Create(new) => self.consumers.contains(&new.consumer),
            Step::List { .. } => true,
            Step::Switch { connection, .. } => self.connections.contains(connection),
            Step::Ask { .. } => self.policy,
            Step::Advance(_) | Step::AdvanceToExpiry { .. } => self.clock.is_some(),
            Step::RotateKey { .. } => self.key_rotation,
            Step::Restart => self.restart,
            Step::Fail { .. } => self.faults,
        }
    }
}
