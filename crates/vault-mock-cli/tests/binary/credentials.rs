//! Keys, secrets and tokens that are read from files.

use std::fs;

use vault_mock::{Clock, Secret, Vault};

use crate::program::{Serving, directory, file, finish, program, run, token_in};

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

/// People paste whole URLs, and write a password where a number is asked for.
#[test]
fn what_may_hold_a_secret_is_not_repeated() {
    let url = "http://user:PRIVATE@mock.test:80";
    let issue = ["issue", "--app-id", "a", "--consumer-id", "c"];
    let calibrate = ["calibrate", "--app-id", "a", "--consumer-id", "c"];
    for (command, flag, value, advice) in [
        (
            &["serve"][..],
            "public-base",
            url,
            "it has user information",
        ),
        (
            &["serve"],
            "public-base",
            "PRIVATE",
            "scheme or host is missing",
        ),
        (&["serve"], "api-base", url, "it has user information"),
        (
            &["serve"],
            "api-base",
            "https://mock.test?key=PRIVATE",
            "it has a query or a fragment",
        ),
        (&["serve"], "secret-seed", "PRIVATE", "write a whole number"),
        (&["serve"], "addr", url, "write an IP address"),
        (&["serve"], "admin-host", url, "write the name alone"),
        (&["serve"], "tls", url, "[possible values: true, false]"),
        (&["serve"], "faults", url, "known are: "),
        (
            &["config", "check"],
            "public-base",
            url,
            "it has user information",
        ),
        (
            &["config", "check"],
            "secret-seed",
            "PRIVATE",
            "write a whole number",
        ),
        (
            &["decode"],
            "secret-seed",
            "PRIVATE",
            "write a whole number",
        ),
        (&issue, "secret-seed", "PRIVATE", "write a whole number"),
        (&calibrate, "base-uri", url, "it has user information"),
        (
            &calibrate,
            "base-uri",
            "PRIVATE",
            "scheme or host is missing",
        ),
        (&["healthcheck"], "addr", url, "write an IP address"),
        (&["healthcheck"], "server-name", url, "invalid dns name"),
    ] {
        let variable = format!("VAULT_MOCK_{}", flag.replace('-', "_").to_uppercase());
        let mut by_flag = program();
        by_flag.args(command).arg(format!("--{flag}")).arg(value);
        let mut by_variable = program();
        by_variable.args(command).env(&variable, value);
        for (mut called, name) in [(by_flag, format!("--{flag} ")), (by_variable, variable)] {
            let said = finish(&mut called, "").stderr;
            assert!(!said.contains("PRIVATE"), "{called:?}: {said}");
            let expected = format!("error: invalid value for '{name}");
            assert!(said.starts_with(&expected), "{called:?}: {said}");
            assert!(said.contains(advice), "{called:?}: {said}");
        }
        if !matches!(command, ["serve"]) {
            continue;
        }
        let config = file("private-config", format!("{flag} = '{value}'"));
        let said = run(&["config", "check", &config], "").stderr;
        assert!(!said.contains("PRIVATE"), "{flag}: {said}");
        assert!(
            said.starts_with(&format!("vault-mock: {config}:1:")),
            "{said}"
        );
    }
    let names = ["serve", "--tls", "true", "--tls-names", url];
    let said = run(&names, "").stderr;
    assert!(
        said.contains("--tls-names: invalid host name: write the name alone"),
        "{said}"
    );
    assert!(!said.contains("PRIVATE"), "{said}");
}

#[test]
fn a_secret_that_is_missing_is_told_to_be() {
    for flag in ["--api-key", "--secret-seed", "--public-base"] {
        let said = run(&["serve", flag], "").stderr;
        let expected = format!("error: a value is required for '{flag} ");
        assert!(said.starts_with(&expected), "{said}");
    }
}

/// A secret with a space and no quotes, or with a hyphen at its start, is more than one argument.
#[test]
fn what_follows_a_secret_is_not_repeated() {
    for arguments in [
        &["serve", "--secret", "SOME", "PRIVATE"][..],
        &["serve", "--secret=SOME", "MORE", "PRIVATE"],
        &["serve", "--secret", "--PRIVATE"],
        &["serve", "--admin-token", "--PRIVATE"],
        &["serve", "--secret-seed", "7", "PRIVATE"],
        &["serve", "--public-base", "http://mock.test", "PRIVATE"],
        &["config", "check", "my.toml", "--api-key", "KEY", "PRIVATE"],
        &["decode", "TOKEN", "PRIVATE"],
        &["decode", "--secret", "SECRET", "TOKEN", "PRIVATE"],
        &["issue", "--secret", "SECRET", "PRIVATE"],
        &["serve", "http://user:PRIVATE@mock.test"],
    ] {
        let said = run(arguments, "").stderr;
        assert!(!said.contains("PRIVATE"), "{arguments:?}: {said}");
        assert!(
            said.starts_with("error: unexpected argument found; it may be a secret"),
            "{arguments:?}: {said}"
        );
    }
    // Whatever else is wrong is still shown.
    for arguments in [
        &["serve", "8080"][..],
        &["serve", "--secret", "SECRET", "--prot"],
        &["serve", "--secret", "SECRET", "--port", "0", "8080"],
    ] {
        let said = run(arguments, "").stderr;
        let shown = format!(
            "error: unexpected argument '{}' found",
            arguments.last().unwrap()
        );
        assert!(said.starts_with(&shown), "{arguments:?}: {said}");
    }
}

/// What follows `--` are no flags, whatever it looks like.
#[test]
fn a_file_may_stand_after_two_hyphens() {
    let config = file("hyphens", "addr = '127.0.0.1:0'\napi-key = 'PRIVATE'\n");
    let checked = run(&["config", "check", "--", &config], "");
    assert_eq!(checked.stderr, "");
    assert_eq!(checked.stdout, format!("{config}: ok\n"));
    let mock = Serving::spawn(program().args(["serve", "--config", &config, "--"]));
    assert!(mock.create("PRIVATE", "app").starts_with("HTTP/1.1 200 "));
}
