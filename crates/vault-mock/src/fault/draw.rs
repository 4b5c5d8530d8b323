use sha2::{Digest, Sha256};

use super::{effect::Effect, fault::Fault};
use crate::{clock::Clock, tenure::Lease};

/// What chance decides for one attempt: a pure function of seed, app, consumer and attempt.
///
/// Part of the meaning of a plan's text: it must stay the same on every system and in every version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Draw {
    /// Which choice of a plan it is.
    pub(super) choice: u64,
    /// Where within its bounds a delay is.
    pub(super) delay: u64,
}

impl Draw {
    pub(super) fn new(seed: u64, app: &str, consumer: &str, attempt: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        for id in [app, consumer] {
            hash.update((id.len() as u64).to_le_bytes());
            hash.update(id);
        }
        hash.update(attempt.to_le_bytes());
        let hash = hash.finalize();
        let number = |at: usize| {
            let bytes = hash[at..at + 8].try_into().expect("there are eight bytes");
            u64::from_le_bytes(bytes)
        };
        Self {
            choice: number(0),
            delay: number(8),
        }
    }
}

/// A fault for one request, with what chance decided about it.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) fault: Fault,
    draw: Draw,
    /// Of what was injected; a request's own fault ends with the request.
    lease: Option<Lease>,
}

impl Drawn {
    pub(super) fn new(fault: &Fault, draw: Draw) -> Self {
        Self {
            fault: fault.clone(),
            draw,
            lease: None,
        }
    }

    /// Whether the answer takes time to be sent: its request is in flight until the last byte.
    pub(crate) fn is_dripped(&self) -> bool {
        matches!(self.fault.effect(), Effect::Drip(_))
    }

    /// A fault that a request asks for itself: chance has no part in it but for a delay's bounds.
    pub(crate) fn asked_for(fault: Fault) -> Self {
        let draw = Draw::new(0, "", "", 1);
        Self {
            fault,
            draw,
            lease: None,
        }
    }

    pub(super) fn held_by(mut self, lease: Lease) -> Self {
        self.lease = Some(lease);
        self
    }

    /// Until when the request may be held.
    pub(crate) fn lease(&self) -> Option<Lease> {
        self.lease.clone()
    }

    /// Waits as long as the fault holds its answer back.
    pub(crate) async fn hold_back(&self, clock: &Clock) {
        if let Some(delay) = self.fault.held_back() {
            let delay = delay.drawn(self.draw.delay);
            self.fault.pause(delay, clock).await;
        }
    }
}
