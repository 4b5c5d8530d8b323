//! Requests and responses as `http` types, without any I/O (feature `http`).
//!
//! ```
//! use vault_sessions::{
//!     ApiKey, AppId, ConsumerId, CreateSession, SessionCreated,
//!     wire::{ApiError, BaseUri},
//! };
//!
//! let request = CreateSession::builder()
//!     .app_id(AppId::new("my-app")?)
//!     .consumer_id(ConsumerId::new("account:12345")?)
//!     .build()
//!     .to_http(&BaseUri::default(), &ApiKey::new("secret")?);
//! assert_eq!(request.uri(), "https://unify.apideck.com/vault/sessions");
//!
//! // Send it with any HTTP stack. The answer is a session, or an error that keeps the whole answer.
//! # let mut answer = http::Response::new(r#"{"type_name":"UnauthorizedError","message":"Unauthorized Request"}"#);
//! # *answer.status_mut() = http::StatusCode::UNAUTHORIZED;
//! let outcome: Result<SessionCreated, ApiError> =
//!     SessionCreated::from_http(answer.status(), answer.headers(), answer.body());
//! let error = outcome.unwrap_err();
//! assert_eq!(error.status(), 401);
//! assert_eq!(error.error_body().unwrap().type_name.as_deref(), Some("UnauthorizedError"));
//! # Ok::<(), vault_sessions::InvalidValue>(())
//! ```

mod api_error;
mod base_uri;
mod receive;
mod redact;
mod retry_after;
mod send;
mod unescape;

pub use self::{
    api_error::ApiError,
    base_uri::{BaseUri, BaseUriArgument, InvalidBaseUri},
    retry_after::RetryAfter,
    send::{APP_ID, CONSUMER_ID},
};
