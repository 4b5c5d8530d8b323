//! The settings of a client, and what is wrong with them.

mod concurrency;
mod config_error;
mod config_problem;
mod environment;
#[cfg(feature = "proxy")]
mod exceptions;
mod headers;
mod key_source;
mod plain_http;
#[cfg(feature = "proxy")]
mod proxy;
#[cfg(feature = "proxy")]
mod proxy_uri;
mod route;
mod timeouts;

pub use self::config_error::ConfigError;
#[cfg(feature = "proxy")]
pub use self::proxy::{Proxy, ProxyArgument};
pub(crate) use self::{
    concurrency::semaphore,
    config_problem::ConfigProblem,
    headers::{ExtraHeaders, arrives_as_sent},
    key_source::KeySource,
    plain_http::stays_on_this_machine,
    route::Route,
    timeouts::{ChosenTimeouts, LONGEST, Timeouts},
};
