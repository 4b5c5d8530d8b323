//! `calibrate`: what it asks, prints and writes, and how it ends.

use std::fs;

use serde_json::Value;

#[cfg(unix)]
use crate::program::full;
use crate::program::{Finished, Serving, directory, file, finish, program, run};

const KEY: &str = "sk_live_not_to_be_seen";
const CONSUMER: &str = "somebody@example.com";

/// Asks a mock; the key is in the variable.
fn calibrate(url: &str, arguments: &[&str]) -> Finished {
    finish(command(url, arguments).env("APIDECK_API_KEY", KEY), "")
}

fn command(url: &str, arguments: &[&str]) -> std::process::Command {
    let mut command = program();
    command.env_remove("APIDECK_API_KEY");
    command.args(["calibrate", "--base-uri", url, "--app-id", "app"]);
    command.args(["--consumer-id", CONSUMER]);
    if !arguments.contains(&"--rate") {
        command.args(["--rate", "10000"]);
    }
    command.args(arguments);
    command
}

#[track_caller]
fn ended_with(finished: &Finished, code: i32) {
    let Finished { stdout, stderr, .. } = finished;
    assert_eq!(finished.status.code(), Some(code), "{stdout}{stderr}");
}

fn serving(arguments: &[&str]) -> Serving {
    let key = ["--api-key", KEY, "--log-level", "off"];
    Serving::start(&[&key[..], arguments].concat())
}

fn url(mock: &Serving) -> &str {
    mock.announced["url"].as_str().unwrap()
}

#[test]
fn all_questions_are_listed_without_asking_any() {
    let listed = run(&["calibrate", "--list"], "");
    assert!(listed.status.success());
    assert!(listed.stdout.lines().count() >= 40);
    assert!(listed.stdout.contains("length-bare "), "{}", listed.stdout);
}

#[test]
fn a_mock_with_the_defaults_agrees() {
    let mock = serving(&[]);
    let asked = calibrate(url(&mock), &["--quick"]);
    ended_with(&asked, 0);
    assert!(
        asked
            .stdout
            .ends_with("the mock answers like the service as it is\n"),
        "{}",
        asked.stdout
    );
    let announced = asked.stderr.lines().next().unwrap();
    assert!(
        announced.starts_with("vault-mock: sends about "),
        "{announced}"
    );
    assert!(
        announced.ends_with("opens sessions for the consumer, and changes nothing"),
        "{announced}"
    );
    // Without a terminal there is a line for each question.
    assert!(asked.stderr.contains(" length-bare\n"), "{}", asked.stderr);
}

#[test]
fn the_file_that_is_written_makes_the_mock_answer_alike() {
    let settings = [
        "--schema-fault",
        "422",
        "--validation",
        "lenient",
        "--app-id",
        "app",
    ];
    let mock = serving(&settings);
    let path = directory("calibrate_write").join("vault-mock.toml");
    let path = path.to_str().unwrap();
    let asked = calibrate(url(&mock), &["--quick", "--json", "--write", path]);
    ended_with(&asked, 0);
    let checked = run(&["config", "check", "--config", path], "");
    assert!(checked.status.success(), "{}", checked.stderr);
    let written = fs::read_to_string(path).unwrap();
    for line in [
        "schema-fault = 422\n",
        "validation = \"lenient\"\n",
        "app-id = \"app\"\n",
    ] {
        assert!(written.contains(line), "{written}");
    }

    let kept = file("calibrate_kept", &asked.stdout);
    let second = serving(&["--config", path]);
    let again = calibrate(url(&second), &["--quick", "--since", &kept]);
    ended_with(&again, 0);

    let other = serving(&[]);
    let changed = calibrate(url(&other), &["--quick", "--since", &kept]);
    assert_eq!(changed.status.code(), Some(3));
    let told = "vault-mock: the service changed: unknown-member: it was `kept`, and is \
                `400 RequestValidationError`\n";
    assert!(changed.stderr.contains(told), "{}", changed.stderr);

    for text in [
        &asked.stdout,
        &asked.stderr,
        &written,
        &changed.stdout,
        &changed.stderr,
    ] {
        assert!(
            !text.contains(KEY) && !text.contains(CONSUMER) && !text.contains("eyJ"),
            "{text}"
        );
    }
}

#[test]
fn a_service_that_no_setting_imitates_is_3() {
    // The first two are the question whether it is there, and the session.
    let mock = serving(&["--faults", "ok; times=2, status=418; times=1, ok"]);
    let asked = calibrate(url(&mock), &["--only", "length-bare", "--json"]);
    ended_with(&asked, 3);
    let report: Value = serde_json::from_str(&asked.stdout).unwrap();
    assert_eq!(report["questions"][1]["question"], "length-bare");
    assert!(
        report["questions"][1]["service"]
            .as_str()
            .unwrap()
            .starts_with("418"),
        "{report}"
    );
}

