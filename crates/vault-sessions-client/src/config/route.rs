use http::{HeaderValue, Uri, uri::Scheme};

/// Where to connect instead of the service, and the credentials to present there.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "proxy"),
    expect(dead_code, reason = "without proxies every way is direct")
)]
pub(crate) struct Route {
    pub(crate) proxy: Uri,
    pub(crate) authorization: Option<HeaderValue>,
}

impl Route {
    /// Whether the proxy itself is reached over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.proxy.scheme() == Some(&Scheme::HTTPS)
    }
}
