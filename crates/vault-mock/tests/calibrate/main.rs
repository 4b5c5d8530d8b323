//! Questions to a service, and the settings with which a mock answers like it.

mod differences;
#[cfg(feature = "proptest")]
mod properties;
mod services;
mod settings;
mod support;
