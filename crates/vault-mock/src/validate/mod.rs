//! From the bytes of a request body to a value that can be used, or to every reason why not.

mod body;
mod check;
mod checker;
mod json;
mod length;
mod members;
mod requests;
mod violation;

pub(crate) use self::{
    body::{Body, parse},
    checker::Checker,
    json::{Json, Object, given_twice, value, without_mark},
    requests::{ConnectionImport, ConnectionUpdate, configuration, consent, required_text},
    violation::BodyRefused,
};
