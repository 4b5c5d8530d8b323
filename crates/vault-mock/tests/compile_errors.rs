//! What the compiler says of the mistakes of a first day, and of a feature that is not enabled, word by
//! word.

use std::process::Command;

/// The compiler whose words the `.stderr` files hold.
const PINNED: &str = "rustc 1.95.";

#[test]
fn are_what_they_were() {
    let compiler = compiler();
    if !compiler.starts_with(PINNED) {
        println!("skipped: the texts are those of {PINNED}x, and this is {compiler}");
        return;
    }
    let cases = trybuild::TestCases::new();
    for case in [
        "await_forgotten",
        "builder_not_finished",
        "texts_for_values",
    ] {
        cases.compile_fail(format!("tests/ui/{case}.rs"));
    }
    // The compiler says which of the two `Expectation`s it is where there are two.
    if cfg!(feature = "remote") {
        cases.compile_fail("tests/ui/times_of_text.rs");
    }
    if cfg!(not(any(
        feature = "page",
        feature = "proptest",
        feature = "remote",
        feature = "tls"
    ))) {
        cases.compile_fail("tests/ui/missing_features.rs");
        cases.compile_fail("tests/ui/missing_types.rs");
    }
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.expect("rustc runs").stdout;
    String::from_utf8_lossy(&version).trim().to_owned()
}
