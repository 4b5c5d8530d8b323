//! Creates Apideck Vault sessions: one call, pooled, with timeouts, and errors that keep the answer.
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
//! like: it belongs to no runtime. Each runtime that calls are made on has its own pool of connections,
//! which is closed when the runtime ends.
//!
//! # When a call fails
//!
//! [`Error`] answers questions rather than having variants: was it a [timeout](Error::is_timeout),
//! what was the [status](Error::status), what were the [bytes](Error::body) that the proxy sent
//! instead of JSON, [may the service have created](Error::may_have_reached_server) the session all
//! the same, and is it [worth trying again](Error::is_retryable) later. Neither the API key nor a token is in any `Debug` or `Display` of this crate.
//!
//! # Trying again
//!
//! A call is tried again, three attempts in all, if there was no connection, if the protocol says that
//! the request was not processed, and on the statuses 429, 502, 503 and 504. It waits for `Retry-After`
//! and a random time. A budget that the clones of a client share keeps an outage from being made worse.
//! [`RetryPolicy`] has the details and the switches.
//!
//! An API key that changes while the program runs is asked for at each attempt:
//! [`ClientBuilder::api_key_source`].
//!
//! # Sessions that are used again
//!
//! A [`SessionKeeper`] creates a session when a consumer first needs one, hands it out until shortly
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
//! By default `hyper` with `rustls`. [`ClientBuilder::transport`] takes any `tower` service over
//! HTTP requests instead, and [`ClientBuilder::layer`] puts any layer around either. TLS
//! names its cryptographic provider and never reads the default of the process, so other crates can
//! install or enable what they like.
//!
//! # Features
//!
//! - `ring` (default) or `aws-lc-rs`: the cryptography of TLS. With both, `ring` is used; with
//!   neither, only plain HTTP and transports of your own are available.
//! - `webpki-roots` (default): trusts Mozilla's roots, as compiled in.
//! - `native-roots`: trusts the roots of the operating system, too.
//! - `proxy`: connects through HTTP proxies, given or from the environment.
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
//! use vault_sessions_client::Client;
//!
//! let client = Client::builder()
//!     .api_key(ApiKey::new("sk_live_example")?)
//!     .base_uri("https://vault.company.example".parse()?)
//!     .http2(true)
//!     .build();
//! # let _ = client;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With `tracing` there is nothing to call: whatever subscriber the program installs gets the spans.
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
//! Redirects are not followed, since they would carry the API key elsewhere, and answers are not
//! decompressed, since none is asked for compressed. Requests and answers are typed in
//! [`vault_sessions`]; emulating the service for tests is the job of `vault-mock`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
pub mod blocking;
mod build;
mod builder;
mod client;
mod config;
mod error;
mod exchange;
mod keeper;
#[cfg(not(all(feature = "blocking", feature = "http2", feature = "proxy")))]
mod missing_features;
mod retry;
mod session_response;
mod spans;
mod sync;
mod transport;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "proxy")]
pub use self::config::Proxy;
#[cfg(not(feature = "blocking"))]
pub use self::missing_features::FeatureBlocking;
#[cfg(not(feature = "http2"))]
pub use self::missing_features::FeatureHttp2;
#[cfg(not(feature = "proxy"))]
pub use self::missing_features::FeatureProxy;
pub use self::{
    builder::ClientBuilder,
    client::Client,
    config::{ConfigError, TakesApiKey, TakesBaseUri},
    error::Error,
    keeper::{SessionKeeper, SessionKeeperBuilder},
    retry::RetryPolicy,
    session_response::SessionResponse,
    transport::{BoxError, RequestBody, ResponseBody, Transport, TransportFuture},
};
