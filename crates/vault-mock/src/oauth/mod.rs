//! The OAuth round trip: links with a signed state, a simulated provider, and the way back.
//!
//! 1. A connection's `authorize_url` leads to [`authorize`], which sends the browser to the provider.
//! 2. The [`provider`] is simulated: it agrees, refuses, or asks, as [`Provider`] says, and sends the
//!    browser to [`callback`].
//! 3. The callback exchanges the code, changes the connection and sends the browser to the app's
//!    `redirect_uri`. With a nonce the connection is not callable before `POST …/confirm`.
//!
//! [`revoke`] is one step. Where a redirect may lead is decided in `redirect`.

mod authorize;
mod callback;
mod links;
mod oauth;
mod one_time;
mod provider;
mod redirect;
mod revoke;
mod state;

pub use self::provider::Provider;
#[cfg(feature = "page")]
pub(crate) use self::redirect::with_query;
pub(crate) use self::{
    authorize::{authorize, callback_state},
    callback::callback,
    oauth::OAuth,
    one_time::NotTaken,
    provider::{PATH as PROVIDER_PATH, provider},
    revoke::revoke,
};
