//! The switches of what the service's documentation leaves open.

pub(crate) mod actions;
mod expiry;
mod latitude;
mod named;
mod rate_limit;
mod request_limit;
mod rules;
mod setting;
mod setting_value;
mod validation;

pub use self::{
    expiry::ExpiryRule,
    latitude::LongSession,
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
