//! Creates Apideck Vault sessions: one call, with pooled connections, timeouts, retries, and errors
//! that keep whatever the service answered.
//!
//! ```no_run
//! use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession};
//! use vault_sessions_client::Client;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder().api_key(ApiKey::from_env()?).build()?;
//!
//! let request = CreateSession::builder()
//!     .app_id(const { AppId::from_static("my-app") })
//!     .consumer_id(ConsumerId::new("account:12345")?)
//!     .build();
//! let created = client.create_session(&request).await?;
//! println!("send the consumer to {}", created.uri().expose_secret());
//! # Ok(())
//! # }
//! ```
//!
//! A [`Client`] is cheap to clone and has no type parameters. Make one and share it, in a `static` if you
//! like: it is not tied to a runtime. Each runtime that makes calls has its own pool of connections, which
//! is closed when the runtime ends.
//!
//! # When a call fails
//!
//! [`Error`] has methods instead of variants. Was it a [timeout](Error::is_timeout)? What was the
//! [status](Error::status)? Which [bytes](Error::body) did a proxy send instead of JSON?
//! [May the service have created](Error::may_have_reached_server) the session anyway? Is it
//! [worth trying again](Error::is_retryable) later? No `Debug` or `Display` of this crate shows the
//! API key or a token.
//!
//! # Retries
//!
//! A call makes up to three attempts. It tries again if there was no connection, if the protocol says
//! that the request was not processed, and on the statuses 429, 502, 503 and 504. Before each retry it
//! waits as long as `Retry-After` says, plus a random time. All clones of a client share a retry
//! budget, so that retries do not make an outage worse. [`RetryPolicy`] has the details and settings.
//!
//! If the API key can change while the program runs, pass an
//! [`api_key_source`](ClientBuilder::api_key_source): each attempt asks it for the key.
//!
//! # Reusing sessions
//!
//! A [`SessionKeeper`] creates a session when a consumer first needs one, returns it until shortly
//! before it expires, and has the next one ready by then.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | [`api_key`](ClientBuilder::api_key) | required |
//! | [`base_uri`](ClientBuilder::base_uri) | `https://unify.apideck.com` |
//! | [`connect_timeout`](ClientBuilder::connect_timeout) | 10 seconds |
//! | [`attempt_timeout`](ClientBuilder::attempt_timeout), body included | 30 seconds |
//! | [`total_timeout`](ClientBuilder::total_timeout), retries included | 60 seconds |
//! | [`retry`](ClientBuilder::retry): attempts | 3 |
//! | [`backoff`](RetryPolicy::backoff): first and longest ceiling | 200 milliseconds, 5 seconds |
//! | [`max_retry_after`](RetryPolicy::max_retry_after) | 20 seconds |
//! | [`budget`](RetryPolicy::budget) | 10 retries |
//! | [`response_limit`](ClientBuilder::response_limit) | 1,048,576 bytes (1 MiB) |
//! | [`pool_idle_timeout`](ClientBuilder::pool_idle_timeout) | 50 seconds |
//! | [`pool_max_idle`](ClientBuilder::pool_max_idle) | 32 connections |
//! | [`user_agent`](ClientBuilder::user_agent) | name and version of this crate |
//! | [`header`](ClientBuilder::header) | none; at most 64 |
//! | `http2` | not offered |
//! | `proxy` | none, but [`from_env`](ClientBuilder::from_env) reads the usual variables |
//!
//! # The transport
//!
//! The default transport is `hyper` with `rustls`. [`ClientBuilder::transport`] takes any `tower`
//! service for HTTP requests instead, and [`ClientBuilder::layer`] wraps either one. The client
//! chooses its TLS provider itself and ignores the default of the process, so it does not matter which
//! one other crates install.
//!
//! # Features
//!
//! - `ring` (default) or `aws-lc-rs`: the cryptography of TLS. With both, `ring` is used; with
//!   neither, only plain HTTP and transports of your own are available.
//! - `webpki-roots` (default): trusts Mozilla's roots, as compiled in.
//! - `native-roots`: also trusts the roots of the operating system.
//! - `proxy`: connects through HTTP proxies, set in code or by environment variables.
//! - `blocking`: a client and a keeper for callers without `async`.
//! - `tracing`: a span per call and per attempt, with OpenTelemetry's names.
//! - `http2`: lets a client ask for HTTP/2 with `ClientBuilder::http2`.
//!
//! With `http2`, and with `native-roots` for a service behind the certificates of a company:
//!
//! ```toml
//! vault-sessions-client = { version = "0.1", features = ["http2", "native-roots"] }
//! ```
//!
//! ```
//! # #[cfg(feature = "http2")]
//! # {
//! use vault_sessions::ApiKey;
//! use vault_sessions_client::{BaseUri, Client};
//!
//! let client = Client::builder()
//!     .api_key(ApiKey::new("sk_live_example")?)
//!     .base_uri(BaseUri::new("https://vault.company.example")?)
//!     .http2(true)
//!     .build();
//! # let _ = client;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With `tracing` there is nothing to call: the program's subscriber receives the spans.
//! A call is `create_session`, and its attempts are `POST /vault/sessions` within it, with
//! `http.response.status_code`, `http.request.resend_count` and `error.type` among their fields.
//!
//! ```
//! # #[cfg(feature = "tracing")]
//! tracing_subscriber::fmt()
//!     .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
//!     .init();
//! ```
//!
//! # What is not here
//!
//! The client does not follow redirects, because they would send the API key elsewhere. It does not
//! decompress answers, because it does not ask for compression. The types of requests and answers are
//! in [`vault_sessions`]; `vault-mock` emulates the service for tests.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
pub mod blocking;
mod build;
mod builder;
mod chain;
mod client;
mod config;
mod error;
mod exchange;
mod keeper;
#[cfg(not(all(
    feature = "blocking",
    feature = "http2",
    feature = "proxy",
    feature = "tls"
)))]
mod missing_features;
mod now;
mod retry;
mod session_response;
mod spans;
mod sync;
mod transport;
mod until;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Where the service is, for [`ClientBuilder::base_uri`].
#[doc(no_inline)]
pub use vault_sessions::wire::BaseUri;

#[cfg(feature = "proxy")]
pub use self::config::{Proxy, ProxyArgument};
#[cfg(not(feature = "blocking"))]
pub use self::missing_features::FeatureBlocking;
#[cfg(not(feature = "http2"))]
pub use self::missing_features::FeatureHttp2;
#[cfg(not(feature = "proxy"))]
pub use self::missing_features::FeatureProxy;
#[cfg(not(feature = "tls"))]
pub use self::missing_features::FeatureTls;
pub use self::{
    builder::ClientBuilder,
    client::Client,
    config::ConfigError,
    error::Error,
    keeper::{SessionKeeper, SessionKeeperBuilder},
    retry::RetryPolicy,
    session_response::SessionResponse,
    transport::{BoxError, RequestBody, ResponseBody, Transport, TransportFuture},
};
