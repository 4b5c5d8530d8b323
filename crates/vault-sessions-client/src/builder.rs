use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;
use vault_sessions::{
    ApiKeyArgument,
    wire::{BaseUri, BaseUriArgument},
};

#[cfg(feature = "proxy")]
use crate::config::Proxy;
#[cfg(feature = "tls")]
use crate::{config::ConfigError, transport::Roots};
use crate::{
    config::{ChosenTimeouts, ExtraHeaders, KeySource},
    retry::RetryPolicy,
    transport::{BoxError, RequestBody, Transport},
};

/// Configures a [`Client`](crate::Client); every setting but the API key has a default.
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    pub(crate) key: Option<KeySource>,
    pub(crate) base: BaseUri,
    pub(crate) allow_plain_http: bool,
    pub(crate) timeouts: ChosenTimeouts,
    /// Bytes.
    pub(crate) response_limit: usize,
    pub(crate) user_agent: Option<String>,
    pub(crate) headers: ExtraHeaders,
    pub(crate) retry: RetryPolicy,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) pool_max_idle: usize,
    pub(crate) concurrency_limit: Option<usize>,
    #[cfg(feature = "tls")]
    pub(crate) roots: Roots,
    #[cfg(feature = "tls")]
    pub(crate) bad_roots: Option<ConfigError>,
    #[cfg(feature = "http2")]
    pub(crate) http2: bool,
    #[cfg(feature = "proxy")]
    pub(crate) proxy: Option<Proxy>,
    pub(crate) transport: Option<Transport>,
    pub(crate) layers: Vec<BoxLayer>,
}

