//! The types as their users meet them: what they hold, what they refuse, and what may not change.

mod back_doors;
mod bad_input;
#[cfg(feature = "proptest")]
mod body;
mod downstream;
mod example_body;
#[cfg(feature = "proptest")]
mod session_length;
