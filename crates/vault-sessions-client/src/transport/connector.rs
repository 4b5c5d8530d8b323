use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use tower::{Service, ServiceExt, util::BoxCloneSyncService};

use super::BoxError;

/// Makes connections; its type does not say through how many layers of TLS and proxies.
pub(super) type Connector = BoxCloneSyncService<Uri, Stream, BoxError>;

/// A connection, whatever it goes through.
pub(super) struct Stream {
    inner: Box<dyn Inner>,
    /// Whether it ends at a proxy that wants to be told the whole URI.
    forwarded: bool,
}

trait Inner: Read + Write + Connection + Send + Unpin {}

impl<T: Read + Write + Connection + Send + Unpin> Inner for T {}

#[cfg(feature = "proxy")]
impl Stream {
    pub(super) fn forwarded(self) -> Self {
        Self {
            forwarded: true,
            ..self
        }
    }
}

/// Connects to the host and port of a URI.
pub(super) fn tcp(timeout: Duration) -> Connector {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    // Shared out among the addresses of a name, so that a dead first one leaves time for the next.
    tcp.set_connect_timeout(Some(timeout));
    tcp.enforce_http(false);
    erase(tcp)
}

/// Speaks TLS over the connections of another connector.
#[cfg(feature = "tls")]
pub(super) fn over_tls(inner: Connector, config: rustls::ClientConfig, http2: bool) -> Connector {
    let tls = hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(config)
        .https_only()
        .enable_http1();
    #[cfg(feature = "http2")]
    if http2 {
        return erase(tls.enable_http2().wrap_connector(inner));
    }
    debug_assert!(!http2, "asked for by the feature `http2` only");
    erase(tls.wrap_connector(inner))
}

/// Erases the type of a connector.
pub(super) fn erase<C>(connector: C) -> Connector
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Connection + Send + Unpin + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    BoxCloneSyncService::new(
        connector
            .map_response(|stream| Stream {
                inner: Box::new(stream),
                forwarded: false,
            })
            .map_err(Into::into),
    )
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.inner.connected().proxy(self.forwarded)
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, buffers)
    }
}
