use std::{
    error::Error,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use tower::{Service, ServiceExt};

use super::{
    BoxError,
    connector::{Connector, Stream},
};
use crate::{now::now, until::until};

/// Bounds everything that connecting takes: name lookup, TCP, proxy and TLS.
#[derive(Clone)]
pub(super) struct ConnectTimeout {
    /// Shared, since hyper clones its connector at every request and usually has no use for it.
    inner: Arc<Connector>,
    length: Duration,
}

impl ConnectTimeout {
    pub(super) fn new(inner: Connector, length: Duration) -> Self {
        let inner = Arc::new(inner);
        Self { inner, length }
    }
}

impl Service<Uri> for ConnectTimeout {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = Connector::clone(&self.inner);
        let length = self.length;
        let connecting = until(now() + length, connector.oneshot(uri));
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
