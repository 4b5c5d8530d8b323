//! The emulated service behind a listener.

mod accept;
mod blocking;
mod connection;
mod gate;
mod head;
mod in_process;
mod line;
mod line_state;
mod on_line;
mod server;
mod tls;
mod wire;

#[cfg(not(feature = "tls"))]
pub(crate) use self::tls::Tls;
#[cfg(feature = "tls")]
pub use self::tls::{InvalidTls, Tls};
pub use self::{
    blocking::BlockingVaultServer,
    in_process::{InProcess, InProcessConnector, InProcessStream, NoAnswerError},
    server::VaultServer,
};
#[cfg(feature = "tls")]
pub(crate) use self::{
    connection::{HEADERS_TIMEOUT, finish},
    on_line::Sent,
};
pub(crate) use self::{
    connection::{answer, serve},
    gate::{Gate, NoRoom},
    line::Line,
    line_state::LineState,
    on_line::OnLine,
    wire::Wire,
};
