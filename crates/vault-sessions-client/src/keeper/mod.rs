//! Sessions that are used again: one live session per app, consumer and body.

mod builder;
mod kept;
mod pending;
mod refresh;
mod session_keeper;
mod time;

pub use self::{builder::SessionKeeperBuilder, session_keeper::SessionKeeper};
