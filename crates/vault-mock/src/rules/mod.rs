//! Switches for what the service's documentation leaves open.

pub(crate) mod actions;
mod expiry;
mod long_session;
mod named;
mod rate_limit;
mod request_limit;
mod rules;
mod setting;
mod setting_value;
mod switches;
mod validation;

pub use self::{
    expiry::ExpiryRule,
    long_session::LongSession,
    named::InvalidName,
    rate_limit::{InvalidRateLimit, RateLimit},
    rules::Rules,
    setting::{InvalidSetting, Setting},
    validation::{SchemaFault, SessionLengthDialect, Validation},
};
pub(crate) use self::{
    named::named,
    rate_limit::{Counted, RateLimiter},
    request_limit::RequestCount,
};
