//! Session tokens: what the service signs, and every check before one is believed.

mod claims;
mod header;
mod hs256;
mod issue;
mod keys;
mod secret;
mod secret_file;
mod token_error;
mod unique;
mod verify;

pub(crate) use self::{
    hs256::Hs256,
    issue::{session_claims, sign, sign_onto, signed_length},
    keys::{KeyRing, Keys},
    secret::random_hex,
    verify::{read, unverified_payload},
};
pub use self::{
    secret::{InvalidSecret, Secret},
    secret_file::SecretFileError,
    token_error::TokenError,
};
