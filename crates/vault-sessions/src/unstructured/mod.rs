//! `Arbitrary` for the request and its parts: whatever a fuzzer sends becomes a valid one.

mod json;
mod members;
mod request;
mod values;

pub(crate) use self::members::{extra, member};
