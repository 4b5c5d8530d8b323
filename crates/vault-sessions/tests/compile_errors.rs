//! The compile errors that stand between a caller and a wrong request, word by word.

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
    if cfg!(not(feature = "builder")) {
        cases.compile_fail("tests/ui/without_builder/*.rs");
        return;
    }
    cases.compile_fail("tests/ui/*.rs");
    if cfg!(not(any(feature = "http", feature = "proptest"))) {
        cases.compile_fail("tests/ui/without_features/*.rs");
    }
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.expect("rustc runs").stdout;
    String::from_utf8_lossy(&version).trim().to_owned()
}
