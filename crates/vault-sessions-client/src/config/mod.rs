//! What a client can be told, and what it refuses to be told.

mod api_key_argument;
mod concurrency;
mod config_error;
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

#[cfg(feature = "proxy")]
pub use self::proxy::Proxy;
pub use self::{api_key_argument::ApiKeyArgument, config_error::ConfigError};
pub(crate) use self::{
    concurrency::semaphore,
    config_error::ConfigProblem,
    headers::ExtraHeaders,
    key_source::KeySource,
    plain_http::stays_on_this_machine,
    route::Route,
    timeouts::{ChosenTimeouts, LONGEST, Timeouts},
};
