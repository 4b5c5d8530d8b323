//! Keys, secrets and tokens that are read from files.

use std::fs;

use vault_mock::{Clock, Secret, Vault};

use crate::program::{Serving, directory, file, program, run, token_in};

#[test]
fn credentials_in_files_are_read_as_the_library_reads_secrets() {
    let secret = file("bytes-secret", b"\xEF\xBB\xBF\xFF\xFE\r\n");
    let key = file("marked-key", b"\xEF\xBB\xBFKEY\r\n");
    let mock = Serving::start(&["--secret-file", &secret, "--api-key-file", &key]);
    let token = token_in(&mock.create("KEY", "app"));
    assert!(
        run(&["decode", "--secret-file", &secret], &token)
            .status
            .success()
    );
    let vault = Vault::builder().secret(Secret::from_file(&secret).unwrap());
    assert!(
        vault
            .clock(Clock::system())
            .build()
            .verify(&token.parse().unwrap())
            .is_ok()
    );
    let key = file("bytes-key", b"KEY\xFF");
    let finished = run(&["serve", "--api-key-file", &key], "");
    assert!(
        finished.stderr.ends_with("byte 3 is no ASCII character\n"),
        "{}",
        finished.stderr
    );
}

#[test]
fn credentials_are_read_from_files() {
    let directory = directory("credential-files");
    let path = |name: &str, content: &str| {
        let path = directory.join(name);
        fs::write(&path, content).unwrap();
        path.into_os_string().into_string().unwrap()
    };
    let (key, secret, token) = (
        path("key", "KEY\n"),
        path("secret", "SEC RET\r\n"),
        path("token", "TOKEN"),
    );
    let given = [
        "--api-key-file",
        &key,
        "--secret-file",
        &secret,
        "--admin-token-file",
        &token,
    ];
    let serving = Serving::start(&given);
    let issued = token_in(&serving.create("KEY", "app"));
    assert!(
        run(&["decode", "--secret", "SEC RET"], &issued)
            .status
            .success()
    );
    assert!(
        run(&["decode", "--secret-file", &secret], &issued)
            .status
            .success()
    );
    assert!(
        serving
            .get("/__vault_mock/clock")
            .starts_with("HTTP/1.1 401 ")
    );

    // A flag replaces whichever form the configuration file has.
    let config = path(
        "config",
        &format!("api-key-file = '{key}'\naddr = '127.0.0.1:0'"),
    );
    let serving =
        Serving::spawn(program().args(["serve", "--config", &config, "--api-key", "FLAG"]));
    assert!(serving.create("FLAG", "app").starts_with("HTTP/1.1 200 "));
}
