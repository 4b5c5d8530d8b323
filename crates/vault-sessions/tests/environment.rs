//! The API key of the environment, each in a process that has it from its start.

use std::{env, error::Error, ffi::OsStr, process::Command};

use vault_sessions::ApiKey;

const READER: &str = "reads_the_key_of_its_own_process";

/// What a process with this key in its environment reads.
fn read(key: Option<&OsStr>) -> String {
    let mut process = Command::new(env::current_exe().unwrap());
    process.args(["--exact", READER, "--ignored", "--nocapture"]);
    match key {
        Some(key) => process.env(ApiKey::VARIABLE, key),
        None => process.env_remove(ApiKey::VARIABLE),
    };
    let output = process.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let line = printed.lines().find_map(|line| line.split_once("read: "));
    line.expect("the reader prints a line").1.to_owned()
}

#[test]
#[ignore = "the other tests run it, each in a process of its own"]
fn reads_the_key_of_its_own_process() {
    match ApiKey::from_env() {
        Ok(key) => println!("\nread: key {}", key.expose_secret()),
        Err(error) => {
            let cause = error.source().map(ToString::to_string);
            println!("\nread: {error}: {}", cause.unwrap_or_default());
        }
    }
}

#[test]
fn is_the_key() {
    assert_eq!(read(Some("sk_live".as_ref())), "key sk_live");
}

#[test]
fn is_not_set() {
    let line = read(None);
    let expected = "the environment variable APIDECK_API_KEY is not set; set it to the API key";
    assert!(line.starts_with(expected) && line.ends_with(": "), "{line}");
}

#[test]
fn is_no_key_and_not_repeated() {
    for (key, cause) in [
        ("", "invalid API key: it is empty"),
        ("Bearer hush", "invalid API key: byte 6 is 0x20"),
        ("hush\n", "invalid API key: byte 4 is 0x0A"),
    ] {
        let line = read(Some(key.as_ref()));
        let expected = format!(
            "the environment variable APIDECK_API_KEY does not hold a valid API key; use visible \
             ASCII characters without white space, and leave `Bearer` out: {cause}; "
        );
        assert!(
            line.starts_with(&expected) && !line.contains("hush"),
            "{line}"
        );
    }
}

#[cfg(unix)]
#[test]
fn is_no_text_and_not_repeated() {
    use std::os::unix::ffi::OsStrExt;

    let line = read(Some(OsStr::from_bytes(b"hush\xFF")));
    let expected = "the environment variable APIDECK_API_KEY is not valid Unicode; set it to";
    assert!(
        line.starts_with(expected) && !line.contains("hush"),
        "{line}"
    );
}
