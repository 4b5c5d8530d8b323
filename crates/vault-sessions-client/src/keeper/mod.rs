//! Sessions that are used again: one live session per app, consumer and body.

mod builder;
mod flight;
mod kept;
mod key;
mod session_keeper;
mod store;
mod time;

pub use self::{builder::SessionKeeperBuilder, session_keeper::SessionKeeper};
