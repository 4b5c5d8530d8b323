use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Version};
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::{accept::Gate, wire::Wire};

/// How long a client whose side is closed may be held before it is asked whether it still reads.
const ASK_AFTER: Duration = Duration::from_secs(1);

/// How long the refusal of a client that has left takes to come back.
const REFUSAL: Duration = Duration::from_millis(50);

/// How long a client may leave an answer unread before it is taken for gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// What a client is asked by: whoever speaks HTTP/1.1 must understand it, also unasked (RFC 9110
/// §15.2).
const INTERIM: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A connection, with what is known of the requests on it.
///
/// A client that has closed its side may have left, or still read (RFC 9112 §9.6): the end of its
/// bytes is kept back from hyper while a request is held, until the answer is there or the client
/// refuses an interim answer.
pub(crate) struct Line<W> {
    wire: W,
    state: Arc<LineState>,
    closed: Option<Closed>,
    overdue: Option<Pin<Box<Sleep>>>,
}

/// A client that has closed its side while it was held.
struct Closed {
    ask: Pin<Box<Sleep>>,
    interval: Duration,
    is_asked: bool,
}

#[derive(Debug)]
pub(crate) struct LineState {
    gate: Gate,
    requests: AtomicUsize,
    /// Whether a request was read to its end and is held.
    is_held: AtomicBool,
    /// Whether its client may be asked by an interim answer, which HTTP/1.0 has not.
    may_ask: AtomicBool,
    is_blocked: AtomicBool,
}

impl LineState {
    pub(crate) fn new(gate: &Gate) -> Arc<Self> {
        Arc::new(Self {
            gate: gate.clone(),
            requests: AtomicUsize::new(0),
            is_held: AtomicBool::new(false),
            may_ask: AtomicBool::new(false),
            is_blocked: AtomicBool::new(false),
        })
    }

    /// Whether no request is in flight, and no answer on its way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.requests.load(Ordering::Acquire) == 0 && !self.is_blocked.load(Ordering::Acquire)
    }

    /// Counts a request as in flight until what this returns is dropped.
    pub(crate) fn begin<B: Body>(self: &Arc<Self>, request: &Request<B>) -> OnLine {
        self.requests.fetch_add(1, Ordering::AcqRel);
        let on_line = OnLine(Arc::clone(self));
        if request.body().is_end_stream() {
            on_line.hold(request.version());
        }
        on_line
    }
}

/// A request in flight on a connection.
#[derive(Debug)]
pub(crate) struct OnLine(Arc<LineState>);

impl OnLine {
    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// Says that the request was read to its end and is held.
    pub(crate) fn hold(&self, version: Version) {
        let may_ask = version == Version::HTTP_11;
        self.0.may_ask.store(may_ask, Ordering::Release);
        self.0.is_held.store(true, Ordering::Release);
    }
}

impl Drop for OnLine {
    fn drop(&mut self) {
        self.0.is_held.store(false, Ordering::Release);
        self.0.requests.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The body of an answer, whose request is in flight until it is sent.
pub(crate) struct Sent {
    data: Full<Bytes>,
    _request: OnLine,
}

impl Sent {
    pub(crate) fn new(data: Bytes, request: OnLine) -> Self {
        request.0.is_held.store(false, Ordering::Release);
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

impl<W: Wire> Line<W> {
    pub(crate) fn new(wire: W, state: Arc<LineState>) -> Self {
        Self {
            wire,
            state,
            closed: None,
            overdue: None,
        }
    }

    /// Lets the client see a reset instead of an orderly end when the connection is dropped.
    pub(crate) fn reset_on_drop(&self) {
        self.wire.reset_on_drop();
    }

    /// Waits until it is known whether a client that has closed its side has left.
    fn poll_left(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.wire.has_left() || !self.state.is_held.load(Ordering::Acquire) {
                self.closed = None;
                return Poll::Ready(());
            }
            let closed = self.closed.get_or_insert_with(|| Closed {
                ask: Box::pin(sleep(ASK_AFTER)),
                interval: ASK_AFTER,
                is_asked: false,
            });
            ready!(closed.ask.as_mut().poll(context));
            let may_ask = self.state.may_ask.load(Ordering::Acquire) && W::IS_SOCKET;
            let is_free = !self.state.is_blocked.load(Ordering::Acquire);
            let next = if closed.is_asked || !may_ask || !is_free {
                closed.is_asked = false;
                closed.interval *= 2;
                closed.interval
            } else {
                closed.is_asked = true;
                let asked = Pin::new(&mut self.wire).poll_write(context, INTERIM);
                if matches!(asked, Poll::Ready(Err(_))) {
                    self.closed = None;
                    return Poll::Ready(());
                }
                REFUSAL
            };
            closed.ask = Box::pin(sleep(next));
        }
    }

    /// Keeps count of how long a client has not read.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let is_blocked = polled.is_pending();
        self.state.is_blocked.store(is_blocked, Ordering::Release);
        if !is_blocked {
            self.overdue = None;
            return polled;
        }
        let overdue = self
            .overdue
            .get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        ready!(overdue.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<W: Wire> AsyncRead for Line<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.closed.is_some() {
            return this.poll_left(context).map(Ok);
        }
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.wire).poll_read(context, buffer));
        if this.state.gate.is_closed() {
            buffer.set_filled(before);
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        read?;
        let is_end = buffer.filled().len() == before && buffer.remaining() > 0;
        if is_end && this.state.is_held.load(Ordering::Acquire) {
            return this.poll_left(context).map(Ok);
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: Wire> AsyncWrite for Line<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.wire).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.wire).poll_write_vectored(context, bytes);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.wire).poll_flush(context);
        self.written(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}
