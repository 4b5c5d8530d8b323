//! The emulated service behind a listener.

mod accept;
mod blocking;
mod connection;
mod running;

pub(crate) use self::connection::answer;
pub use self::{blocking::BlockingVaultMock, running::VaultMock};
