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

/// A pipe can be read only once, as in `--secret-file <(pass show mock)`.
#[cfg(target_os = "linux")]
#[test]
fn whatever_is_read_from_a_file_can_come_through_a_pipe() {
    let pipe = "/dev/stdin";
    let tenants = file(
        "pipe-tenants",
        "[[tenants]]\napp-id = 'a'\n\n[[tenants]]\napp-id = 'b'",
    );
    for name in ["api-key", "secret", "former-secret", "admin-token"] {
        for config in [&["--config", tenants.as_str()][..], &[]] {
            let given = format!("--{name}-file");
            let arguments = [&["config", "check", &given, pipe], config].concat();
            let finished = run(&arguments, "TEXT");
            assert!(finished.status.success(), "{name}: {}", finished.stderr);
        }
    }
    for name in ["api-key", "secret", "former-secret"] {
        let tenant = format!("[[tenants]]\napp-id = 'a'\n{name}-file = '{pipe}'");
        let tenant = file("pipe-tenant", tenant);
        let finished = run(&["config", "check", "--config", &tenant], "TEXT");
        assert!(finished.status.success(), "{name}: {}", finished.stderr);
    }
    let finished = run(&["config", "check", "--config", pipe], "secret = 's'");
    assert!(finished.status.success(), "{}", finished.stderr);
}

/// A tenant without a former secret has that of the server.
#[test]
fn tenants_accept_the_former_secret_of_the_server() {
    let config = file(
        "former-tenants",
        "api-key = 'KEY'\nsecret = 'NEW'\nformer-secret = 'OLD'\n\n\
         [[tenants]]\napp-id = 'a'\n\n[[tenants]]\napp-id = 'b'\nformer-secret = 'OTHER'",
    );
    let mock =
        Serving::spawn(program().args(["serve", "--addr", "127.0.0.1:0", "--config", &config]));
    let token = |app, secret| {
        let owner = ["issue", "--app-id", app, "--consumer-id", "c"];
        run(&[&owner[..], &["--secret", secret]].concat(), "").stdout
    };
    for (app, secret, is_good) in [
        ("a", "OLD", true),
        ("b", "OTHER", true),
        ("b", "OLD", false),
        ("server", "OLD", true),
    ] {
        let answer = mock.connections(token(app, secret).trim_end());
        assert_eq!(
            answer.starts_with("HTTP/1.1 200 "),
            is_good,
            "{app} {secret}"
        );
    }
}