pub(crate) type BoxLayer = Box<dyn FnOnce(Transport) -> Transport + Send + Sync>;

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            key: None,
            base: BaseUri::default(),
            allow_plain_http: false,
            timeouts: ChosenTimeouts::default(),
            response_limit: 1024 * 1024,
            user_agent: None,
            headers: ExtraHeaders::default(),
            retry: RetryPolicy::default(),
            pool_idle_timeout: Duration::from_secs(50),
            pool_max_idle: 32,
            concurrency_limit: None,
            #[cfg(feature = "tls")]
            roots: Roots::default(),
            #[cfg(feature = "tls")]
            bad_roots: None,
            #[cfg(feature = "http2")]
            http2: false,
            #[cfg(feature = "proxy")]
            proxy: None,
            transport: None,
            layers: Vec::new(),
        }
    }

    /// From text, literal or not: `.api_key(ApiKey::new(text)?)`. From the variable `APIDECK_API_KEY`:
    /// `.api_key(ApiKey::from_env()?)`.
    ///
    /// The secret key of the Unify application. Required, here or as an
    /// [`api_key_source`](Self::api_key_source).
    pub fn api_key(mut self, key: impl ApiKeyArgument) -> Self {
        self.key = Some(KeySource::Fixed(key.into_value()));
        self
    }

    /// From text, literal or not: `.base_uri(BaseUri::new("http://127.0.0.1:8080")?)`.
    ///
    /// Where the service is. Default: `https://unify.apideck.com`.
    pub fn base_uri(mut self, base: impl BaseUriArgument) -> Self {
        self.base = base.into();
        self
    }

    /// Allows a plain `http` base URI on another machine. The API key is then sent unencrypted.
    ///
    /// Without it, plain `http` is allowed only to 127.0.0.0/8, `[::1]` and `localhost`. A test against
    /// a container such as `http://vault-mock:8080` needs it. With [`from_env`](Self::from_env), the
    /// variable `APIDECK_ALLOW_PLAIN_HTTP=true` does the same.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// How long connecting may take: name lookup, TCP and TLS together. Default: 10 seconds, or the
    /// attempt timeout if that is shorter.
    ///
    /// It does not apply to a [`transport`](Self::transport) of your own.
    pub fn connect_timeout(mut self, length: Duration) -> Self {
        self.timeouts.connect = Some(length);
        self
    }

    /// How long one attempt may take, from its start to the last byte of the answer. Default: 30
    /// seconds, adjusted to the other timeouts if those are set.
    pub fn attempt_timeout(mut self, length: Duration) -> Self {
        self.timeouts.attempt = Some(length);
        self
    }

    /// How long a call may take, including all attempts and the waits between them. Default: 60
    /// seconds, or the attempt timeout if that is longer.
    pub fn total_timeout(mut self, length: Duration) -> Self {
        self.timeouts.total = Some(length);
        self
    }

    /// When a failed call is tried again. Default: [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The largest body that an answer may have, in bytes. Default: 1,048,576 (1 MiB).
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// The `User-Agent` to send: visible ASCII characters, and spaces between them. Default: the name
    /// and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// How long an idle connection is kept, on each runtime. Default: 50 seconds, a little less than
    /// the 60 seconds after which common load balancers close it.
    pub fn pool_idle_timeout(mut self, length: Duration) -> Self {
        self.pool_idle_timeout = length;
        self
    }

    /// How many idle connections are kept, on each runtime. Default: 32. With 0, every call opens its
    /// own connection.
    pub fn pool_max_idle(mut self, connections: usize) -> Self {
        self.pool_max_idle = connections;
        self
    }

    /// Trusts the certificates in a PEM text, in addition to the roots that the features provide.
    /// [`build`](Self::build) reports what is wrong with the text, without quoting it.
    ///
    /// Needs the feature `ring` or `aws-lc-rs`.
    #[cfg(feature = "tls")]
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        if let Err(error) = self.roots.add_pem(pem.as_ref()) {
            self.bad_roots.get_or_insert(error);
        }
        self
    }

    /// Trusts only the certificates that [`root_certificates`](Self::root_certificates) adds.
    ///
    /// Needs the feature `ring` or `aws-lc-rs`.
    #[cfg(feature = "tls")]
    pub fn only_added_roots(mut self) -> Self {
        self.roots.only_added = true;
        self
    }

    /// Offers HTTP/2 by ALPN; the server chooses. Default: HTTP/1.1 only.
    ///
    /// The client pings a connection with calls on it every 10 seconds, and closes it if no reply comes
    /// within 5. A connection on which an attempt timed out is not used for further calls.
    ///
    /// Needs the feature `http2`.
    #[cfg(feature = "http2")]
    pub fn http2(mut self, offer: bool) -> Self {
        self.http2 = offer;
        self
    }

    /// Sends requests through a service of your own: a test double, a recorder, another HTTP stack.
    ///
    /// The settings for connecting, TLS and the pool then have no effect. The attempt and total
    /// timeouts, the response limit and the check of the base URI still apply.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{Request, Response, StatusCode};
    /// use http_body_util::Full;
    /// use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession};
    /// use vault_sessions_client::{Client, RequestBody};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let overloaded = tower::service_fn(async |request: Request<RequestBody>| {
    ///     assert_eq!(request.headers()["x-apideck-consumer-id"], "account:12345");
    ///     let mut response = Response::new(Full::new(Bytes::from("try later")));
    ///     *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    ///     Ok::<_, std::convert::Infallible>(response)
    /// });
    /// let client = Client::builder()
    ///     .api_key(ApiKey::new("secret")?)
    ///     .transport(overloaded)
    ///     .build()?;
    ///
    /// let request = CreateSession::builder()
    ///     .app_id(const { AppId::from_static("my-app") })
    ///     .consumer_id(const { ConsumerId::from_static("account:12345") })
    ///     .build();
    /// let error = client.create_session(&request).await.unwrap_err();
    /// assert_eq!(error.body().unwrap(), "try later");
    /// # Ok(())
    /// # }
    /// ```
    pub fn transport<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.transport = Some(Transport::new(service));
        self
    }

    /// Wraps the transport in a service. It sees every attempt; the last one added is outermost.
    ///
    /// Any [`tower` layer](https://docs.rs/tower-layer) fits: `.layer(|inner| layer.layer(inner))`.
    /// Requests carry the API key in `authorization`, marked as sensitive.
    ///
    /// ```
    /// use tower::{ServiceBuilder, limit::ConcurrencyLimitLayer};
    /// use vault_sessions_client::Client;
    ///
    /// let builder = Client::builder().layer(|inner| {
    ///     let layers = ServiceBuilder::new().layer(ConcurrencyLimitLayer::new(8));
    ///     layers.service(inner)
    /// });
    /// ```
    pub fn layer<S, B>(mut self, wrap: impl FnOnce(Transport) -> S + Send + Sync + 'static) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let wrap = move |transport| Transport::new(wrap(transport));
        self.layers.push(Box::new(wrap));
        self
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("base_uri", &self.base)
            .field("timeouts", &self.timeouts)
            .field("response_limit", &self.response_limit)
            .field("headers", &self.headers.names())
            .finish_non_exhaustive()
    }
}
