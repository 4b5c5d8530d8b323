//! Asserts which requests arrived, and says how they differ from what a test expects.
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
//! # Which of them do I call?
//!
//! | call | on | does |
//! |---|---|---|
//! | [`verify`](Expectation::verify) | one expectation | waits for requests in flight, then panics if it is not met |
//! | [`check`](Expectation::check) | one expectation | the same, but returns the failure instead of panicking |
//! | [`wait`](Expectation::wait) | one expectation | waits until enough requests have come, for code that calls in the background |
//! | [`Journal::assert_met`](crate::Journal::assert_met) | all that are held | verifies every one, and reports all failures at once |
//!
//! An expectation must be verified: an [`Expectation`] that is dropped unverified panics, so that a
//! forgotten call fails the test. To declare expectations before the code under test runs, hold them
//! and end the test with `assert_met`:
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
//! An expectation counts all requests in the journal, including those before it was made;
//! [`Journal::clear`](crate::Journal::clear) empties the journal. All calls wait for requests in
//! flight, at most five seconds unless [`Expectation::within`] sets another limit. The async forms
//! measure that in tokio's time, the `_blocking` forms in the system's.
//!
//! # Limits
//!
//! Only requests that are still in the journal can be counted. If dropped requests could have exceeded
//! an upper bound, the failure says so, and advises to raise
//! [`VaultBuilder::journal_capacity`](crate::VaultBuilder::journal_capacity). Expectations say nothing
//! about the order of requests; [`Journal::requests`](crate::Journal::requests) has it.

mod condition;
mod expectation;
mod in_body;
mod lines;
mod matching;
mod same;
#[cfg(feature = "remote")]
mod terms_json;
mod times;
mod unmet;
mod wait_for;

pub(crate) use self::{condition::Condition, expectation::Terms};
pub use self::{
    expectation::Expectation, matching::Matching, times::Times, unmet::UnmetError,
    wait_for::WaitFor,
};
#[cfg(feature = "remote")]
pub(crate) use self::{expectation::SharedTerms, unmet::report};
