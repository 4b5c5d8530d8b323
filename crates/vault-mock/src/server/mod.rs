//! The emulated service behind a listener.

mod accept;
mod blocking;
mod connection;
mod running;
mod wire;

#[cfg(feature = "tls")]
pub(crate) use self::connection::{BODY_TIMEOUT, HEADERS_TIMEOUT};
pub use self::{blocking::BlockingVaultMock, running::VaultMock};
pub(crate) use self::{
    connection::{answer, serve},
    wire::Wire,
};
