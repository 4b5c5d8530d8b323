//! The client against the mock.

mod and_mock;
mod cancellation;
mod keeper;
