use std::fs;
#[cfg(unix)]
use std::process::Stdio;

#[cfg(unix)]
use crate::program::full;
use crate::program::{Serving, body, directory, each_way, file, program, run, token_in};

#[cfg(unix)]
#[test]
fn answers_and_stops_cleanly_on_both_signals() {
    for signal in ["-INT", "-TERM"] {
        let serving = Serving::start(&[]);
        assert!(serving.get("/health").starts_with("HTTP/1.1 200 OK\r\n"));
        assert!(
            serving
                .create(serving.key(), "app")
                .contains("session_token")
        );
        assert!(serving.create("other", "app").starts_with("HTTP/1.1 401 "));
        let (status, stderr) = serving.stop(signal);
        assert!(status.success(), "{signal}: {status}");
        assert!(stderr.trim_end().ends_with("stopped"), "{stderr}");
    }
}

#[test]
fn what_is_given_is_used_and_not_printed() {
    let given = ["--api-key", "KEY", "--app-id", "app", "--secret", "SECRET"];
    let serving = Serving::start(&given);
    let announced = serving.announced.as_object().unwrap();
    assert_eq!(announced.len(), 1, "{announced:?}");
    assert!(serving.create("KEY", "app").contains("session_token"));
    assert!(serving.create("KEY", "other").starts_with("HTTP/1.1 401 "));
}

#[test]
fn what_is_generated_is_printed_and_works() {
    let serving = Serving::start(&[]);
    let names: Vec<_> = serving.announced.as_object().unwrap().keys().collect();
    assert_eq!(names, ["api_key", "secret", "url"]);
    let token = token_in(&serving.create(serving.key(), "app"));
    let secret = serving.announced["secret"].as_str().unwrap();
    let decoded = run(&["decode", "--secret", secret], &token);
    assert!(decoded.status.success(), "{}", decoded.stderr);
}

