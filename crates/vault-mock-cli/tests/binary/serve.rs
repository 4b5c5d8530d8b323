use std::fs;

use crate::program::{Serving, body, directory, program, run};

#[cfg(unix)]
#[test]
fn answers_and_stops_cleanly_on_both_signals() {
    for signal in ["-INT", "-TERM"] {
        let serving = Serving::start(&[]);
        assert!(serving.get("/health").starts_with("HTTP/1.1 200 OK\r\n"));
        let key = serving.announced["api_key"].as_str().unwrap();
        assert!(serving.create(key, "app").contains("session_token"));
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
    let key = serving.announced["api_key"].as_str().unwrap();
    let created = body(&serving.create(key, "app"));
    let token = created["data"]["session_token"].as_str().unwrap();
    let secret = serving.announced["secret"].as_str().unwrap();
    let decoded = run(&["decode", "--secret", secret], token);
    assert!(decoded.status.success(), "{}", decoded.stderr);
}

#[cfg(unix)]
#[test]
fn the_log_tells_each_request_and_no_credential() {
    for format in ["text", "json"] {
        let given = [
            "--api-key",
            "KEY",
            "--secret",
            "SECRET",
            "--log-format",
            format,
        ];
        let serving = Serving::start(&given);
        let created = body(&serving.create("KEY", "app"));
        let token = created["data"]["session_token"].as_str().unwrap();
        serving.get(&format!("/session/{token}"));
        let (_, log) = serving.stop("-TERM");
        let answered = log.lines().filter(|line| line.contains("answered"));
        assert_eq!(answered.count(), 2, "{log}");
        assert!(
            log.contains("/vault/sessions") && log.contains("200"),
            "{log}"
        );
        for credential in ["KEY", "SECRET", token] {
            assert!(!log.contains(credential), "{log}");
        }
        if format == "json" {
            for line in log.lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn the_log_can_be_silenced() {
    let serving = Serving::start(&["--log-level", "off"]);
    serving.get("/health");
    assert_eq!(serving.stop("-TERM").1, "");
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
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    let serving = Serving::start(&["--drain", "0"]);
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    let head = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\ncontent-length: 2\r\n\
                expect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // The interim answer shows that the request is in flight.
    stream.read_exact(&mut [0; 12]).unwrap();
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
                refused.stderr.contains("invalid base URI"),
                "{}",
                refused.stderr
            );
        }
    }
}