#[test]
fn whoever_asks_wrongly_is_told_in_one_line() {
    let mock = serving(&[]);
    let refused = |command: &mut std::process::Command, message: &str| {
        let finished = finish(command, "");
        assert_eq!(finished.status.code(), Some(1), "{}", finished.stderr);
        let line = finished.stderr.lines().last().unwrap();
        assert!(line.contains(message), "{line}");
        assert!(!finished.stderr.contains(KEY));
        assert!(finished.stderr.lines().count() <= 2, "{}", finished.stderr);
        assert_eq!(finished.stdout, "");
    };
    let base = url(&mock);
    refused(&mut command(base, &[]), "APIDECK_API_KEY");
    let key = |command: &mut std::process::Command, key: &str| {
        command.env("APIDECK_API_KEY", key);
    };
    let mut wrong = command(base, &[]);
    key(&mut wrong, "wrong");
    refused(&mut wrong, "401 Unauthorized");
    let mut remote = command("http://vault.invalid", &[]);
    key(&mut remote, KEY);
    refused(&mut remote, "use https, or add --allow-plain-http");
    let mut nobody = command("http://127.0.0.1:1", &[]);
    key(&mut nobody, KEY);
    refused(&mut nobody, "could not connect to http://127.0.0.1:1");
    let mut nowhere = command(base, &["--write", "/nowhere/at/all.toml"]);
    key(&mut nowhere, KEY);
    refused(&mut nowhere, "--write: /nowhere/at/all.toml: ");
    let no_report = file("calibrate_no_report", "{}");
    let mut since = command(base, &["--since", &no_report]);
    key(&mut since, KEY);
    refused(&mut since, "it is no report");
    let empty = file("calibrate_empty_key", "");
    refused(
        &mut command(base, &["--api-key-file", &empty]),
        "--api-key-file: ",
    );
}

#[test]
fn the_base_has_no_default() {
    let finished = run(&["calibrate", "--app-id", "a", "--consumer-id", "c"], "");
    assert_eq!(finished.status.code(), Some(2));
    assert!(
        finished.stderr.contains("--base-uri <URL>"),
        "{}",
        finished.stderr
    );
    let finished = run(&["calibrate", "--list", "--only", "nonsense"], "");
    assert!(
        finished.stderr.contains("--list prints all"),
        "{}",
        finished.stderr
    );
    let finished = run(&["calibrate", "--list", "--rate", "0"], "");
    assert!(
        finished.stderr.contains("write a number of requests"),
        "{}",
        finished.stderr
    );
}

#[test]
fn an_authority_that_nobody_knows_can_be_trusted() {
    let ca = directory("calibrate_tls").join("ca.pem");
    let ca = ca.to_str().unwrap();
    let mock = serving(&["--tls", "true", "--ca-out", ca]);
    let only = ["--only", "length-bare"];
    let refused = calibrate(url(&mock), &only);
    assert_eq!(refused.status.code(), Some(1));
    let line = refused.stderr.lines().last().unwrap();
    assert!(
        line.contains("authority that is not trusted") && line.contains("--cacert"),
        "{line}"
    );
    let asked = calibrate(url(&mock), &[&only[..], &["--cacert", ca]].concat());
    ended_with(&asked, 0);
}

#[test]
fn a_key_can_come_from_a_file() {
    let mock = serving(&[]);
    let key = file("calibrate_key", format!("{KEY}\n"));
    let arguments = ["--only", "length-bare", "--api-key-file", &key];
    let asked = finish(&mut command(url(&mock), &arguments), "");
    ended_with(&asked, 0);
}

#[cfg(unix)]
#[test]
fn an_interruption_prints_what_there_is() {
    use std::{
        io::{BufRead, BufReader, Read},
        process::Stdio,
    };

    let mock = serving(&[]);
    let mut command = command(url(&mock), &["--rate", "4"]);
    let command = command.env("APIDECK_API_KEY", KEY).stdin(Stdio::null());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    // The third question is about to be asked: two are answered.
    let third = lines.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("2/")));
    assert!(third.is_some());
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(kill.unwrap().success());
    let mut table = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut table)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{table}");
    assert!(
        table.contains("\nsession ") && table.contains("\nlength-default "),
        "{table}"
    );
}

#[cfg(unix)]
#[test]
fn a_report_that_nobody_reads_is_written_and_does_not_hold_up_a_signal() {
    let mock = serving(&[]);
    let path = directory("calibrate_unread").join("vault-mock.toml");
    let only = ["--only", "length-bare", "--write", path.to_str().unwrap()];
    let (stdout, _unread) = full();
    let mut command = command(url(&mock), &only);
    let command = command.env("APIDECK_API_KEY", KEY).stdout(stdout);
    let command = command.stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    while !path.exists() {
        assert_eq!(child.try_wait().unwrap(), None);
    }
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
