//! What the program says of itself: help, version, completions, and the document of its API.

use crate::{
    options::OPTIONS,
    program::{Serving, body, finish, program, run},
};

#[test]
fn every_flag_has_a_variable() {
    for command in [
        &["serve"][..],
        &["issue"],
        &["decode"],
        &["healthcheck"],
        &["config", "check"],
    ] {
        let help = run(&[command, &["--help"]].concat(), "").stdout;
        let options = help.split_once("Options:").unwrap().1;
        let mut flags = options
            .split("\n      --")
            .skip(1)
            .chain(options.split("\n  -").skip(1));
        let without = flags
            .find(|flag| !flag.contains("[env: VAULT_MOCK_") && !flag.starts_with("h, --help"));
        assert_eq!(without, None, "{command:?}");
        assert!(!help.contains("SECRET="), "{help}");
    }
}

#[test]
fn help_does_not_show_secrets_of_the_environment() {
    let mut command = program();
    command
        .args(["serve", "--help"])
        .env("VAULT_MOCK_SECRET", "HIDDEN");
    for (name, ..) in OPTIONS {
        let variable = format!("VAULT_MOCK_{}", name.replace('-', "_").to_uppercase());
        command.env(variable, "HIDDEN");
    }
    let help = finish(&mut command, "").stdout;
    assert!(
        help.contains("VAULT_MOCK_SECRET") && !help.contains("HIDDEN"),
        "{help}"
    );
}

#[test]
fn the_help_is_plain_text() {
    let help = run(&["serve", "--help"], "").stdout;
    let tolerance = help.split_once("--issued-at-tolerance").unwrap().1;
    let (text, _) = tolerance.split_once("[env: ").unwrap();
    assert!(text.contains("[default: 0]"), "{text}");
    let help = run(&["--help"], "").stdout;
    assert!(
        help.contains("Print the OpenAPI document of the mock\n"),
        "{help}"
    );
}

#[test]
fn the_version_is_that_of_the_program() {
    let finished = run(&["-V"], "");
    let expected = concat!("vault-mock ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(finished.stdout, expected);
}

#[test]
fn completions_know_the_flags() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let finished = run(&["completions", shell], "");
        assert!(
            finished.status.success() && finished.stdout.contains("journal-capacity"),
            "{shell}"
        );
    }
}

/// The script names the state after `serve` twice, and bash offers nothing if the two differ.
#[test]
fn bash_completes_the_flags_of_a_command() {
    let script = run(&["completions", "bash"], "").stdout;
    let state = "vault__mock__subcmd__serve";
    assert!(script.contains(&format!("cmd=\"{state}\"\n")), "{script}");
    assert!(script.contains(&format!(" {state})\n")), "{script}");
}

#[test]
fn the_document_is_printed() {
    let printed: serde_json::Value = serde_json::from_str(&run(&["openapi"], "").stdout).unwrap();
    let serving = Serving::start(&[]);
    assert_eq!(printed, body(&serving.get("/__vault_mock/openapi.json")));
}
