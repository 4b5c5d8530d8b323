//! Session tokens: what the service signs, and every check before one is believed.

mod hs256;
mod issue;
mod keys;
mod refused;
mod secret;
mod secret_file;
mod verify;

pub use self::{
    hs256::Hs256,
    refused::TokenRefused,
    secret::{InvalidSecret, Secret},
    secret_file::SecretFileError,
};
pub(crate) use self::{
    issue::{session_claims, sign, sign_onto, signed_length},
    keys::{KeyRing, Keys},
    secret::random_hex,
    verify::{TimeRules, unverified_payload, verify},
};
