//! Leaves the symbols out of what `cargo install` makes: a published package cannot bring a profile with
//! `strip` along, and they are a fifth of the program.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name, value| env::var(name).is_ok_and(|found: String| found == value);
    let is_release = is("PROFILE", "release") && is("DEBUG", "false");
    // Where the linker is called by a C compiler.
    if is_release && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }
}
