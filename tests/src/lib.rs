//! Tests of what crosses the crates of the workspace; they are in `tests/`.

/// The README, whose example is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
