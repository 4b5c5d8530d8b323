//! What a session token opens, as the Vault widget and the official SDKs call it: every endpoint,
//! every refusal, the OAuth round trip, cross-origin calls.

mod actions;
mod callers;
mod connections;
mod cors;
#[path = "../support/error_shape.rs"]
mod error_shape;
mod identity;
mod limits;
mod oauth;
#[path = "../support/panic_text.rs"]
mod panic_text;
mod resources;
mod support;
mod tenants;
mod validation;
mod widget;
