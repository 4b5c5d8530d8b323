//! Faults: what can go wrong between the service and its callers, on demand and repeatable.
//!
//! A [`Fault`] is one thing that goes wrong with one answer. A [`Script`] says which request meets
//! which fault, in order. All of them are data: they print to one line and are read back from it.
//!
//! # How do I test a retry?
//!
//! Let the first two attempts of every consumer fail, and look at what the third one gets:
//!
//! ```
//! use bytes::Bytes;
//! use http::Request;
//! use vault_mock::{Vault, fault::{fail, ok}};
//!
//! let vault = Vault::builder().build();
//! vault.faults().inject(fail(503).times(2).then(ok()));
//!
//! let attempt = || {
//!     let request = Request::post("/vault/sessions")
//!         .header("authorization", format!("Bearer {}", vault.api_key().expose_secret()))
//!         .header("x-apideck-app-id", "my-app")
//!         .header("x-apideck-consumer-id", "account:12345");
//!     vault.handle(request.body(Bytes::new()).unwrap()).status()
//! };
//! assert_eq!([attempt(), attempt(), attempt()].map(|status| status.as_u16()), [503, 503, 200]);
//! ```
//!
//! The same script as text, for a configuration or another language: `status=503; times=2, ok`.
//!
//! # When is the work done?
//!
//! A fault that is a whole answer, such as `status` or `html`, comes instead of the service: nothing
//! is issued or changed. A fault on the wire loses or spoils the true answer after the work is done,
//! as in life: a session was created, and nobody heard of it.

mod apply;
mod attempts;
mod delay;
mod effect;
mod faults;
mod final_status;
mod invalid;
mod kind;
mod scope;
mod script;
mod terms;
mod wire;

pub(crate) use self::{
    apply::{Outcome, prepare, spoil, substitute},
    effect::TokenAge,
    faults::Drawn,
    wire::{Broken, play},
};
pub use self::{
    delay::Delay,
    effect::{Effect, RetryAfter, Status},
    faults::Faults,
    final_status::FinalStatus,
    invalid::InvalidFault,
    kind::{Fault, fail, ok},
    scope::Scope,
    script::Script,
};
