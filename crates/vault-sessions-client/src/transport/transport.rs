use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response};
use hyper_util::client::legacy;
use tower::{ServiceExt, util::BoxCloneSyncService};
use tower_service::Service;

use super::{BoxError, Pools, RequestBody, ResponseBody};

/// Sends HTTP requests; its type does not say how.
///
/// It is a [`tower_service::Service`], and any such service becomes one by [`Transport::new`].
#[derive(Clone)]
pub struct Transport(Inner);

#[derive(Clone)]
enum Inner {
    Pools(Pools),
    Boxed(BoxCloneSyncService<Request<RequestBody>, Response<ResponseBody>, BoxError>),
}

impl Transport {
    /// Erases the type of a service, of its responses' bodies and of its errors.
    #[must_use]
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let service = service
            .map_response(|response: Response<B>| response.map(ResponseBody::new))
            .map_err(Into::into);
        Self(Inner::Boxed(BoxCloneSyncService::new(service)))
    }

    pub(crate) fn pooled(pools: Pools) -> Self {
        Self(Inner::Pools(pools))
    }

    /// Whether nothing of the user's is between the client and its connections.
    pub(crate) fn is_pooled(&self) -> bool {
        matches!(self.0, Inner::Pools(_))
    }
}

impl Service<Request<RequestBody>> for Transport {
    type Response = Response<ResponseBody>;
    type Error = BoxError;
    type Future = TransportFuture;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match &mut self.0 {
            Inner::Pools(_) => Poll::Ready(Ok(())),
            Inner::Boxed(service) => service.poll_ready(context),
        }
    }

    fn call(&mut self, request: Request<RequestBody>) -> TransportFuture {
        TransportFuture(match &mut self.0 {
            Inner::Pools(pools) => FutureInner::Pooled(pools.request(request)),
            Inner::Boxed(service) => FutureInner::Boxed(service.call(request)),
        })
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Transport").finish_non_exhaustive()
    }
}

/// The response that a [`Transport`] will give.
#[must_use = "a future does nothing unless it is polled"]
pub struct TransportFuture(FutureInner);

enum FutureInner {
    Pooled(legacy::ResponseFuture),
    Boxed(Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, BoxError>> + Send>>),
}

impl Future for TransportFuture {
    type Output = Result<Response<ResponseBody>, BoxError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            FutureInner::Pooled(future) => {
                let response = ready!(Pin::new(future).poll(context))?;
                Poll::Ready(Ok(response.map(ResponseBody::pooled)))
            }
            FutureInner::Boxed(future) => future.as_mut().poll(context),
        }
    }
}

impl fmt::Debug for TransportFuture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TransportFuture")
            .finish_non_exhaustive()
    }
}
