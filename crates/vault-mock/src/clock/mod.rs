//! The time that the mock lives by; no other room reads time.

mod around_expiry;
mod change;
mod clock;
mod source;

pub(crate) use self::clock::LATEST;
pub use self::{
    around_expiry::AroundExpiry,
    change::{ClockChange, ClockState, InvalidClockChange},
    clock::Clock,
};
