//! Emulates Apideck Vault sessions for tests: expiring JWTs on a clock that the test controls.
//!
//! A mock answers `POST /vault/sessions` like the real service. It checks method, key, IDs, content
//! type and body, and issues a real HS256 token with the service's claims. Time stands still until
//! the test moves it, so expiry is exact and no test has to wait for it.
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
//! # Which type do I need?
//!
//! There is one emulator, [`Vault`], and several ways to reach it. They differ in what the code under
//! test accepts, not in how the mock behaves:
//!
//! | type | is | use it when |
//! |---|---|---|
//! | [`Vault`] | the emulator itself: no socket, no runtime | the test only needs a session or a token, or calls a function ([`Vault::handle`], or [`Vault::call`], which waits) |
//! | [`InProcess`], from [`Vault::service`] | a `tower` service | the code under test takes a service |
//! | [`InProcessConnector`], from [`Vault::connector`] | a connector for hyper, over memory; with the feature `connector` also for the client of hyper-util | connections must break, or tokio's time is paused |
//! | [`VaultServer`] | a listener on the test's tokio runtime | the code under test takes a base URL, and the test is async |
//! | [`BlockingVaultServer`] | a listener on a thread of its own | the code under test takes a base URL and blocks, or there is no runtime |
//! | `RemoteVault` (feature `remote`) | a handle to a mock in another process | several programs share one mock |
//!
//! A `BlockingVaultServer` has its own thread because a blocking client would otherwise wait for a
//! server that cannot run: both would need the test's thread. The program `vault-mock` (crate
//! `vault-mock-cli`) is the same server for callers in any language.
//!
//! # What a session opens
//!
//! A session lets a consumer manage [`connections`]. The mock keeps them for each consumer, and
//! answers the calls of the Vault widget, the Hosted Vault page and the official SDKs, including the
//! OAuth round trip.
//!
//! With the feature `page` the session URI opens the Hosted Vault page as the consumer would see it.
//!
//! # Where the documentation of the service is silent
//!
//! These are choices of the mock, not facts about the service. The feature `calibrate` asks a service
//! and finds the settings with which the mock answers alike.
//!
//! - A session length is an integer and one of `s`, `m`, `h`, `d`, `w`, from one second to a week;
//!   [`SessionLengthDialect`] names the alternative.
//! - A token is refused from `exp` on; [`ExpiryRule`] names the alternatives.
//! - A body that breaks the API's document is refused with 400, and `detail` lists every violation by
//!   JSON pointer. [`SchemaFault`] makes it 422, and [`Validation`] checks less strictly.
//! - What else a body may be, and what a token may come with: the methods of [`VaultBuilder`] from
//!   [`default_session_length`](VaultBuilder::default_session_length) on.
//! - 405, 413 and 415 have the service's error shape, with type names in its style.
//! - [`Vault::authorize`] tells whether a session allows an action. Which actions the service itself
//!   refuses is unknown; [`enforce_actions`](VaultBuilder::enforce_actions) makes the mock refuse them.
//! - A token is refused with 401 if `X-APIDECK-AUTH-TYPE: JWT` is missing, or if the ID headers
//!   contradict it.
//! - How connections change beyond the documented states: [`connections::Change`].
//! - Where an OAuth round trip may return to, and what goes wrong on the way: [`connections`].
//! - The page of an expired session answers 410; with an invalid token it answers 401. There, an
//!   action that `allow_actions` does not list is refused with 403.
//! - Theme colours with too little contrast (WCAG 2.2: below 4.5 : 1) are adjusted. Images that a
//!   session names by URL are not loaded unless [`VaultBuilder`] permits it.
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
//! | any other behaviour of a service | [`guide::hooks`] |
//! | a client that takes a service, a connector or a URL, or that blocks | [`guide::in_process`] |
//! | TLS and HTTP/2 | `guide::tls` (feature `tls`) |
//! | what the consumer sees, and the Vault widget | `guide::page` (feature `page`) |
//! | a program in another language | [`guide::other_languages`], [`guide::python`], [`guide::typescript`] |
//! | whether this mock answers like the service | `guide::calibrate`, `calibrate` (feature `calibrate`) |
//! | whether another emulator, or a sandbox, behaves like this | `conformance` (feature `proptest`) |
//!
//! # What is not here
//!
//! The Unified APIs themselves, webhooks, and everything that the dashboard manages: consumers,
//! integrations and their settings.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod admin;
mod api;
mod argument;
mod arrived;
mod base;
mod builder;
#[cfg(feature = "calibrate")]
pub mod calibrate;
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
#[cfg(not(all(feature = "page", feature = "tls")))]
mod missing_features;
mod oauth;
mod openapi;
mod origin;
#[cfg(feature = "page")]
mod page;
mod race;
mod recent;
#[cfg(feature = "remote")]
pub mod remote;
mod router;
mod rules;
mod serve;
mod settings;
mod sync;
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

#[cfg(not(feature = "page"))]
pub use self::missing_features::FeaturePage;
#[cfg(not(feature = "tls"))]
pub use self::missing_features::FeatureTls;
#[cfg(feature = "remote")]
pub use self::remote::{RemoteError, RemoteVault};
#[cfg(feature = "tls")]
pub use self::serve::{InvalidTls, Tls};
/// The crate whose requests and answers [`Vault::handle`], [`Vault::call`] and hooks take.
#[doc(no_inline)]
pub use http;
/// Where session URIs and OAuth start, for [`VaultBuilder::public_base`] and [`VaultBuilder::api_base`].
#[doc(no_inline)]
pub use vault_sessions::wire::BaseUri;

pub use self::{
    admin::{AdminAccess, HostName, Peer},
    argument::{
        AddressArgument, BehaviourArgument, ClockArgument, RuleArgument, SecretArgument,
        TimesArgument,
    },
    builder::{VaultBuilder, random_api_key},
    clock::{AroundExpiry, Clock, ClockChange, ClockState, InvalidClockChange},
    expect::{Expectation, Matching},
    fault::Faults,
    hooks::HookPanic,
    journal::{Journal, Outcome, Recorded},
    oauth::Provider,
    openapi::openapi,
    rules::{
        ExpiryRule, InvalidName, InvalidRateLimit, InvalidSetting, LongSession, RateLimit, Rules,
        SchemaFault, SessionLengthDialect, Setting, Validation,
    },
    serve::{
        BlockingVaultServer, InProcess, InProcessConnector, InProcessStream, NoAnswerError,
        VaultServer,
    },
    token::{InvalidSecret, Secret, SecretFileError, TokenError},
    vault::Vault,
};
