//! Generators for property tests of code that opens sessions (feature `proptest`).
//!
//! Every strategy leans towards the boundaries: absent beside empty, the shortest and the longest,
//! control characters, escapes, texts in many scripts. What comes out of [`create_session`] and the
//! strategies below it is what the service's document allows; [`newer_session`] goes beyond it.
//!
//! ```
//! use proptest::{prelude::*, test_runner::TestRunner};
//! use vault_sessions::{CreateSession, strategies};
//!
//! # fn send(request: &CreateSession) -> Vec<u8> { request.body() }
//! TestRunner::default().run(&strategies::create_session(), |request| {
//!     let received: serde_json::Value = serde_json::from_slice(&send(&request)).unwrap();
//!     prop_assert_eq!(received, serde_json::to_value(request.session()).unwrap());
//!     Ok(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `any::<Session>()` is [`session`], and so on for each type of a request.
//!
//! In a test, the macro `proptest!` says the same in fewer words:
//!
//! ```
//! use proptest::prelude::*;
//! use vault_sessions::{Session, SessionLength, strategies};
//!
//! proptest! {
//!     # /*
//!     #[test]
//!     # */
//!     fn reads_every_length((text, expected) in strategies::session_length_text()) {
//!         prop_assert_eq!(text.parse::<SessionLength>().ok(), expected);
//!     }
//!
//!     # /*
//!     #[test]
//!     # */
//!     fn every_body_is_an_object(session in any::<Session>()) {
//!         prop_assert!(serde_json::to_value(&session).unwrap().is_object());
//!     }
//! }
//! # reads_every_length();
//! # every_body_is_an_object();
//! ```
//!
//! [`near_miss`] makes bodies with one mistake and says where it is, for code that validates;
//! [`near_expiry`] makes instants at which an off-by-one shows.

// The strategies are boxed: nested by value they outgrow the stack of a test thread.

#![expect(
    clippy::missing_panics_doc,
    reason = "each `expect` checks what is valid by construction"
)]

mod any;
mod expiry;
mod json;
mod length;
mod near_miss;
mod session;
mod settings;
mod shown;
mod values;

pub use self::{
    expiry::{NearExpiry, near_expiry},
    json::{custom_consumer_settings, json_value},
    length::{session_length, session_length_text},
    near_miss::{NearMiss, near_miss, unknown_name},
    session::{create_session, newer_session, session},
    settings::settings,
    shown::{consumer_metadata, theme},
    values::{
        action, action_set, app_id, color, consumer_id, maybe_action_set, text, unified_api, url,
    },
};