#[cfg(unix)]
#[test]
fn the_log_tells_each_request_and_no_credential() {
    for format in ["text", "json"] {
        for mut command in each_way("log-format", format) {
            command.args(["--api-key", "KEY", "--secret", "SECRET"]);
            let serving = Serving::spawn(&mut command);
            let token = token_in(&serving.create("KEY", "app"));
            serving.get(&format!("/session/{token}"));
            let (_, log) = serving.stop("-TERM");
            let answered = log.lines().filter(|line| line.contains("answered"));
            assert_eq!(answered.count(), 2, "{log}");
            assert!(
                log.contains("/vault/sessions") && log.contains("200"),
                "{log}"
            );
            for credential in ["KEY", "SECRET", &token] {
                assert!(!log.contains(credential), "{log}");
            }
            let mut lines = log.lines().map(serde_json::from_str::<serde_json::Value>);
            assert_eq!(lines.all(|line| line.is_ok()), format == "json", "{log}");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_log_can_be_silenced() {
    for mut command in each_way("log-level", "off") {
        let serving = Serving::spawn(&mut command);
        serving.get("/health");
        assert_eq!(serving.stop("-TERM").1, "", "{command:?}");
    }
}

/// A pipe holds some 64 KiB; at this level a request writes some 200 bytes.
#[cfg(unix)]
#[test]
fn a_log_that_nobody_reads_holds_nothing_up() {
    let serving = Serving::start(&["--log-level", "trace"]);
    for _ in 0..2_000 {
        assert!(serving.get("/vault/nowhere").starts_with("HTTP/1.1 404 "));
    }
    assert!(serving.get("/health").starts_with("HTTP/1.1 200 "));
    let status = serving.stop_unread("-TERM");
    assert!(status.success(), "{status}");
}

#[cfg(unix)]
#[test]
fn a_first_line_that_nobody_reads_does_not_hold_up_signals() {
    for signal in ["-INT", "-TERM"] {
        let (stdout, _unread) = full();
        let mut command = program();
        command.args(["serve", "--addr", "127.0.0.1:0"]);
        let child = command.stdout(stdout).stderr(Stdio::piped()).spawn();
        let announced = serde_json::Value::Null;
        let mut serving = Serving {
            child: child.unwrap(),
            announced,
        };
        serving.wait_for_the_log("listening");
        let (status, stderr) = serving.stop(signal);
        assert!(status.success(), "{signal}: {status}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_says_nothing_does_not_hold_up_signals() {
    use std::os::unix::process::ExitStatusExt;

    let pipe = directory("silent-pipe").join("pipe");
    let pipe = pipe.to_str().unwrap();
    let made = std::process::Command::new("mkfifo").arg(pipe).status();
    assert!(made.unwrap().success());
    let serve = ["serve", "--addr", "127.0.0.1:0"];
    let certificate = ["--tls", "true", "--tls-certificate", pipe, "--tls-key", "k"];
    let base = ["calibrate", "--base-uri", "https://127.0.0.1:1"];
    let ids = ["--app-id", "a", "--consumer-id", "c", "--cacert", pipe];
    for arguments in [
        &[&serve[..], &certificate].concat(),
        &[&serve[..], &["--secret-file", pipe]].concat(),
        &[&base[..], &ids].concat(),
    ] {
        let mut command = program();
        command.args(arguments).env("APIDECK_API_KEY", "KEY");
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        // Opens once the program has it open, too.
        let _silent = fs::File::options().write(true).open(pipe).unwrap();
        let id = child.id().to_string();
        let kill = std::process::Command::new("kill").arg(&id).status();
        assert!(kill.unwrap().success());
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(15), "{arguments:?}: {status}");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_is_told_to_probes_first_and_everybody_is_still_served() {
    let mut by_variable = program();
    by_variable.args(["serve", "--addr", "127.0.0.1:0"]);
    let mut serving = Serving::spawn(by_variable.env("VAULT_MOCK_DRAIN_DELAY", "3600"));
    serving.signal("-TERM");
    serving.wait_for_the_log("draining for 3600 s: ");
    let answer = serving.get("/health");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert_eq!(body(&answer), serde_json::json!({ "status": "draining" }));
    let alive = serving.get("/__vault_mock/health");
    assert!(alive.starts_with("HTTP/1.1 200 "), "{alive}");
    assert!(
        serving
            .create(serving.key(), "app")
            .contains("session_token")
    );
    let asked = run(&["healthcheck", "--addr", serving.address()], "");
    assert_eq!(asked.status.code(), Some(1));
    assert!(asked.stderr.contains("it answers 503"), "{}", asked.stderr);
    // The second signal does not wait for the rest of the hour.
    let (status, stderr) = serving.stop("-TERM");
    assert!(!status.success() && status.code().is_some(), "{status}");
    assert!(stderr.contains("a second signal came"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn after_the_delay_it_stops_as_without_one() {
    let config = file("drain-delay", "addr = \"127.0.0.1:0\"\ndrain-delay = 1\n");
    let serving = Serving::spawn(program().args(["serve", "--config", &config]));
    let (status, stderr) = serving.stop("-TERM");
    assert!(status.success(), "{status}");
    assert!(stderr.trim_end().ends_with("stopped"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_second_signal_stops_at_once() {
    let mut serving = Serving::start(&["--drain", "3600"]);
    let _held = serving.hold_a_request();
    serving.signal("-TERM");
    serving.wait_for_the_log("finishing requests in flight, for at most 3600 s; a second signal");
    let (status, _) = serving.stop("-INT");
    assert!(!status.success() && status.code().is_some(), "{status}");
}

#[cfg(unix)]
#[test]
fn the_port_file_of_another_mock_stays() {
    let path = directory("port-file-of-another").join("port");
    let file = ["--port-file", path.to_str().unwrap()];
    let port = || fs::read_to_string(&path).unwrap();
    let first = Serving::start(&file);
    let of_first = port();
    // One that cannot start takes nothing away.
    let refused = run(
        &[&["serve", "--addr", first.address()], &file[..]].concat(),
        "",
    );
    assert!(!refused.status.success());
    assert_eq!(port(), of_first);
    let second = Serving::start(&file);
    let of_second = port();
    assert_ne!(of_second, of_first);
    assert!(first.stop("-TERM").0.success());
    assert_eq!(port(), of_second);
    assert!(second.stop("-TERM").0.success());
    assert!(!path.exists());
}

/// Loopback has many addresses, and each has every port.
#[cfg(target_os = "linux")]
#[test]
fn the_port_file_of_another_mock_stays_even_with_the_same_port() {
    let path = directory("port-file-of-same-port").join("port");
    let file = ["--port-file", path.to_str().unwrap()];
    let first = Serving::start(&file);
    let address = first.address().replace("127.0.0.1:", "127.0.0.2:");
    let second = Serving::spawn(program().args(["serve", "--addr", &address]).args(file));
    assert!(first.stop("-TERM").0.success());
    assert!(path.exists());
    assert!(second.stop("-TERM").0.success());
    assert!(!path.exists());
}

#[test]
fn a_mock_that_cannot_start_leaves_the_certificate_of_another() {
    let directory = directory("ca-of-another");
    let path = |name: &str| directory.join(name).into_os_string().into_string().unwrap();
    let (ca, missing) = (path("ca.pem"), path("none/port"));
    let tls = ["--tls", "true", "--ca-out", &ca];
    let first = Serving::start(&tls);
    let address = first.announced["url"].as_str().unwrap();
    let address = address.strip_prefix("https://").unwrap();
    let of_first = fs::read_to_string(&ca).unwrap();
    for reason in [
        &["--addr", address][..],
        &["--addr", "127.0.0.1:0", "--port-file", &missing],
    ] {
        let refused = run(&[&["serve"], reason, &tls[..]].concat(), "");
        assert!(!refused.status.success(), "{reason:?}");
        assert_eq!(fs::read_to_string(&ca).unwrap(), of_first, "{reason:?}");
        // Nothing unfinished is left beside it.
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "{reason:?}");
    }
}

#[test]
fn whoever_can_be_reached_from_elsewhere_asks_for_a_token() {
    let clock = |mock: &Serving, header: &str| {
        let answer = mock.call(&format!(
            "GET /__vault_mock/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{header}\r\n"
        ));
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    let everywhere = ["serve", "--addr", "0.0.0.0:0"];
    let behind = [
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--public-base",
        "https://vault.test",
    ];
    let api = [
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--api-base",
        "https://vault.test",
    ];
    for arguments in [&everywhere[..], &behind, &api] {
        let mock = Serving::spawn(program().args(arguments));
        let token = mock.announced["admin_token"].as_str().unwrap();
        assert_eq!(clock(&mock, ""), "401", "{arguments:?}");
        let header = format!("authorization: Bearer {token}\r\n");
        assert_eq!(clock(&mock, &header), "200", "{arguments:?}");
        let mock = Serving::spawn(program().args(arguments).args(["--admin-token", "T"]));
        assert!(mock.announced.get("admin_token").is_none());
        assert_eq!(clock(&mock, "authorization: Bearer T\r\n"), "200");
        let mock = Serving::spawn(program().args(arguments).args(["--admin", "false"]));
        assert!(mock.announced.get("admin_token").is_none());
        assert_eq!(clock(&mock, ""), "404");
    }
    for arguments in [
        &["--public-base", "http://localhost:8080"][..],
        &["--public-base", "http://127.0.0.2"],
        &["--public-base", "http://[::1]:8080"],
        &[
            "--public-base",
            "http://vault.test",
            "--admin-host",
            "vault.test",
        ],
    ] {
        let mock = Serving::start(arguments);
        assert!(mock.announced.get("admin_token").is_none(), "{arguments:?}");
        assert_eq!(clock(&mock, ""), "200", "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_port_file_appears_with_the_port_and_goes_with_the_mock() {
    let directory = directory("port-file");
    let path = directory.join("port");
    fs::write(&path, "1\n").unwrap();
    let serving = Serving::start(&["--port-file", path.to_str().unwrap()]);
    let port = fs::read_to_string(&path).unwrap();
    assert!(
        serving
            .address()
            .ends_with(&format!(":{}", port.trim_end()))
    );
    // Nothing unfinished is left beside it.
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    assert!(serving.stop("-TERM").0.success());
    assert!(!path.exists());
}

#[test]
fn a_port_file_that_cannot_be_written_is_told() {
    let path = directory("no-port-file").join("missing").join("port");
    let arguments = ["serve", "--addr", "127.0.0.1:0", "--port-file"];
    let finished = crate::program::finish(program().args(arguments).arg(path), "");
    assert!(!finished.status.success());
    assert!(
        finished.stderr.contains("vault-mock: --port-file: "),
        "{}",
        finished.stderr
    );
}

#[test]
fn the_certificate_of_the_authority_is_written() {
    let path = directory("ca-out").join("ca.pem");
    let serving = Serving::start(&["--tls", "true", "--ca-out", path.to_str().unwrap()]);
    let url = serving.announced["url"].as_str().unwrap().to_owned();
    let pem = fs::read_to_string(&path).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\n"), "{pem}");
    let mut curl = std::process::Command::new("curl");
    curl.args([
        "-s",
        "--cacert",
        path.to_str().unwrap(),
        &format!("{url}/health"),
    ]);
    let answer = crate::program::finish(&mut curl, "");
    assert_eq!(answer.stdout, r#"{"status":"ok"}"#, "{}", answer.stderr);

    let finished = run(
        &["serve", "--addr", "127.0.0.1:0", "--ca-out", "ca.pem"],
        "",
    );
    assert!(
        finished.stderr.contains("--ca-out needs --tls true"),
        "{}",
        finished.stderr
    );
}

#[test]
fn an_address_in_use_is_told() {
    let serving = Serving::start(&[]);
    let finished = run(&["serve", "--addr", serving.address()], "");
    assert!(!finished.status.success());
    let expected = format!("vault-mock: cannot listen on {}: ", serving.address());
    assert!(finished.stderr.contains(&expected), "{}", finished.stderr);
}

#[cfg(unix)]
#[test]
fn requests_in_flight_are_cut_off_at_the_deadline() {
    let serving = Serving::start(&["--drain", "0"]);
    let _held = serving.hold_a_request();
    let (status, stderr) = serving.stop("-TERM");
    assert!(!status.success());
    assert!(
        stderr.contains("requests in flight were cut off after 0 s"),
        "{stderr}"
    );
}

#[test]
fn a_base_is_an_http_url_with_a_host_and_nothing_behind_its_path() {
    for flag in ["--public-base", "--api-base"] {
        for base in [
            "ftp://a.test",
            "https://",
            "mailto:a@b.test",
            "/x",
            "https://a.test/?x",
            "https://a.test#x",
            "https://u:p@a.test",
        ] {
            let refused = run(&["serve", flag, base], "");
            assert!(!refused.status.success(), "{flag} {base}");
            assert!(
                refused
                    .stderr
                    .contains("write it like `https://vault.test`"),
                "{}",
                refused.stderr
            );
        }
    }
}

#[test]
fn a_body_limit_does_not_lock_the_admin_out() {
    let mock = Serving::start(&["--body-limit", "0", "--api-key", "KEY"]);
    let patch = |settings: &str| {
        mock.call(&format!(
            "PATCH /__vault_mock/settings HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{settings}",
            settings.len()
        ))
    };
    assert!(mock.create_with("KEY", "{}").starts_with("HTTP/1.1 413 "));
    assert!(patch(r#"{"body_limit":2}"#).starts_with("HTTP/1.1 200 "));
    assert!(mock.create_with("KEY", "{}").starts_with("HTTP/1.1 200 "));
}
