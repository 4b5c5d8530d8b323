//! Requests and responses as `http` types, without any I/O (feature `http`).
//!
//! ```
//! use vault_sessions::{ApiKey, AppId, ConsumerId, CreateSession, http::BaseUri};
//!
//! let request = CreateSession::builder()
//!     .app_id(AppId::new("my-app")?)
//!     .consumer_id(ConsumerId::new("account:12345")?)
//!     .build()
//!     .to_http(&BaseUri::default(), &ApiKey::new("secret")?);
//! assert_eq!(request.uri(), "https://unify.apideck.com/vault/sessions");
//! # Ok::<(), vault_sessions::InvalidValue>(())
//! ```
//!
//! Send it with any HTTP stack and give the answer to
//! [`SessionCreated::from_http`](crate::SessionCreated::from_http).

mod api_error;
mod base_uri;
mod receive;
mod send;

pub use self::{
    api_error::ApiError,
    base_uri::{BaseUri, InvalidBaseUri},
    send::{APP_ID, CONSUMER_ID},
};
