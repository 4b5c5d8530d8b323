//! The examples do what they say.

#[path = "../examples/client_in_process.rs"]
mod client_in_process;

#[path = "../examples/client_recording.rs"]
mod client_recording;

#[path = "../examples/client_unit_test.rs"]
mod client_unit_test;

#[path = "../examples/with_reqwest.rs"]
mod with_reqwest;

#[path = "../examples/with_ureq.rs"]
mod with_ureq;

#[test]
fn the_emulator_is_the_transport() {
    client_in_process::main().unwrap();
}

#[test]
fn a_layer_records_every_attempt() {
    client_recording::main().unwrap();
}

#[test]
fn a_test_plays_the_service() {
    client_unit_test::main().unwrap();
}

#[test]
fn a_session_is_created_with_reqwest() {
    with_reqwest::main().unwrap();
}

#[test]
fn a_session_is_created_with_ureq() {
    with_ureq::main().unwrap();
}
