//! What a test expects of the requests that arrived, and texts that say how they differ.
//!
//! # How do I verify what my code sent?
//!
//! Say which requests count with [`Matching`], and how many of them there must be.
//!
//! ```
//! use vault_mock::{Matching, Vault};
//! use vault_sessions::ConsumerId;
//! # use vault_sessions::{AppId, CreateSession, Session, SessionLength, Settings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let settings = Settings::builder().session_length(SessionLength::from_minutes(30));
//! # let request = CreateSession::builder()
//! #     .app_id(AppId::from_static("my-app"))
//! #     .consumer_id(ConsumerId::from_static("account:12345"))
//! #     .session(Session::builder().settings(settings.build()).build())
//! #     .build();
//! let vault = Vault::builder().build();
//! // … the code under test runs …
//! # vault.create_session(&request).unwrap();
//! let consumer = ConsumerId::from_static("account:12345");
//! vault
//!     .expect(Matching::session_for(&consumer).body("/settings/session_length", "30m"))
//!     .times(1)
//!     .named("the dashboard's session")
//!     .verify()
//!     .await;
//! # }
//! ```
//!
//! Nothing is verified unless it is asked for, and what nobody verifies fails the test: an
//! [`Expectation`] panics when it is dropped unverified. To state all expectations first, hold them;
//! [`Journal::assert_met`](crate::Journal::assert_met) then verifies every one that is held, and
//! reports all that is wrong at once.
//!
//! ```
//! use vault_mock::{Matching, Vault};
//!
//! let vault = Vault::builder().build();
//! let _no_session = vault.expect(Matching::sessions()).times(0);
//! let _no_refusal = vault.expect(Matching::requests().status(401)).times(0);
//! // … the code under test runs …
//! vault.journal().assert_met_blocking();
//! ```
//!
//! An expectation counts the requests that the journal holds, those before it was made too;
//! [`Journal::clear`](crate::Journal::clear) starts over. Requests that have begun to arrive are
//! waited for, five seconds at most ([`Expectation::within`]): of tokio's time where one awaits, of
//! the system's in the `_blocking` forms.
//!
//! # Limits
//!
//! Only what the journal still holds can be counted: an upper bound that dropped requests may have
//! broken is reported as uncertain, with the advice to raise
//! [`VaultBuilder::journal_capacity`](crate::VaultBuilder::journal_capacity). The order of requests is not
//! expected here; [`Journal::requests`](crate::Journal::requests) has it.

mod check;
mod condition;
mod expectation;
mod failure;
mod lines;
mod matching;
#[cfg(feature = "remote")]
mod terms_json;
mod times;

pub use self::{
    check::WaitFor, expectation::Expectation, failure::Unmet, matching::Matching, times::Times,
};
pub(crate) use self::{
    condition::Condition,
    expectation::{SharedTerms, Terms},
};
#[cfg(feature = "remote")]
pub(crate) use self::{expectation::lock, failure::report};
