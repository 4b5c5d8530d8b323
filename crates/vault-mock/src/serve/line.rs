use std::{
    io, mem,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::{
    gate::{NoRoom, Share},
    line_state::LineState,
    wire::Wire,
};

/// Between a question whether a client still reads and the first look at what came of it; then each time
/// twice as long. On the same machine a refusal is there by then.
const FIRST_LOOK: Duration = Duration::from_millis(1);

/// How many looks there are: a refusal that takes longer than all of them is found by the next question.
const LOOKS: u32 = 7;

/// Between two questions; then each time twice as long.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// How long a client may leave an answer unread before it is taken for gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes that are read at once: what hyper has room for at first, and does not exceed by much then.
const READ: usize = 8 * 1024;

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
    /// Whether the end of the client's bytes was kept back once, until the request had its turn.
    is_end_kept: bool,
    overdue: Option<Pin<Box<Sleep>>>,
    /// What is read of the next request's head; absent on HTTP/2, which does not keep frames.
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
    /// Until the next question or look.
    pause: Pin<Box<Sleep>>,
    /// Looks since the last question, which was the first of them.
    looks: u32,
    /// Between the last look and the next question.
    interval: Duration,
}

impl<W: Wire> Line<W> {
    pub(crate) fn new(wire: W, state: Arc<LineState>) -> Self {
        Self {
            wire,
            state,
            closed: None,
            is_end_kept: false,
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
                pause: Box::pin(sleep(Duration::ZERO)),
                looks: 0,
                interval: ASK_AGAIN,
            });
            ready!(closed.pause.as_mut().poll(context));
            let may_ask = self.state.may_ask.load(Ordering::Acquire) && W::IS_SOCKET;
            let is_free = !self.state.is_blocked.load(Ordering::Acquire);
            if closed.looks == 0 && may_ask && is_free {
                let asked = Pin::new(&mut self.wire).poll_write(context, INTERIM);
                if matches!(asked, Poll::Ready(Err(_))) {
                    self.closed = None;
                    return Poll::Ready(());
                }
            }
            let pause = if closed.looks < LOOKS {
                closed.looks += 1;
                FIRST_LOOK * 2_u32.pow(closed.looks - 1)
            } else {
                closed.looks = 0;
                closed.interval *= 2;
                closed.interval / 2
            };
            closed.pause = Box::pin(sleep(pause));
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
        // On HTTP/2, who closes has left: a client ends a request by its stream (RFC 9113 §8.1).
        if is_end && this.head.is_some() {
            if this.state.is_held.load(Ordering::Acquire) {
                return this.poll_left(context).map(Ok);
            }
            // hyper reads on to the end before the request is asked what it makes of its body.
            if !this.state.is_idle() && !mem::replace(&mut this.is_end_kept, true) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        this.is_end_kept = false;
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
