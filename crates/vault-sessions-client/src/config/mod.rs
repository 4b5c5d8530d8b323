//! What a client can be told, and what it refuses to be told.

mod config_error;
mod plain_http;
mod timeouts;

pub use self::config_error::ConfigError;
pub(crate) use self::{
    config_error::Problem,
    plain_http::stays_on_this_machine,
    timeouts::{ChosenTimeouts, Timeouts},
};
