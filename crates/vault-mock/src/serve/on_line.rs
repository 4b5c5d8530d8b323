use std::{
    mem,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Version, request::Parts};
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

use super::{
    gate::{NoRoom, Share},
    line_state::LineState,
};

/// What every request takes beside its texts, in bytes: about that of one on HTTP/2, which is a task.
const REQUEST: usize = 8 * 1024;

/// Bytes of an answer that a connection may hold without taking room from others.
const SHORT_ANSWER: usize = 8 * 1024;

/// A request in flight on a connection.
#[derive(Debug)]
pub(crate) struct OnLine {
    state: Arc<LineState>,
    share: Share,
    version: Version,
    /// Whether its answer takes no room from others.
    is_spared: bool,
    is_waiting: bool,
}

impl OnLine {
    pub(super) fn new(state: &Arc<LineState>, version: Version) -> Self {
        Self {
            share: Share::new(&state.gate),
            state: Arc::clone(state),
            version,
            is_spared: false,
            is_waiting: false,
        }
    }

    pub(crate) fn state(&self) -> &Arc<LineState> {
        &self.state
    }

    /// Takes room for a request with this head; what is spared needs none.
    pub(crate) fn admit(&mut self, head: &Parts, is_spared: bool) -> Result<(), NoRoom> {
        self.is_spared = is_spared;
        if is_spared {
            return Ok(());
        }
        let headers = head.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
        let target = head.uri.path().len() + head.uri.query().map_or(0, str::len);
        let texts = head.method.as_str().len() + target + headers.sum::<usize>();
        self.share.take(REQUEST + texts)
    }

    /// Takes room for a piece of the body.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), NoRoom> {
        self.share.take(bytes)
    }

    /// Says that the request was read to its end and is held.
    pub(crate) fn hold(&self) {
        let may_ask = self.version == Version::HTTP_11;
        self.state.may_ask.store(may_ask, Ordering::Release);
        self.state.is_held.store(true, Ordering::Release);
    }

    /// Waits until the client has read what it was sent before.
    pub(crate) async fn unblocked(&self) {
        loop {
            // Made before the look, so that no wake-up falls between the two.
            let unblocked = self.state.unblocked.notified();
            if !self.state.is_blocked.load(Ordering::Acquire) {
                return;
            }
            unblocked.await;
        }
    }

    /// Says that nothing more is done for the request than to wait for its client to leave: it is not
    /// in flight any more.
    pub(crate) fn wait(&mut self) {
        if !self.is_waiting {
            self.is_waiting = true;
            self.state.waiting.fetch_add(1, Ordering::AcqRel);
            self.end();
        }
    }

    fn end(&self) {
        self.state.is_held.store(false, Ordering::Release);
        self.state.requests.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for OnLine {
    fn drop(&mut self) {
        if self.is_waiting {
            self.state.waiting.fetch_sub(1, Ordering::AcqRel);
        } else {
            self.end();
        }
    }
}

/// Bytes of an answer, and the room that they take until hyper has sent them.
struct Counted {
    bytes: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The body of an answer, whose request is in flight until it is sent.
pub(crate) struct Sent {
    data: Full<Bytes>,
    _request: OnLine,
}

impl Sent {
    pub(crate) fn new(mut data: Bytes, mut request: OnLine) -> Self {
        request.state.is_held.store(false, Ordering::Release);
        // A stream of HTTP/2 keeps what its client does not read, and there may be many.
        let is_short = data.len() <= SHORT_ANSWER && request.version < Version::HTTP_2;
        if !data.is_empty() && !is_short && !request.is_spared {
            request.share.take_anyway(data.len());
            let rest = Share::new(&request.state.gate);
            data = Bytes::from_owner(Counted {
                bytes: data,
                _share: mem::replace(&mut request.share, rest),
            });
        }
        Self {
            data: Full::new(data),
            _request: request,
        }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.data).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.data.size_hint()
    }
}
