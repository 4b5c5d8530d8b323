#[cfg(feature = "tls")]
use std::{error::Error, fmt};

use http::Uri;
#[cfg(feature = "tls")]
use http::{
    HeaderValue, Method, Request, StatusCode,
    header::{HOST, PROXY_AUTHORIZATION},
};
#[cfg(feature = "tls")]
use hyper::client::conn::http1;
use tower::ServiceExt;
#[cfg(feature = "tls")]
use tower::service_fn;
#[cfg(feature = "tls")]
use vault_sessions::wire::RetryAfter;

use super::connector::{Connector, Stream};
#[cfg(feature = "tls")]
use super::{BoxError, RequestBody, connector::erase, lenient};
#[cfg(feature = "tls")]
use crate::config::Route;

/// Asks the proxy for a tunnel to the service (`CONNECT`, RFC 9110 §9.3.6).
///
/// hyper-util's own tunnel does not tell with which status a proxy refuses.
#[cfg(feature = "tls")]
pub(super) fn tunnel(to_proxy: Connector, route: Route) -> Connector {
    erase(service_fn(move |service: Uri| {
        let (to_proxy, route) = (to_proxy.clone(), route.clone());
        async move {
            let stream = to_proxy.oneshot(route.proxy).await?;
            connect(stream, &service, route.authorization).await
        }
    }))
}

#[cfg(feature = "tls")]
async fn connect(
    stream: Stream,
    service: &Uri,
    authorization: Option<HeaderValue>,
) -> Result<Stream, BoxError> {
    let host = service.host().unwrap_or_default();
    let authority = format!("{host}:{}", service.port_u16().unwrap_or(443));
    let mut request = Request::builder()
        .method(Method::CONNECT)
        .uri(&authority)
        .header(HOST, &authority)
        .body(RequestBody::default())?;
    if let Some(authorization) = authorization {
        let headers = request.headers_mut();
        headers.insert(PROXY_AUTHORIZATION, authorization);
    }
    let mut http = http1::Builder::new();
    lenient::tunnel(&mut http);
    // As proxies have seen it for longest.
    http.title_case_headers(true);
    let (mut sender, connection) = http.handshake(stream).await?;
    // It ends when the tunnel is there, or with the sender.
    tokio::spawn(connection.with_upgrades());
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    if !status.is_success() {
        let retry_after = RetryAfter::from_headers(answer.headers());
        let refused = ProxyRefused {
            status,
            retry_after,
        };
        return Err(refused.into());
    }
    let tunnel = hyper::upgrade::on(answer).await?;
    // Nothing can have come through it yet: in TLS, the client speaks first.
    let tunnel = tunnel.downcast::<Stream>();
    Ok(tunnel.map_err(|_| "the tunnel is not the connection")?.io)
}

/// A proxy answered `CONNECT` with this status.
#[cfg(feature = "tls")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProxyRefused {
    pub(crate) status: StatusCode,
    /// When it wants to be asked again.
    pub(crate) retry_after: Option<RetryAfter>,
}

#[cfg(feature = "tls")]
impl ProxyRefused {
    pub(crate) fn wants_credentials(self) -> bool {
        self.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
    }
}

#[cfg(feature = "tls")]
impl fmt::Display for ProxyRefused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the proxy answered CONNECT with {}", self.status)
    }
}

#[cfg(feature = "tls")]
impl Error for ProxyRefused {}

/// Connects to the proxy whatever the service is; requests then name the service with their whole URI
/// (RFC 9112 §3.2.2).
pub(super) fn forward(to_proxy: Connector, proxy: Uri) -> Connector {
    Connector::new(
        to_proxy
            .map_request(move |_service: Uri| proxy.clone())
            .map_response(Stream::forwarded),
    )
}
