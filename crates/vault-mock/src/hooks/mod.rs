//! Hooks: the user's own code between a request and its answer.

mod catch;
mod hook;
mod report;

pub(crate) use self::hook::Hooks;
pub use self::report::HookPanic;
