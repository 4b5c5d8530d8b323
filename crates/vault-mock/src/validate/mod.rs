//! From the bytes of a request body to a session that can be signed, or to every reason why not.

mod body;
mod check;
mod members;
mod violation;

pub(crate) use self::{body::Body, violation::BodyRefused};
