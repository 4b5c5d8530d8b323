//! Emulates Apideck Vault sessions for tests: expiring JWTs on a clock that the test controls.
//!
//! A mock answers `POST /vault/sessions` like the real service: it checks method, key, IDs, content
//! type and body, and issues a real HS256 token with the service's claims. Time stands still until
//! the test moves it, so expiry is exact and takes no time.
//!
//! ```
//! use std::time::Duration;
//!
//! use vault_mock::Vault;
//! use vault_sessions::{
//!     Action, AppId, ConsumerId, CreateSession, Session, SessionLength, Settings,
//! };
//!
//! let settings = Settings::builder()
//!     .session_length(SessionLength::from_minutes(30))
//!     .allow_actions([Action::Disable])
//!     .build();
//! let request = CreateSession::builder()
//!     .app_id(AppId::from_static("my-app"))
//!     .consumer_id(ConsumerId::from_static("account:12345"))
//!     .session(Session::builder().settings(settings).build())
//!     .build();
//!
//! let vault = Vault::builder().build();
//! let created = vault.create_session(&request)?;
//!
//! assert!(vault.authorize(created.token(), Action::Disable).is_ok());
//! assert!(vault.authorize(created.token(), Action::Delete).unwrap_err().is_not_allowed());
//!
//! vault.clock().advance(Duration::from_secs(30 * 60));
//! assert!(vault.authorize(created.token(), Action::Disable).unwrap_err().is_expired());
//! # Ok::<(), vault_sessions::wire::ApiError>(())
//! ```
//!
//! [`VaultServer`] puts the same emulator behind a listener, with one await;
//! [`VaultServer::start_blocking`] does so on a thread of its own, for tests without a runtime.
//! [`Vault::service`] is a `tower` service that needs no socket. The program `vault-mock` (crate
//! `vault-mock-cli`) is for callers in any language; `RemoteVault` (feature `remote`) is the handle of
//! one that runs elsewhere, with the same names and types.
//!
//! # What a session opens
//!
//! [`connections`] are what a session is for. The mock keeps them for each consumer, and answers what
//! the Vault widget, the Hosted Vault page and the official SDKs call, the OAuth round trip among it.
//!
//! With the feature `page` the session URI opens the Hosted Vault page as the consumer would see it.
//!
//! # Where the documentation of the service is silent
//!
//! These are choices of the mock, not facts about the service:
//!
//! - A session length is an integer and one of `s`, `m`, `h`, `d`, `w`, from one second to a week;
//!   [`SessionLengthDialect`] names the alternative.
//! - A token is refused from `exp` on; [`ExpiryRule`] names the alternatives.
//! - Every violation in a body is 400, listed in `detail` by JSON pointer; [`SchemaFault`] makes it
//!   422, and [`Validation`] looks less closely.
//! - 405, 413 and 415 have the service's error shape, with type names in its style.
//! - Actions are answered by [`Vault::authorize`]; what the service refuses by itself is unknown, and
//!   [`ActionEnforcement`] lets the mock refuse.
//! - A token without `X-APIDECK-AUTH-TYPE: JWT`, or against the ID headers beside it, is 401.
//! - How connections change beyond the documented states: [`connections::Change`].
//! - Where an OAuth round trip may return to, and what goes wrong on the way: [`connections`].
//! - The page of an expired session answers 410, that of a token which is no session's 401. An action
//!   that `allow_actions` does not name is 403 there.
//! - Colours of a theme that cannot be read on each other (WCAG 2.2, 4.5 : 1) are mended; images that
//!   a session names by URL are not loaded unless [`VaultBuilder`] lets them in.
//! - Rate limits ([`RateLimit`]), with their status and headers, are the mock's invention.
//!
//! # How do I test …?
//!
//! | to test | use |
//! |---|---|
//! | expiry | [`guide::expiry`] |
//! | code that reads the time | [`Clock::to_fn`] |
//! | retries and `Retry-After` | [`guide::retry`] |
//! | a rate limit | [`guide::rate_limit`] |
//! | allowed actions | [`guide::actions`] |
//! | timeouts and broken connections, without waiting for them | [`guide::broken_connections`] |
//! | replicas, and a new signing key | [`guide::replicas`] |
//! | many tests on one server | [`guide::tenants`] |
//! | many tests, or many programs, on one container | `guide::shared_server` (feature `remote`) |
//! | another rule, while the mock runs | [`Vault::change_rules`] |
//! | what was sent, and what is refused | [`expect`], [`guide::validation`] |
//! | the OAuth round trip | [`connections`] |
//! | anything else that a service may do | [`guide::hooks`] |
//! | a client that takes a service, a connector, a URL, or blocks | [`guide::in_process`] |
//! | TLS and HTTP/2 | `guide::tls` (feature `tls`) |
//! | what the consumer sees, and the Vault widget | `guide::page` (feature `page`) |
//! | a program in another language | [`guide::other_languages`], [`guide::python`], [`guide::typescript`] |
//! | whether another emulator, or a sandbox, behaves like this | `conformance` (feature `proptest`) |
//!
//! # What is not here
//!
//! The Unified APIs themselves, webhooks, and what the dashboard manages: consumers, integrations and
//! their settings.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod admin;
mod api;
mod arrived;
mod base;
mod builder;
mod clock;
#[cfg(feature = "proptest")]
pub mod conformance;
pub mod connections;
mod create_session;
pub mod expect;
pub mod fault;
#[cfg(doc)]
pub mod guide;
mod hooks;
mod identity;
mod journal;
mod oauth;
mod openapi;
mod origin;
#[cfg(feature = "page")]
mod page;
mod recent;
#[cfg(feature = "remote")]
pub mod remote;
mod router;
mod rules;
mod serve;
mod settings;
mod tenants;
mod tenure;
mod token;
mod trace;
mod validate;
mod vault;

/// The README's example, run as it stands.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "remote")]
pub use self::remote::{RemoteError, RemoteVault};
#[cfg(feature = "tls")]
pub use self::serve::{InvalidTls, Tls};
pub use self::{
    admin::{AdminAccess, Peer},
    builder::{VaultBuilder, random_api_key},
    clock::{AroundExpiry, Clock, ClockChange, ClockState, InvalidClockChange},
    expect::{Expectation, Matching},
    fault::Faults,
    hooks::HookPanic,
    journal::{Journal, Outcome, Recorded},
    oauth::Provider,
    openapi::openapi,
    rules::{
        ActionEnforcement, ExpiryRule, InvalidName, InvalidRateLimit, InvalidSetting, RateLimit,
        Rules, SchemaFault, SessionLengthDialect, Setting, Validation,
    },
    serve::{BlockingVaultServer, Connector, InProcess, InProcessStream, NoAnswer, VaultServer},
    token::{InvalidSecret, Secret, SecretFileError, TokenRefused},
    vault::Vault,
};
