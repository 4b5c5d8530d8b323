//! Generators for property tests of code that must live with faults (feature `proptest`).
//!
//! A failing case shrinks to the fewest and simplest faults, and prints as the line that it is read
//! from.
//!
//! ```
//! use proptest::{prelude::*, test_runner::TestRunner};
//! use vault_mock::{Vault, fault::Plan, strategies};
//!
//! TestRunner::default().run(&strategies::plan(), |plan| {
//!     let vault = Vault::builder().build();
//!     vault.faults().inject(&plan);
//!     prop_assert_eq!(plan.to_string().parse(), Ok(plan));
//!     Ok(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fault;

pub use self::fault::{fault, plan, script};
