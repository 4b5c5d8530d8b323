//! `Arbitrary` for the values of a request: whatever a fuzzer sends becomes a valid one.

mod json;
mod values;

pub(crate) use self::json::{extra, maybe_members};
