use std::time::Duration;

use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

use super::{Transport, connect_timeout::ConnectTimeout, erase};

/// How the pool makes connections and how long it keeps them.
pub(crate) struct Pool {
    pub(crate) connect_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    /// Connections.
    pub(crate) max_idle: usize,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<rustls::ClientConfig>,
    #[cfg(feature = "http2")]
    pub(crate) http2: bool,
}

/// The transport that is used unless another is given.
#[cfg_attr(
    not(feature = "tls"),
    expect(
        clippy::needless_pass_by_value,
        reason = "the configuration of TLS is consumed"
    )
)]
pub(crate) fn pooled(pool: Pool) -> Transport {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    // Shared out among the addresses of a name, so that a dead first one leaves time for the next.
    tcp.set_connect_timeout(Some(pool.connect_timeout));
    tcp.enforce_http(false);

    let mut client = Client::builder(TokioExecutor::new());
    client
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(pool.idle_timeout)
        .pool_max_idle_per_host(pool.max_idle);

    #[cfg(feature = "tls")]
    if let Some(tls) = pool.tls {
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_only();
        #[cfg(feature = "http2")]
        if pool.http2 {
            let https = https.enable_http1().enable_http2().wrap_connector(tcp);
            return erase(client.build(ConnectTimeout::new(https, pool.connect_timeout)));
        }
        let https = https.enable_http1().wrap_connector(tcp);
        return erase(client.build(ConnectTimeout::new(https, pool.connect_timeout)));
    }
    erase(client.build(ConnectTimeout::new(tcp, pool.connect_timeout)))
}
