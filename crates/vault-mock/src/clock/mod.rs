//! The time that the mock lives by; no other room reads time.

mod around_expiry;
mod change;
#[expect(
    clippy::module_inception,
    reason = "the room is named after its main type"
)]
mod clock;
mod source;

pub(crate) use self::clock::LATEST;
pub use self::{
    around_expiry::AroundExpiry,
    change::{ClockChange, ClockState, InvalidClockChange},
    clock::Clock,
};
