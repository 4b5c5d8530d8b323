//! The emulated service behind a listener.

mod accept;
mod blocking;
mod connection;
mod head;
mod in_process;
mod line;
mod server;
mod tls;
mod wire;

#[cfg(not(feature = "tls"))]
pub(crate) use self::tls::Tls;
#[cfg(feature = "tls")]
pub use self::tls::{InvalidTls, Tls};
pub(crate) use self::{
    accept::Gate,
    connection::{answer, serve},
    line::Line,
    wire::Wire,
};
pub use self::{
    blocking::BlockingVaultServer,
    in_process::{InProcess, InProcessConnector, InProcessStream, NoAnswer},
    server::VaultServer,
};
#[cfg(feature = "tls")]
pub(crate) use self::{
    connection::{HEADERS_TIMEOUT, finish},
    line::{LineState, Sent},
};
