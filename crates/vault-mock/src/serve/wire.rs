use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

/// A connection as the server sees it, which can be ended the hard way.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Lets the client see a reset instead of an orderly end when the connection is dropped.
    fn reset_on_drop(&self);
}

impl Wire for TcpStream {
    fn reset_on_drop(&self) {
        // Where the system refuses, the client sees a close.
        let _ = self.set_zero_linger();
    }
}
