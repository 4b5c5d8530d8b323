//! What the service answers: a session, or an error body.

mod claims;
mod created;
mod error_body;
mod mismatch;
mod salvage;
mod session_uri;
mod token;

pub use self::{
    claims::Claims,
    created::SessionCreated,
    error_body::{Detail, ErrorBody},
    session_uri::SessionUri,
    token::{InvalidToken, SessionToken},
};
pub(crate) use self::{error_body::OneLine, mismatch::JsonMismatch};
