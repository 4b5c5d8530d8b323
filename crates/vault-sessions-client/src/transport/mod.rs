//! How requests travel: a service without type parameters, by default pools of hyper connections.

mod body;
mod connect_timeout;
mod connector;
mod lenient;
mod pool;
mod pools;
#[cfg(feature = "proxy")]
mod proxy;
#[cfg(feature = "tls")]
mod roots;
#[cfg(feature = "tls")]
mod tls;
mod transport;

use std::error::Error;

#[cfg(all(feature = "proxy", feature = "tls"))]
pub(crate) use self::proxy::ProxyRefused;
pub(crate) use self::{body::Claim, connect_timeout::ConnectTimedOut, pool::Pool, pools::Pools};
pub use self::{
    body::{RequestBody, ResponseBody},
    transport::{Transport, TransportFuture},
};
#[cfg(feature = "tls")]
pub(crate) use self::{roots::Roots, tls::client_config};

/// Any error of a transport.
pub type BoxError = Box<dyn Error + Send + Sync>;
