//! Hooks: the user's own code between a request and its answer.

mod catch;
mod hooks;
mod report;

pub(crate) use self::hooks::Hooks;
pub use self::report::HookPanic;
