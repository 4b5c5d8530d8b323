//! Typed requests for Apideck Vault sessions: one without consumer ID or app ID does not compile.
//!
//! A backend opens a session for a consumer with one call, `POST /vault/sessions`, and sends the
//! consumer to the page that the answer names. This crate has the types of that call: the request
//! and its builder, the answer, the error, and the claims of the session token. It does no I/O and
//! needs no runtime; the feature `http` connects it to any HTTP stack.
//!
//! ```
//! use vault_sessions::{
//!     Action, AppId, Color, ConsumerId, ConsumerMetadata, CreateSession, InvalidValue, Session,
//!     SessionLength, Settings, Theme, UnifiedApi, Url,
//! };
//!
//! const APP: AppId = AppId::from_static("dSBdXd2H6Mqwfg0atXHXYcysLJE9qyn1VwBtXHX");
//!
//! fn request(user_id: &str, user_name: &str) -> Result<CreateSession, InvalidValue> {
//!     Ok(CreateSession::builder()
//!         .app_id(APP)
//!         .consumer_id(ConsumerId::new(user_id)?)
//!         .session(
//!             Session::builder()
//!                 .consumer_metadata(ConsumerMetadata::builder().user_name(user_name).build())
//!                 .redirect_uri(Url::new("https://mysaas.com/dashboard")?)
//!                 .settings(
//!                     Settings::builder()
//!                         .session_length(const { SessionLength::from_minutes(30) })
//!                         .allow_actions([Action::Reauthorize, Action::Disable])
//!                         .unified_apis([UnifiedApi::Crm])
//!                         .build(),
//!                 )
//!                 .theme(Theme::builder().primary_color(const { Color::from_static("#286efa") }).build())
//!                 .build(),
//!         )
//!         .build())
//! }
//!
//! let request = request("account:12345", "Elon Musk")?;
//! assert!(request.body().starts_with(br#"{"consumer_metadata":{"user_name":"Elon Musk"}"#));
//! # Ok::<(), InvalidValue>(())
//! ```
//!
//! # Which mistakes are found, and when
//!
//! | mistake | found |
//! |---|---|
//! | no consumer ID, no app ID | by the compiler, in plain words |
//! | an ID given twice, or the one in place of the other | by the compiler |
//! | an empty ID, a line break in one, a bad colour or URL, in a `const` | by the compiler, with rule and position |
//! | a session of zero seconds or more than a week, in a `const` | by the compiler, with the rule |
//! | the same at run time | where the value enters, with rule and position |
//! | `allow_actions: []` sent as if it were absent, or the reverse | does not happen: [`None`] and [`ActionSet::NONE`] are different |
//! | an API key or a session token in a log | their `Debug` is redacted, and they have no `Display` |
//!
//! The compiler evaluates a `const` item always, and a block `const { .. }` when it makes code of it:
//! `cargo build` finds a bad literal in either, `cargo check` in the first.
//!
//! Optional parts can be set in an `if` or a loop, or [from an `Option`](SettingsBuilder::maybe),
//! because their setters leave the builder's type alone.
//!
//! # Features
//!
//! None is on by default.
//!
//! - `http`: `CreateSession::to_http` and `SessionCreated::from_http` speak `http::Request` and
//!   `http::Response`; the module `wire` has a base URI and an error beside them.
//! - `proptest`: the module `strategies`, for requests, near misses, session lengths and instants.
//! - `arbitrary`: `Arbitrary` for the request, its parts and its values, for fuzzers.
//!
//! # What is not here
//!
//! Sending requests is the job of `vault-sessions-client`, or of your own HTTP stack. Emulating the
//! service for tests is the job of `vault-mock`. Nothing here verifies a token: only the service
//! has the key.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod error_debug;
mod open_object;
mod request;
mod response;
#[cfg(feature = "proptest")]
pub mod strategies;
mod values;
mod violation;
#[cfg(feature = "http")]
pub mod wire;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use self::{
    open_object::{Extra, InvalidExtra},
    request::*,
    response::*,
    values::*,
    violation::Violation,
};
