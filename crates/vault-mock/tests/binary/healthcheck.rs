use std::net::TcpListener;

use crate::program::{Serving, finish, program, run};

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
