//! Session tokens: what the service signs, and every check before one is believed.

mod hs256;
mod issue;
mod refused;
mod secret;
mod verify;

pub use self::{
    hs256::Hs256,
    refused::TokenRefused,
    secret::{InvalidSecret, Secret},
};
pub(crate) use self::{
    issue::{issue, sign},
    secret::random_hex,
    verify::verify,
};
