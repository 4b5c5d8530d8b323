use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

/// A connection as the server sees it, which can be ended the hard way.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Whether only writing shows that a client has left whose side is closed, and a close takes from it
    /// what it has not read yet.
    const IS_SOCKET: bool;

    /// Lets the client see a reset instead of an orderly end when the connection is dropped.
    fn reset_on_drop(&self);

    /// Whether the client is known to read no more.
    fn has_left(&self) -> bool;
}

impl Wire for TcpStream {
    const IS_SOCKET: bool = true;

    fn reset_on_drop(&self) {
        // Where the system refuses, the client sees a close.
        let _ = self.set_zero_linger();
    }

    fn has_left(&self) -> bool {
        !matches!(self.take_error(), Ok(None))
    }
}
