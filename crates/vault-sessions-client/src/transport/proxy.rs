use http::Uri;
#[cfg(feature = "tls")]
use hyper_util::client::legacy::connect::proxy::Tunnel;
use tower::ServiceExt;

#[cfg(feature = "tls")]
use super::connector::erase;
use super::connector::{Connector, Stream};
#[cfg(feature = "tls")]
use crate::config::Route;

/// Asks the proxy for a tunnel to the service (`CONNECT`, RFC 9110 §9.3.6).
#[cfg(feature = "tls")]
pub(super) fn tunnel(to_proxy: Connector, route: Route) -> Connector {
    let tunnel = Tunnel::new(route.proxy, to_proxy);
    erase(match route.authorization {
        Some(authorization) => tunnel.with_auth(authorization),
        None => tunnel,
    })
}

/// Connects to the proxy whatever the service is; requests then name the service with their whole URI
/// (RFC 9112 §3.2.2).
pub(super) fn forward(to_proxy: Connector, proxy: Uri) -> Connector {
    Connector::new(
        to_proxy
            .map_request(move |_service: Uri| proxy.clone())
            .map_response(Stream::forwarded),
    )
}
