//! Typed requests for Apideck Vault sessions: one without consumer ID or app ID does not compile.
//!
//! A backend opens a session for a consumer with one call, `POST /vault/sessions`, and sends the
//! consumer to the page that the answer names. This crate provides the types for that call: the
//! request and its builder, the response, the error, and the claims of the session token. It does no
//! I/O and needs no runtime; the feature `http` connects it to any HTTP stack.
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
//! # Which mistakes are caught, and when
//!
//! | mistake | caught |
//! |---|---|
//! | no consumer ID, no app ID | by the compiler, in plain words |
//! | an ID set twice, or one ID in place of the other | by the compiler |
//! | an empty ID, a line break in one, a bad colour or URL, in a `const` | by the compiler, with the rule and the position |
//! | a session of zero seconds or more than a week, in a `const` | by the compiler, with the rule |
//! | the same at run time | when the value is made, with the rule and the position |
//! | `allow_actions: []` sent as if it were absent, or the reverse | cannot happen: [`None`] and [`ActionSet::NONE`] are different |
//! | an API key or a session token in a log | their `Debug` is redacted, and they have no `Display` |
//!
//! The compiler always evaluates a `const` item, but a `const { .. }` block only when it generates
//! code: `cargo build` catches a bad literal in both, `cargo check` only in the item.
//!
//! You can set optional parts in an `if` or a loop, or [from an `Option`](SettingsBuilder::maybe):
//! their setters do not change the builder's type.
//!
//! # Features
//!
//! Only `builder` is on by default.
//!
//! - `builder`: `CreateSession::builder`. A program that only reads requests, such as an emulator, can turn
//!   it off and compile no procedural macro.
//! - `http`: `CreateSession::to_http` makes an `http::Request`, and `SessionCreated::from_http` reads
//!   the parts of an `http::Response`. The module `wire` adds the base URI and the error.
//! - `proptest`: the module `strategies` generates requests, near misses, session lengths and instants
//!   for property tests, and `any::<Session>()` works.
//! - `arbitrary`: `arbitrary::Arbitrary` for the request, its parts and its values, for fuzzing.
//!
//! # What is not here
//!
//! To send requests, use `vault-sessions-client` or your own HTTP stack. To emulate the service in
//! tests, use `vault-mock`. Nothing here verifies a token: only the service has the key.

#![cfg_attr(feature = "arbitrary", doc = include_str!("../docs/fuzzing.md"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod error_debug;
#[cfg(not(all(feature = "builder", feature = "http")))]
mod missing_features;
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

#[cfg(not(feature = "http"))]
pub use self::missing_features::FeatureHttp;
#[cfg(not(feature = "builder"))]
pub use self::missing_features::{FeatureBuilder, MissingBuilder};
/// For the crates of this workspace only.
#[doc(hidden)]
pub mod __private {
    pub use crate::request::strict::nearest;
}

pub use self::{
    open_object::{Extra, InvalidExtra},
    request::*,
    response::*,
    values::*,
    violation::Violation,
};
