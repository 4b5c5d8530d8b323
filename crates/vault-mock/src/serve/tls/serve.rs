use std::future::Future;

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::server::TlsStream;

use super::{http2, identity::Tls};
use crate::{
    admin::Peer,
    serve::{HEADERS_TIMEOUT, Wire, serve},
    vault::Vault,
};

impl Wire for TlsStream<TcpStream> {
    fn reset_on_drop(&self) {
        self.get_ref().0.reset_on_drop();
    }
}

impl Tls {
    /// Shakes hands, and serves what the client chose to speak.
    ///
    /// A handshake that fails, or takes as long as headers may, ends the connection.
    pub(crate) async fn serve(
        &self,
        stream: TcpStream,
        peer: Peer,
        vault: Vault,
        stop: impl Future<Output = ()> + Send,
    ) {
        let handshake = timeout(HEADERS_TIMEOUT, self.acceptor.accept(stream));
        let Ok(Ok(stream)) = handshake.await else {
            return;
        };
        let (_, session) = stream.get_ref();
        if session.alpn_protocol() == Some(b"h2") {
            http2::serve(stream, peer, vault, stop).await;
        } else {
            serve(stream, Some(peer), vault, stop).await;
        }
    }
}
