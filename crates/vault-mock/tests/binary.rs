//! The binary: what it prints, that it answers, that it stops cleanly.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vault-mock"));
    command
        .arg("serve")
        .args(["--addr", "127.0.0.1:0"])
        .args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts the binary and reads its first line.
fn serve(arguments: &[&str]) -> (Child, Value) {
    let mut child = command(arguments).spawn().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.as_mut().unwrap());
    stdout.read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

fn call(announced: &Value, request: &str) -> String {
    let url = announced["url"].as_str().unwrap();
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn create(key: &str) -> String {
    format!(
        "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nconnection: close\r\ncontent-length: 0\r\n\
         authorization: Bearer {key}\r\nx-apideck-app-id: app\r\nx-apideck-consumer-id: c\r\n\r\n"
    )
}

#[cfg(unix)]
#[test]
fn answers_and_stops_cleanly_on_both_signals() {
    for signal in ["-INT", "-TERM"] {
        let (mut child, announced) = serve(&[]);
        let health = "GET /health HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";
        assert!(call(&announced, health).starts_with("HTTP/1.1 200 OK\r\n"));

        let key = announced["api_key"].as_str().unwrap();
        assert!(call(&announced, &create(key)).contains("session_token"));
        assert!(call(&announced, &create("other")).starts_with("HTTP/1.1 401 "));

        let kill = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let status = child.wait().unwrap();
        assert!(status.success(), "{signal}: {status}");
    }
}

#[test]
fn what_is_given_is_used_and_not_printed() {
    let given = ["--api-key", "KEY", "--app-id", "app", "--secret", "SECRET"];
    let (mut child, announced) = serve(&given);
    assert_eq!(announced.as_object().unwrap().len(), 1, "{announced}");
    assert!(call(&announced, &create("KEY")).contains("session_token"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_bad_value_is_named_and_not_repeated() {
    for (arguments, message) in [
        (
            ["--api-key", "BAD VALUE"],
            "vault-mock: --api-key: invalid API key: byte 3 is 0x20",
        ),
        (
            ["--app-id", ""],
            "vault-mock: --app-id: invalid app ID: it is empty",
        ),
        (
            ["--secret", ""],
            "vault-mock: --secret: invalid secret: it is empty",
        ),
        (
            ["--addr", "nowhere"],
            "error: invalid value 'nowhere' for '--addr <ADDR>'",
        ),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vault-mock"));
        let Output { status, stderr, .. } = command.arg("serve").args(arguments).output().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && stderr.starts_with(message), "{stderr}");
        assert!(!stderr.contains("BAD VALUE"), "{stderr}");
    }
}
