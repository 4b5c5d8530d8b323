//! The emulated service behind a listener.

mod accept;
mod connection;
mod running;

pub use self::running::VaultMock;
