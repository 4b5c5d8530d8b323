//! The examples on other HTTP clients do what they say.

#[path = "../examples/with_reqwest.rs"]
mod with_reqwest;

#[path = "../examples/with_ureq.rs"]
mod with_ureq;

#[test]
fn a_session_is_created_with_reqwest() {
    with_reqwest::main().unwrap();
}

#[test]
fn a_session_is_created_with_ureq() {
    with_ureq::main().unwrap();
}
