use std::{
    error::Error,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use tower::Service;

use super::{
    BoxError,
    connector::{Connector, Stream},
};

/// Bounds all that it takes to have a connection: name lookup, TCP, proxy and TLS.
#[derive(Clone)]
pub(super) struct ConnectTimeout {
    inner: Connector,
    length: Duration,
}

impl ConnectTimeout {
    pub(super) fn new(inner: Connector, length: Duration) -> Self {
        Self { inner, length }
    }
}

impl Service<Uri> for ConnectTimeout {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.length, self.inner.call(uri));
        let length = self.length;
        Box::pin(async move {
            match connecting.await {
                Ok(outcome) => outcome,
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
