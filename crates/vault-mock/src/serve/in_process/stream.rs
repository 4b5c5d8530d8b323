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
#[derive(Debug)]
pub struct InProcessStream(End);

/// The mock's end.
#[derive(Debug)]
pub(super) struct ServerEnd(End);

#[derive(Debug)]
struct End {
    stream: DuplexStream,
    reset: Arc<AtomicBool>,
    /// Whether the client's end is gone.
    left: Arc<AtomicBool>,
}

pub(super) fn pair() -> (InProcessStream, ServerEnd) {
    let (client, server) = duplex(BUFFER);
    let reset = Arc::new(AtomicBool::new(false));
    let left = Arc::new(AtomicBool::new(false));
    let client = End {
        stream: client,
        reset: Arc::clone(&reset),
        left: Arc::clone(&left),
    };
    let server = End {
        stream: server,
        reset,
        left,
    };
    (InProcessStream(client), ServerEnd(server))
}

impl Drop for InProcessStream {
    fn drop(&mut self) {
        self.0.left.store(true, Ordering::Release);
    }
}

impl Wire for ServerEnd {
    const IS_SOCKET: bool = false;

    fn has_left(&self) -> bool {
        self.0.left.load(Ordering::Acquire)
    }

    fn reset_on_drop(&self) {
        self.0.reset.store(true, Ordering::Release);
    }
}

#[cfg(feature = "connector")]
impl Connection for InProcessStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let at_end = buffer.filled().len() == before && buffer.remaining() > 0;
        if at_end && self.reset.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for End {
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

macro_rules! through_its_end {
    ($($stream:ty),*) => {$(
        impl AsyncRead for $stream {
            fn poll_read(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                Pin::new(&mut self.0).poll_read(context, buffer)
            }
        }

        impl AsyncWrite for $stream {
            fn poll_write(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.0).poll_write(context, bytes)
            }

            fn poll_flush(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<io::Result<()>> {
                Pin::new(&mut self.0).poll_flush(context)
            }

            fn poll_shutdown(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<io::Result<()>> {
                Pin::new(&mut self.0).poll_shutdown(context)
            }
        }
    )*};
}

through_its_end!(InProcessStream, ServerEnd);
