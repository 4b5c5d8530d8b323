//! A file that is written has no other use: whatever another option expects in it would be lost.

use std::{fs, path::Path};

use crate::program::{Finished, directory, finish, program};

/// Refuses in `serve` and in `config check` alike, and leaves the directory as it was.
fn refuses(directory: &Path, arguments: &[&str], variables: &[(&str, &str)], expected: &str) {
    let before = content(directory);
    for command in [&["serve"][..], &["config", "check"]] {
        let finished = run_in(directory, &[command, arguments].concat(), variables);
        let last = finished.stderr.lines().last().unwrap_or_default();
        assert_eq!(last, format!("vault-mock: {expected}"), "{arguments:?}");
        assert!(!finished.status.success(), "{arguments:?}");
        assert_eq!(content(directory), before, "{arguments:?}");
    }
}

/// Runs in a directory, where nobody can listen on the address: a mock that starts well ends, too.
fn run_in(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
    let mut command = program();
    command.current_dir(directory).args(arguments);
    if arguments[0] != "calibrate" {
        command.env("VAULT_MOCK_ADDR", "192.0.2.1:9");
    }
    finish(command.envs(variables.iter().copied()), "")
}

fn content(directory: &Path) -> Vec<(String, Option<String>)> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut content: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).ok())
        })
        .collect();
    content.sort();
    content
}

#[test]
fn no_file_is_written_that_another_option_names() {
    let directory = directory("apart");
    let key = directory.join("key");
    fs::write(&key, "KEY").unwrap();
    let key = key.to_str().unwrap();
    fs::create_dir(directory.join("inner")).unwrap();
    let lost = "names it, too, and what is in it would be lost; name another file";
    for other in [
        "api-key-file",
        "secret-file",
        "former-secret-file",
        "admin-token-file",
        "tls-certificate",
        "tls-key",
    ] {
        let flag = format!("--{other}");
        let port = ["--port-file", "key", &flag, "key"];
        let expected = format!("--port-file: key: {flag} {lost}");
        refuses(&directory, &port, &[], &expected);
        let ca = ["--tls", "true", "--ca-out", "key", &flag, "key"];
        let expected = format!("--ca-out: key: {flag} {lost}");
        refuses(&directory, &ca, &[], &expected);
    }
    for (port, ca) in [
        ("same", "same"),
        ("./same", "same"),
        ("inner/../same", "./same"),
        ("key", key),
    ] {
        let both = ["--tls", "true", "--port-file", port, "--ca-out", ca];
        let expected = format!("--port-file: {port}: --ca-out {lost}");
        refuses(&directory, &both, &[], &expected);
    }
    let variables = [
        ("VAULT_MOCK_PORT_FILE", "./key"),
        ("VAULT_MOCK_SECRET_FILE", "key"),
    ];
    let expected = format!("VAULT_MOCK_PORT_FILE: ./key: VAULT_MOCK_SECRET_FILE {lost}");
    refuses(&directory, &[], &variables, &expected);
}

#[test]
fn the_configuration_is_not_written() {
    let directory = directory("apart-config");
    fs::write(directory.join("my.toml"), "port-file = './my.toml'\n").unwrap();
    let lost = "names it, too, and what is in it would be lost; name another file";
    let expected = format!("my.toml:1:13: `port-file`: ./my.toml: --config {lost}");
    refuses(&directory, &["--config", "my.toml"], &[], &expected);
    let variable = [("VAULT_MOCK_CONFIG", "my.toml")];
    let expected = format!("my.toml:1:13: `port-file`: ./my.toml: VAULT_MOCK_CONFIG {lost}");
    refuses(&directory, &[], &variable, &expected);
    // Without a flag, nobody gave one that could be named.
    let checked = run_in(
        &directory,
        &["config", "check", "my.toml"],
        &[("VAULT_MOCK_CONFIG", "none.toml")],
    );
    let expected =
        format!("vault-mock: my.toml:1:13: `port-file`: ./my.toml: the argument FILE {lost}\n");
    assert_eq!(checked.stderr, expected);
}

#[test]
fn the_files_of_tenants_are_not_written() {
    let directory = directory("apart-tenants");
    fs::write(directory.join("key"), "KEY").unwrap();
    for name in ["api-key-file", "secret-file", "former-secret-file"] {
        let tenant = format!("[[tenants]]\napp-id = 'shop'\n{name} = 'key'\n");
        fs::write(directory.join("my.toml"), &tenant).unwrap();
        let at = format!("my.toml:3:{}", name.len() + 4);
        let expected = format!(
            "--port-file: key: {at}: tenant shop: `{name}` names it, too, and what is in it \
             would be lost; name another file"
        );
        let arguments = ["--config", "my.toml", "--port-file", "key"];
        refuses(&directory, &arguments, &[], &expected);
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_the_file_that_it_leads_to() {
    use std::os::unix::fs::symlink;

    let directory = directory("apart-links");
    fs::write(directory.join("key"), "KEY").unwrap();
    symlink("key", directory.join("soft")).unwrap();
    fs::hard_link(directory.join("key"), directory.join("hard")).unwrap();
    fs::create_dir(directory.join("inner")).unwrap();
    symlink("inner", directory.join("folder")).unwrap();
    let lost = "names it, too, and what is in it would be lost; name another file";
    for (port, key) in [("soft", "key"), ("key", "soft"), ("hard", "key")] {
        let arguments = ["--port-file", port, "--api-key-file", key];
        let expected = format!("--port-file: {port}: --api-key-file {lost}");
        refuses(&directory, &arguments, &[], &expected);
    }
    let (port, ca) = ("inner/new", "folder/new");
    let both = ["--tls", "true", "--port-file", port, "--ca-out", ca];
    let expected = format!("--port-file: {port}: --ca-out {lost}");
    refuses(&directory, &both, &[], &expected);
}

#[test]
fn a_report_that_is_read_is_not_written() {
    let directory = directory("apart-calibrate");
    fs::write(directory.join("kept"), "KEPT").unwrap();
    let before = content(&directory);
    let asked = ["--base-uri", "https://192.0.2.1", "--app-id", "a"];
    for other in ["since", "api-key-file", "cacert"] {
        let flag = format!("--{other}");
        let files = ["--consumer-id", "c", "--write", "./kept", &flag, "kept"];
        let arguments = [&["calibrate"], &asked[..], &files].concat();
        let finished = run_in(&directory, &arguments, &[]);
        let expected = format!(
            "vault-mock: --write: ./kept: {flag} names it, too, and what is in it would \
             be lost; name another file\n"
        );
        assert_eq!(finished.stderr, expected);
        assert_eq!(content(&directory), before);
    }
}

#[test]
fn files_that_are_read_may_be_one() {
    let directory = directory("apart-shared");
    fs::write(directory.join("key"), "KEY").unwrap();
    let arguments = [
        "config",
        "check",
        "--api-key-file",
        "key",
        "--admin-token-file",
        "./key",
        "--port-file",
        "inner-key",
        "--tls",
        "true",
        "--ca-out",
        "ca",
    ];
    let mut command = program();
    let checked = finish(command.current_dir(&directory).args(arguments), "");
    assert!(checked.status.success(), "{}", checked.stderr);
}
