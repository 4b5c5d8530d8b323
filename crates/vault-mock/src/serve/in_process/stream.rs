use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

#[cfg(feature = "connector")]
use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

use crate::serve::Wire;

/// What each direction holds before the writer must wait, in bytes.
const BUFFER: usize = 64 * 1024;

/// The client's end of a connection that has no socket.
///
/// When the mock resets the connection, reading fails with `ConnectionReset`, as on a socket.
// The mock's end is one, too; users never see it.
#[derive(Debug)]
pub struct InProcessStream {
    stream: DuplexStream,
    is_reset: Arc<AtomicBool>,
    /// Whether one of the two ends is gone.
    has_left: Arc<AtomicBool>,
}

/// The client's end and the mock's.
pub(super) fn pair() -> (InProcessStream, InProcessStream) {
    let is_reset = Arc::default();
    let has_left = Arc::default();
    let end = |stream| InProcessStream {
        stream,
        is_reset: Arc::clone(&is_reset),
        has_left: Arc::clone(&has_left),
    };
    let (client, server) = duplex(BUFFER);
    (end(client), end(server))
}

impl Drop for InProcessStream {
    fn drop(&mut self) {
        self.has_left.store(true, Ordering::Release);
    }
}

impl Wire for InProcessStream {
    const IS_SOCKET: bool = false;

    fn has_left(&self) -> bool {
        self.has_left.load(Ordering::Acquire)
    }

    fn reset_on_drop(&self) {
        self.is_reset.store(true, Ordering::Release);
    }
}

#[cfg(feature = "connector")]
impl Connection for InProcessStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for InProcessStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let at_end = buffer.filled().len() == before && buffer.remaining() > 0;
        if at_end && self.is_reset.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for InProcessStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
