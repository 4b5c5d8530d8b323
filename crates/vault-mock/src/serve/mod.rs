//! The emulated service behind a listener.

mod accept;
mod blocking;
mod connection;
mod head;
mod in_process;
mod server;
mod tls;
mod wire;

#[cfg(feature = "tls")]
pub(crate) use self::connection::{BODY_TIMEOUT, HEADERS_TIMEOUT};
#[cfg(not(feature = "tls"))]
pub(crate) use self::tls::Tls;
#[cfg(feature = "tls")]
pub use self::tls::{InvalidTls, Tls};
pub use self::{
    blocking::BlockingVaultServer,
    in_process::{Connector, InProcess, InProcessStream, NoAnswer},
    server::VaultServer,
};
pub(crate) use self::{
    connection::{answer, serve},
    wire::Wire,
};
