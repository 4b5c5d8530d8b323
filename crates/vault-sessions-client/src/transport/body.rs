use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::BoxError;
use crate::sync::lock;

/// The body of a request: all of it, in memory.
///
/// A transport of your own reads it as any [`Body`], or takes all of it at once with
/// [`into_bytes`](Self::into_bytes). `Debug` shows its length and nothing else.
// As small as possible, since hyper moves requests around.
#[derive(Default)]
pub struct RequestBody(Unread);

/// What nobody has read yet.
type Unread = Arc<Mutex<Option<Bytes>>>;

/// Belongs to whoever comes first: the connection that reads a body, or the timeout after which there is
/// nothing left to read. So a timeout knows that no service has acted upon a request.
pub(crate) struct Claim(Unread);

impl Claim {
    /// Whether nobody came before.
    pub(crate) fn take(&self) -> bool {
        lock(&self.0).take().is_some()
    }
}

impl RequestBody {
    /// All bytes that have not been read yet.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        lock(&self.0).take().unwrap_or_default()
    }

    pub(crate) fn claim(&self) -> Claim {
        Claim(Arc::clone(&self.0))
    }

    fn len(&self) -> usize {
        lock(&self.0).as_ref().map_or(0, Bytes::len)
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self(Arc::new(Mutex::new(Some(bytes))))
    }
}

impl Clone for RequestBody {
    /// A body of its own: reading one leaves the other unread.
    fn clone(&self) -> Self {
        Self(Arc::new(Mutex::new(lock(&self.0).clone())))
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let unread = lock(&self.0).take().filter(|bytes| !bytes.is_empty());
        Poll::Ready(unread.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.len() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len() as u64)
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestBody")
            .field("length", &self.len())
            .finish()
    }
}

/// The body of a response, whatever the transport made it from.
pub struct ResponseBody(Inner);

enum Inner {
    /// From the client's own pool, so it needs no box.
    Pooled(Incoming),
    Boxed(Pin<Box<dyn Body<Data = Bytes, Error = BoxError> + Send>>),
}

impl ResponseBody {
    /// Takes any body.
    #[must_use]
    pub fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Inner::Boxed(Box::pin(http_body_util::BodyExt::map_err(
            body,
            Into::into,
        ))))
    }

    pub(super) fn pooled(body: Incoming) -> Self {
        Self(Inner::Pooled(body))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Inner::Pooled(body) => Pin::new(body)
                .poll_frame(context)
                .map(|frame| frame.map(|frame| frame.map_err(Into::into))),
            Inner::Boxed(body) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Pooled(body) => body.is_end_stream(),
            Inner::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Pooled(body) => body.size_hint(),
            Inner::Boxed(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ResponseBody")
            .finish_non_exhaustive()
    }
}
