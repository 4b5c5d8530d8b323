use std::{
    io, mem,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Version, request::Parts};
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
    time::{Sleep, sleep},
};

use super::{
    gate::{Gate, NoRoom, Share},
    wire::Wire,
};

/// How long a client whose side is closed may be held before it is asked whether it still reads.
const ASK_AFTER: Duration = Duration::from_secs(1);

/// How long the refusal of a client that has left takes to come back.
const REFUSAL: Duration = Duration::from_millis(50);

/// How long an HTTP/2 connection may be without a request: at least so long, at most twice.
#[cfg(feature = "tls")]
const IDLE: Duration = Duration::from_secs(30);

/// How long a client may leave an answer unread before it is taken for gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes that are read at once: what hyper has room for at first, and does not exceed by much then.
const READ: usize = 8 * 1024;

/// What every request takes beside its texts, in bytes: about that of one on HTTP/2, which is a task.
const REQUEST: usize = 8 * 1024;

/// Bytes of an answer that a connection may hold without taking room from others.
const SHORT_ANSWER: usize = 8 * 1024;

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
    /// What is read of the next request's head; on HTTP/2, frames are not kept.
    head: Option<UnreadHead>,
}

/// A head that has not arrived as a whole.
struct UnreadHead {
    share: Share,
    length: usize,
    /// The requests that had begun before it.
    begun: usize,
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
    /// Requests up to now.
    begun: AtomicUsize,
    /// Requests in flight.
    requests: AtomicUsize,
    /// Requests that nothing will be sent to before the client leaves.
    waiting: AtomicUsize,
    /// When the first of the requests in flight began, or else the last one; in milliseconds.
    since: AtomicU64,
    /// Whether it is closed to make room for others.
    is_cut: AtomicBool,
    /// Whether a request was read to its end and is held.
    is_held: AtomicBool,
    /// Whether its client may be asked by an interim answer, which HTTP/1.0 has not.
    may_ask: AtomicBool,
    is_blocked: AtomicBool,
    unblocked: Notify,
}

impl LineState {
    pub(crate) fn new(gate: &Gate) -> Arc<Self> {
        let state = Self {
            gate: gate.clone(),
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
        let on_line = OnLine {
            share: Share::new(&self.gate),
            state: Arc::clone(self),
            version: request.version(),
            is_spared: false,
            is_waiting: false,
        };
        if request.body().is_end_stream() {
            on_line.hold();
        }
        on_line
    }
}

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

impl<W: Wire> Line<W> {
    pub(crate) fn new(wire: W, state: Arc<LineState>) -> Self {
        Self {
            wire,
            state,
            closed: None,
            overdue: None,
            head: None,
        }
    }

    /// Counts what comes between requests as the head of the next one.
    pub(crate) fn with_heads(mut self) -> Self {
        self.head = Some(UnreadHead {
            share: Share::new(&self.state.gate),
            length: 0,
            begun: 0,
        });
        self
    }

    /// Lets the client see a reset instead of an orderly end when the connection is dropped.
    pub(crate) fn reset_on_drop(&self) {
        self.wire.reset_on_drop();
    }

    /// Reads a little: hyper would keep what a client sends in advance.
    fn poll_wire(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = Pin::new(&mut self.wire);
        if buffer.remaining() <= READ {
            return wire.poll_read(context, buffer);
        }
        let mut little = ReadBuf::new(buffer.initialize_unfilled_to(READ));
        ready!(wire.poll_read(context, &mut little))?;
        let length = little.filled().len();
        buffer.advance(length);
        Poll::Ready(Ok(()))
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
        let was_blocked = self.state.is_blocked.swap(is_blocked, Ordering::AcqRel);
        if !is_blocked {
            self.overdue = None;
            if was_blocked {
                self.state.unblocked.notify_waiters();
            }
            return polled;
        }
        let overdue = self
            .overdue
            .get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        ready!(overdue.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl UnreadHead {
    /// What of a head hyper reads in any case.
    const SMALL: usize = READ;

    fn grow(&mut self, by: usize, state: &LineState) -> Result<(), NoRoom> {
        let begun = state.begun.load(Ordering::Relaxed);
        if begun != self.begun || !state.is_idle() {
            self.begun = begun;
            self.length = 0;
            self.share.clear();
        }
        if !state.is_idle() {
            return Ok(());
        }
        self.length += by;
        if self.length <= Self::SMALL {
            return Ok(());
        }
        self.share.take(by)
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
        let read = ready!(this.poll_wire(context, buffer));
        if this.state.gate.is_closed() {
            buffer.set_filled(before);
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        read?;
        let length = buffer.filled().len() - before;
        if let Some(head) = &mut this.head
            && head.grow(length, &this.state).is_err()
        {
            return Poll::Ready(Err(io::ErrorKind::QuotaExceeded.into()));
        }
        let is_end = length == 0 && buffer.remaining() > 0;
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
