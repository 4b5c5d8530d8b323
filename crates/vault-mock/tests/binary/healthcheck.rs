use std::net::TcpListener;

use crate::program::{Serving, directory, file, finish, program, run};

#[test]
fn tells_by_its_exit_code_whether_a_mock_is_up() {
    let serving = Serving::start(&["--admin-token", "TOKEN"]);
    assert!(
        run(&["healthcheck", "--addr", serving.address()], "")
            .status
            .success()
    );
    let port = serving.address().rsplit(':').next().unwrap().to_owned();
    let mut everywhere = program();
    everywhere
        .arg("healthcheck")
        .env("VAULT_MOCK_ADDR", format!("0.0.0.0:{port}"));
    assert!(finish(&mut everywhere, "").status.success());

    let address = serving.address().to_owned();
    drop(serving);
    let finished = run(&["healthcheck", "--addr", &address], "");
    assert!(!finished.status.success());
    assert!(
        finished
            .stderr
            .starts_with(&format!("vault-mock: {address}: ")),
        "{}",
        finished.stderr
    );
}

#[test]
fn asks_over_tls_whom_it_was_told_to_trust() {
    let directory = directory("healthcheck-tls");
    let [path, other] = ["ca.pem", "other.pem"].map(|name| {
        let path = directory.join(name);
        path.into_os_string().into_string().unwrap()
    });
    let serving = Serving::start(&["--tls", "true", "--ca-out", &path]);
    let _stranger = Serving::start(&["--tls", "true", "--ca-out", &other]);
    let url = serving.announced["url"].as_str().unwrap();
    let address = url.strip_prefix("https://").unwrap();
    let check = |cacert: &str| run(&["healthcheck", "--addr", address, "--cacert", cacert], "");

    let trusted = check(&path);
    assert!(trusted.status.success(), "{}", trusted.stderr);
    let stranger = check(&other);
    assert!(!stranger.status.success());
    assert!(
        stranger.stderr.contains("certificate"),
        "{}",
        stranger.stderr
    );
    let plain = run(&["healthcheck", "--addr", address], "");
    assert!(!plain.status.success());
    let empty = check(&file("healthcheck-empty", ""));
    assert_eq!(
        empty.stderr,
        "vault-mock: --cacert: the file has no certificate\n"
    );
}

#[test]
fn a_listener_that_says_nothing_is_not_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let finished = run(&["healthcheck", "--addr", &address, "--timeout", "0"], "");
    assert_eq!(
        finished.stderr,
        format!("vault-mock: {address}: no answer within 0 s\n")
    );
    assert!(!finished.status.success());
}
