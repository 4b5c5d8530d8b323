use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;

use super::BoxError;

/// The body of a request: all of it, in memory.
///
/// A transport of your own reads it as any [`Body`], or takes all of it at once with
/// [`into_bytes`](Self::into_bytes). `Debug` shows how long it is and nothing of what it says.
#[derive(Clone, Default)]
pub struct RequestBody {
    bytes: Full<Bytes>,
    /// Until the body is asked for.
    claim: Option<Claim>,
}

/// Belongs to whoever comes first: the connection that asks for a body, or the timeout after which it
/// gets none. So a timeout knows that no service has acted upon a request.
#[derive(Clone, Default)]
pub(crate) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether nobody was here before.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

impl RequestBody {
    /// All bytes that have not been read yet.
    #[must_use]
    pub fn into_bytes(mut self) -> Bytes {
        let mut context = Context::from_waker(std::task::Waker::noop());
        match Pin::new(&mut self).poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            _ => Bytes::new(),
        }
    }

    /// Makes the body one that can be withheld, for a transport that reads it just once.
    pub(crate) fn claim(&mut self) -> Claim {
        self.claim.insert(Claim::default()).clone()
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self {
            bytes: Full::new(bytes),
            claim: None,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.claim.take().is_some_and(|claim| !claim.take()) {
            self.bytes = Full::default();
        }
        Pin::new(&mut self.bytes).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.bytes.size_hint()
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestBody")
            .field("length", &self.size_hint().lower())
            .finish()
    }
}

/// The body of a response, whatever the transport made it from.
pub struct ResponseBody(Inner);

enum Inner {
    /// Of the client's own pool, so that it needs no box.
    Pooled(Incoming),
    Boxed(Pin<Box<dyn Body<Data = Bytes, Error = BoxError> + Send>>),
}

impl ResponseBody {
    /// Takes in any body.
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
