use std::time::Duration;

use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};

#[cfg(feature = "tls")]
use super::connector::over_tls;
#[cfg(all(feature = "proxy", feature = "tls"))]
use super::proxy::tunnel;
use super::{Pools, connect_timeout::ConnectTimeout, connector::tcp, lenient};
#[cfg(feature = "proxy")]
use super::{connector::Connector, proxy::forward};
#[cfg(feature = "proxy")]
use crate::config::Route;

/// A connection of HTTP/2 with calls on it is pinged this often,
#[cfg(feature = "http2")]
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// and is closed if no reply comes for this long (RFC 9113 §6.7). HTTP/1.1 has no such ping.
#[cfg(feature = "http2")]
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// How the pools make connections and how long they keep them.
pub(crate) struct Pool {
    pub(crate) connect_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    /// Connections.
    pub(crate) max_idle: usize,
    /// Whether the service is `https`.
    #[cfg(feature = "tls")]
    pub(crate) secure: bool,
    /// Present if the service or the proxy is `https`.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<rustls::ClientConfig>,
    #[cfg(feature = "http2")]
    pub(crate) http2: bool,
    #[cfg(feature = "proxy")]
    pub(crate) route: Option<Route>,
}

impl Pool {
    /// The transport that is used unless another is given.
    pub(crate) fn into_pools(self) -> Pools {
        let connector = tcp(self.connect_timeout);
        #[cfg(feature = "proxy")]
        let (connector, authorization) = self.through_proxy(connector);
        #[cfg(not(feature = "proxy"))]
        let authorization = None;
        #[cfg(feature = "tls")]
        let connector = match self.tls.filter(|_| self.secure) {
            #[cfg(feature = "http2")]
            Some(tls) => over_tls(connector, tls, self.http2),
            #[cfg(not(feature = "http2"))]
            Some(tls) => over_tls(connector, tls, false),
            None => connector,
        };
        let mut builder = Client::builder(TokioExecutor::new());
        lenient::pool(&mut builder);
        builder
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(self.max_idle);
        #[cfg(feature = "http2")]
        builder
            .http2_max_header_list_size(64 * 1024)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT);
        let connector = ConnectTimeout::new(connector, self.connect_timeout);
        Pools::new(builder, connector, authorization)
    }

    /// Puts the proxy in front of the service; returns what each request has to present to it.
    #[cfg(feature = "proxy")]
    fn through_proxy(&self, connector: Connector) -> (Connector, Option<http::HeaderValue>) {
        let Some(route) = self.route.clone() else {
            return (connector, None);
        };
        #[cfg(feature = "tls")]
        let connector = match &self.tls {
            Some(tls) if route.is_secure() => over_tls(connector, tls.clone(), false),
            _ => connector,
        };
        #[cfg(feature = "tls")]
        if self.secure {
            return (tunnel(connector, route), None);
        }
        (forward(connector, route.proxy), route.authorization)
    }
}
