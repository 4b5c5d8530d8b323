//! The OAuth round trip: links with a signed state, a simulated provider, and the way back.

mod links;
mod state;

pub(crate) use self::links::Holder;
