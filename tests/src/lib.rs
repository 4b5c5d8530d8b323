//! Tests of what crosses the crates of the workspace; they are in `tests/`.
