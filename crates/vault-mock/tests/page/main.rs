//! The Hosted Vault page as it leaves the server: no browser, no socket.

mod actions;
mod callback;
mod document;
mod hostile;
mod look;
mod other_app;
mod settings;
mod support;
mod time;
