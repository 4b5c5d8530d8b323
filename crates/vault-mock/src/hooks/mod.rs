//! Hooks: the user's own code between a request and its answer.

mod catch;
mod hooks;
mod report;

pub use self::report::HookPanic;
pub(crate) use self::{hooks::Hooks, report::Reports};
