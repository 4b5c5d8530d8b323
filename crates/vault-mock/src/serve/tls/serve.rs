use std::{future::Future, pin::pin, sync::Arc};

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::server::TlsStream;

use super::{http2, tls::Tls};
use crate::{
    race::{Either, race},
    serve::{HEADERS_TIMEOUT, LineState, Wire, serve},
    vault::Vault,
};

impl Wire for TlsStream<TcpStream> {
    const IS_SOCKET: bool = true;

    fn reset_on_drop(&self) {
        self.get_ref().0.reset_on_drop();
    }

    fn has_left(&self) -> bool {
        self.get_ref().0.has_left()
    }
}

impl Tls {
    /// Shakes hands, and serves what the client chose to speak.
    ///
    /// A handshake that fails, or takes as long as headers may, ends the connection.
    pub(crate) async fn serve(
        &self,
        stream: TcpStream,
        vault: Vault,
        state: Arc<LineState>,
        stop: impl Future<Output = ()> + Send,
    ) {
        let mut stop = pin!(stop);
        let handshake = timeout(HEADERS_TIMEOUT, self.acceptor.accept(stream));
        let Either::First(Ok(Ok(stream))) = race(handshake, &mut stop).await else {
            return;
        };
        let (_, session) = stream.get_ref();
        if session.alpn_protocol() == Some(b"h2") {
            http2::serve(stream, vault, state, stop).await;
        } else {
            serve(stream, vault, state, stop).await;
        }
    }
}
