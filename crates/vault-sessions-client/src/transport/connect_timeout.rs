use std::{
    error::Error,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use tower::Service;

use super::BoxError;

/// Bounds all that it takes to have a connection: name lookup, TCP and TLS.
#[derive(Clone)]
pub(super) struct ConnectTimeout<C> {
    inner: C,
    length: Duration,
}

impl<C> ConnectTimeout<C> {
    pub(super) fn new(inner: C, length: Duration) -> Self {
        Self { inner, length }
    }
}

impl<C> Service<Uri> for ConnectTimeout<C>
where
    C: Service<Uri>,
    C::Future: Send + 'static,
    C::Error: Into<BoxError>,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.length, self.inner.call(uri));
        let length = self.length;
        Box::pin(async move {
            match connecting.await {
                Ok(outcome) => outcome.map_err(Into::into),
                Err(_) => Err(ConnectTimedOut(length).into()),
            }
        })
    }
}

/// There was no connection within the connect timeout.
#[derive(Debug)]
pub(crate) struct ConnectTimedOut(Duration);

impl fmt::Display for ConnectTimedOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no connection within {:?}", self.0)
    }
}

impl Error for ConnectTimedOut {}
