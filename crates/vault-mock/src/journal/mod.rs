//! What the mock was asked, and how it answered: a bounded ring of compact copies.
//!
//! ```
//! use bytes::Bytes;
//! use http::Request;
//! use vault_mock::{Outcome, Vault};
//!
//! let vault = Vault::builder().build();
//! let request = Request::post("/vault/sessions").body(Bytes::new())?;
//! let _ = vault.handle(request);
//!
//! let recorded = vault.journal().last().unwrap();
//! let Outcome::Refused(refusal) = recorded.outcome() else {
//!     panic!("a request without a key is refused");
//! };
//! assert_eq!(refusal.type_name.as_deref(), Some("UnauthorizedError"));
//! # Ok::<(), http::Error>(())
//! ```

mod compact;
mod credentials;
mod expects;
mod mask;
mod memory;
mod outcome;
mod place;
mod recorded;
mod ring;

pub(crate) use self::{
    expects::Expects,
    mask::{masked_at, masked_body, masked_header, masked_id, masked_json, masked_uri},
    recorded::End,
};
pub use self::{outcome::Outcome, recorded::Recorded, ring::Journal};
