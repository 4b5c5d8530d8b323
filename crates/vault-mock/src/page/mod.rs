//! The Hosted Vault page: what the consumer sees behind a session URI.
//!
//! Everything is below `/session/<token>`; what is shown is in the query (`?view=logs`,
//! `?connection=crm%2Bsalesforce`), so that no link on the page repeats the token, and the page
//! works behind any proxy and prefix. `/oauth/callback` is where the Vault widget lets an OAuth round
//! trip end: a window that tells its opener how it ended, and closes.
//!
//! | request | answer |
//! |---|---|
//! | a good token | 200 |
//! | an expired token | 410: the page was here, and is gone |
//! | any other token | 401 with `WWW-Authenticate`, as RFC 6750 §3.1 says |
//! | an action that `allow_actions` does not name, or a form of another origin | 403 |
//! | an action that the connection's state does not offer | 409 |
//!
//! Nothing on the page is inline and nothing is loaded from elsewhere, and its
//! `Content-Security-Policy` makes the browser enforce both. Logos and pictures that a session names
//! by URL are replaced by initials, unless [`VaultBuilder::external_images`](crate::VaultBuilder) lets them in.

mod act;
mod answer;
mod callback;
mod connection;
mod contrast;
mod corner;
mod frame;
mod integrations;
mod link;
mod logs;
mod notice;
mod route;
mod session;
mod step;
mod theme;
mod view;

pub(crate) use self::route::{is_asset, is_background, respond};
