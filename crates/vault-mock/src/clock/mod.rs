//! The time that the mock lives by; no other room reads time.

mod around_expiry;
mod change;
mod clock;
mod rfc3339;
mod source;

#[cfg(feature = "remote")]
pub(crate) use self::clock::bounded;
pub use self::{
    around_expiry::AroundExpiry,
    change::{ClockChange, ClockState, InvalidClockChange},
    clock::Clock,
};
pub(crate) use self::{clock::LATEST, rfc3339::parse_rfc3339};
