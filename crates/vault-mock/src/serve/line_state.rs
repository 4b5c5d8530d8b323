use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::Request;
use hyper::body::Body;
use tokio::sync::Notify;
#[cfg(feature = "tls")]
use tokio::time::sleep;

use super::{gate::Gate, on_line::OnLine};
use crate::admin::Peer;

/// How long an HTTP/2 connection may be without a request: at least so long, at most twice.
#[cfg(feature = "tls")]
const IDLE: Duration = Duration::from_secs(30);

/// What is known of a connection and the requests on it.
#[derive(Debug)]
pub(crate) struct LineState {
    pub(super) gate: Gate,
    /// `None` within the process.
    pub(crate) peer: Option<Peer>,
    /// Requests up to now.
    pub(super) begun: AtomicUsize,
    /// Requests in flight.
    pub(super) requests: AtomicUsize,
    /// Requests that nothing will be sent to before the client leaves.
    pub(super) waiting: AtomicUsize,
    /// When the first of the requests in flight began, or else the last one; in milliseconds.
    since: AtomicU64,
    /// Whether it is closed to make room for others.
    is_cut: AtomicBool,
    /// Whether a request was read to its end and is held.
    pub(super) is_held: AtomicBool,
    /// Whether its client may be asked by an interim answer, which HTTP/1.0 has not.
    pub(super) may_ask: AtomicBool,
    pub(super) is_blocked: AtomicBool,
    pub(super) unblocked: Notify,
}

impl LineState {
    pub(crate) fn new(gate: &Gate, peer: Option<Peer>) -> Arc<Self> {
        let state = Self {
            gate: gate.clone(),
            peer,
            begun: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            is_cut: AtomicBool::new(false),
            is_held: AtomicBool::new(false),
            may_ask: AtomicBool::new(false),
            is_blocked: AtomicBool::new(false),
            unblocked: Notify::new(),
        };
        state.begin_now();
        Arc::new(state)
    }

    fn begin_now(&self) {
        let now = self.gate.now().as_millis();
        let now = u64::try_from(now).unwrap_or(u64::MAX);
        self.since.store(now, Ordering::Relaxed);
    }

    /// When the first of the requests in flight began, or else the last one, or the connection.
    pub(super) fn since(&self) -> Duration {
        Duration::from_millis(self.since.load(Ordering::Relaxed))
    }

    /// Whether no request is in flight or waits for the client to leave.
    pub(super) fn is_idle(&self) -> bool {
        self.requests.load(Ordering::Acquire) == 0 && self.waiting.load(Ordering::Acquire) == 0
    }

    /// Says that it is closed to make room for others.
    pub(super) fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
    }

    /// Whether the server is the one who ends it.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Acquire) || self.gate.is_closed()
    }

    /// Waits until there was no request for a while.
    #[cfg(feature = "tls")]
    pub(crate) async fn long_idle(&self) {
        loop {
            let begun = self.begun.load(Ordering::Relaxed);
            sleep(IDLE).await;
            if self.is_idle() && self.begun.load(Ordering::Relaxed) == begun {
                return;
            }
        }
    }

    /// Whether no request is in flight, and no answer on its way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.requests.load(Ordering::Acquire) == 0 && !self.is_blocked.load(Ordering::Acquire)
    }

    /// Counts a request as in flight until what this returns is dropped.
    pub(crate) fn begin<B: Body>(self: &Arc<Self>, request: &Request<B>) -> OnLine {
        self.begun.fetch_add(1, Ordering::Relaxed);
        if self.requests.fetch_add(1, Ordering::AcqRel) == 0 {
            self.begin_now();
        }
        let on_line = OnLine::new(self, request.version());
        if request.body().is_end_stream() {
            on_line.hold();
        }
        on_line
    }
}
