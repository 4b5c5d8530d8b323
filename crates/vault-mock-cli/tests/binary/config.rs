//! Configuration files: each mistake is told with its line and column, and no secret is repeated.

use crate::program::{Finished, directory, file, finish, program, run};

fn check(content: impl AsRef<[u8]>, test: &str) -> (Finished, String) {
    let path = file(test, content);
    (run(&["config", "check", "--config", &path], ""), path)
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    for (content, message) in [
        (
            "addr = 'nowhere'",
            "1:8: write an IP address and a port such as 127.0.0.1:8080",
        ),
        (
            "\n\n  journal-capacity = -1",
            "3:22: it must be an integer from 0 to ",
        ),
        (
            "journal-capacity = 'many'",
            "1:20: it must be an integer from 0 to ",
        ),
        ("admin = 1", "1:9: write one of `true`, `false`"),
        (
            "app-id = ''",
            "1:10: invalid app ID: it is empty; use 1 to 1024 visible ASCII characters, with spaces or tabs only inside",
        ),
        (
            "public-base = 'é'",
            "1:15: invalid base URI: it is not a URI; write it like `https://vault.test`",
        ),
        (
            "api-base = 'https://api.test?x'",
            "1:12: invalid base URI: it has a query or a fragment; write it like `https://vault.test`",
        ),
        (
            "frozen-at = 2026-01-01",
            "1:13: write `now`, a time such as 2026-01-01T00:00:00Z, or seconds since 1970",
        ),
        (
            "frozen-at = true",
            "1:13: write `now`, a time such as 2026-01-01T00:00:00Z, or seconds since 1970",
        ),
        (
            "expiry-rule = 'strict'",
            "1:15: invalid expiry rule `strict`: write rfc7519, inclusive, or leeway=SECONDS",
        ),
        (
            "log-level = 'loud'",
            "1:13: write one of `off`, `error`, `warn`, `info`, `debug`, `trace`",
        ),
        (
            "faults = 'ok, status=1'",
            "1:10: invalid fault at byte 4: a status is a number from 200 to 599",
        ),
        (
            "admin-host = 'http://mock'",
            "1:14: invalid host name `http://mock`: write the name alone, without scheme and port, such as vault.test",
        ),
        ("secret = 12345", "1:10: expected a text in quotes"),
        ("api-key = ['SECRET']", "1:11: expected a text in quotes"),
        (
            "secret = 'SECRET",
            "1:17: invalid literal string, expected `'`",
        ),
        ("# é\nsecret = \"SECRET\\q\"", "2:18: "),
        (
            "[serve]\n",
            "1:2: unknown field `serve`; did you mean `secret`?\n",
        ),
        (
            "api_key = 'SECRET'",
            "1:1: unknown field `api_key`; did you mean `api-key`?\n",
        ),
        (
            "\n[[tenant]]",
            "2:3: unknown field `tenant`; did you mean `tenants`?\n",
        ),
        (
            "port = 8080",
            "1:1: unknown field `port`; did you mean `addr`?\n",
        ),
        (
            "wxyz = 1",
            "1:1: unknown field `wxyz`; `vault-mock serve --help` lists the known ones\n",
        ),
        ("admin = true\nadmin = false", "2:1: duplicate key"),
        ("admin = tr\0ue", "1:9: "),
        ("\0", "1:2: key with no value, expected `=`"),
        ("{}", "1:1: "),
    ] {
        is_refused(content, message, "mistakes");
    }
}

#[test]
fn mistakes_in_connections_and_tenants_are_told_like_that_too() {
    for (content, message) in [
        (
            "\n[[connections]]\nid = 'crm+close'\nauth = 'magic'",
            "4:8: unknown variant `magic`, expected one of `oauth2`, ",
        ),
        ("[[connections]]\nid = 'close'\nauth = 'none'", "2:6: "),
        (
            "[[connections]]\nid = 'crm+close'\nauth = 'basic'\nstate = 'ready'",
            "4:9: invalid state of a connection `ready`: write available, added, authorized, callable or invalid",
        ),
        (
            "admin = true\n\n[[connections]]\nid = 'crm+close'\nauth = 'api-key'\nstate = 'authorized'",
            "3:1: ",
        ),
        (
            "[[connections]]\nid = 'crm+close'\nauth = 'none'\nform-fields = [{ id = 'x', type = 'knob' }]",
            "4:35: invalid type of a form field `knob`: write ",
        ),
        (
            "[[connections]]\nid = 'crm+close'\nauth = 'none'\ncolour = 'red'",
            "4:1: unknown field `colour`, expected one of `id`, ",
        ),
        (
            "admin = true\n[[tenants]]\nvalidation = 'off'",
            "2:1: a tenant needs an `app-id`",
        ),
        (
            "[[tenants]]\napp-id = 'a'\naddr = '127.0.0.1:1'",
            "3:1: `addr` belongs to the whole server, not to a tenant",
        ),
        (
            "[[tenants]]\napp-id = 'a'\nvalidation = 'loose'",
            "3:14: invalid validation `loose`: write strict, lenient or off",
        ),
        (
            "[[tenants]]\napp-id = 'a'\n[[tenants.tenants]]\napp-id = 'b'",
            "3:11: `tenants` belongs to the whole server, not to a tenant",
        ),
    ] {
        is_refused(content, message, "parts");
    }
}

#[test]
fn a_path_that_is_empty_is_told_what_to_be() {
    let advice = "it is empty; write the path of a file, or leave the line out\n";
    for name in [
        "port-file",
        "ca-out",
        "tls-certificate",
        "tls-key",
        "admin-token-file",
        "api-key-file",
        "secret-file",
        "former-secret-file",
    ] {
        let message = format!("2:{}: {advice}", name.len() + 4);
        is_refused(&format!("\n{name} = ''"), &message, "empty");
    }
    let tenant = "[[tenants]]\napp-id = 'a'\nsecret-file = ''";
    is_refused(tenant, &format!("3:15: {advice}"), "empty");
}

#[test]
fn whatever_is_there_twice_is_refused_where_it_is_there_again() {
    for (content, message) in [
        (
            "[[tenants]]\napp-id = 'a'\n\n[[tenants]]\napp-id = 'a'",
            "5:10: there are two tenants `a`; remove one",
        ),
        (
            "[[connections]]\nid = 'crm+close'\nauth = 'none'\n\n[[connections]]\nid = 'crm+close'\nauth = 'basic'",
            "5:1: there are two connections `crm+close`; remove one",
        ),
    ] {
        is_refused(content, message, "twice");
    }
}

#[test]
fn a_mistake_in_the_second_is_told_at_its_own_line() {
    for (content, message) in [
        (
            "[[tenants]]\napp-id = 'a'\n\n[[tenants]]\nvalidation = 'off'",
            "4:1: a tenant needs an `app-id`",
        ),
        (
            "[[tenants]]\napp-id = 'a'\n\n[[tenants]]\napp-id = 'b'\nadmin = true",
            "6:1: `admin` belongs to the whole server, not to a tenant",
        ),
        (
            "[[tenants]]\napp-id = 'a'\n[[tenants]]\napp-id = 'b'\ncolour = 1",
            "5:1: unknown field `colour`; `vault-mock serve --help` lists the known ones\n",
        ),
        (
            "[[connections]]\nid = 'crm+close'\nauth = 'none'\n\n[[connections]]\nid = 'crm+xero'\nauth = 'api-key'\nstate = 'authorized'",
            "5:1: ",
        ),
    ] {
        is_refused(content, message, "second");
    }
}

/// What `serve` says when it comes to it.
#[test]
fn a_check_finds_what_serve_would_fail_on() {
    let directory = directory("check-missing");
    let missing = directory.join("none").join("file");
    let missing = missing.to_str().unwrap();
    // As `/dev/null` is none, which a test had better leave alone.
    let no_file = directory.join("no-file");
    #[cfg(unix)]
    let _socket = std::os::unix::net::UnixListener::bind(&no_file).unwrap();
    #[cfg(not(unix))]
    std::fs::create_dir(&no_file).unwrap();
    let no_file = no_file.to_str().unwrap();
    for arguments in [
        &["--addr", "192.0.2.1:9"][..],
        &["--port-file", missing],
        &["--port-file", "/"],
        &["--port-file", no_file],
        &["--tls", "true", "--ca-out", missing],
        &["--tls", "true", "--ca-out", no_file],
        &["--api-key-file", missing],
        &["--admin-token-file", missing],
        &[
            "--tls",
            "true",
            "--tls-certificate",
            missing,
            "--tls-key",
            missing,
        ],
    ] {
        let checked = run(&[&["config", "check"], arguments].concat(), "");
        assert!(!checked.status.success(), "{arguments:?}");
        let addr: &[_] = if arguments[0] == "--addr" {
            &[]
        } else {
            &["--addr", "127.0.0.1:0"]
        };
        let served = run(&[&["serve"], addr, arguments].concat(), "");
        let said = served.stderr.lines().last().unwrap().to_owned() + "\n";
        assert_eq!(said, checked.stderr, "{arguments:?}");
    }
}

fn is_refused(content: &str, message: &str, test: &str) {
    let (finished, path) = check(content, test);
    let expected = format!("vault-mock: {path}:{message}");
    assert!(!finished.status.success(), "{content:?}");
    assert!(
        finished.stderr.starts_with(&expected),
        "{content:?}\n{}",
        finished.stderr
    );
    assert_eq!(
        finished.stderr.trim_end().lines().count(),
        1,
        "{}",
        finished.stderr
    );
    for secret in ["SECRET", "12345"] {
        assert!(!finished.stderr.contains(secret), "{}", finished.stderr);
    }
}

#[test]
fn files_that_are_no_text_are_refused() {
    let (finished, path) = check(b"admin = true\nsecret = '\xFF'", "not-utf8");
    assert_eq!(
        finished.stderr,
        format!("vault-mock: {path}:2:11: it is not UTF-8\n")
    );

    let (finished, path) = check(vec![b'#'; 4 * 1024 * 1024 + 1], "huge");
    assert_eq!(
        finished.stderr,
        format!("vault-mock: --config: {path}: it is larger than 4194304 bytes\n")
    );

    let (finished, _) = check(format!("secret = {}", "[".repeat(100_000)), "deep");
    assert!(!finished.status.success());

    let missing = directory("missing-config").join("none.toml");
    let missing = missing.to_str().unwrap();
    let finished = run(&["config", "check", "--config", missing], "");
    assert!(
        finished
            .stderr
            .starts_with(&format!("vault-mock: --config: {missing}: "))
    );
}

#[test]
fn the_file_to_check_needs_no_flag() {
    let good = file("check-by-name", "admin = true");
    let bad = file("check-bad-by-name", "admin = 1");
    assert_eq!(
        run(&["config", "check", &good], "").stdout,
        format!("{good}: ok\n")
    );
    let said = run(&["config", "check", &bad], "").stderr;
    assert!(
        said.starts_with(&format!("vault-mock: {bad}:1:9: ")),
        "{said}"
    );
    // It wins over the variable, as a flag does.
    let mut command = program();
    command.args(["config", "check", &good]);
    let checked = finish(command.env("VAULT_MOCK_CONFIG", &bad), "");
    assert_eq!(
        checked.stdout,
        format!("{good}: ok\n"),
        "{}",
        checked.stderr
    );
    let both = run(&["config", "check", &good, "--config", &bad], "");
    let expected = "vault-mock: give the file only once, with --config or without\n";
    assert_eq!(both.stderr, expected);
    let missing = run(&["config", "check", "/no/such/file"], "").stderr;
    assert!(
        missing.starts_with("vault-mock: /no/such/file: "),
        "{missing}"
    );
}

#[test]
fn a_check_without_a_file_says_so() {
    assert_eq!(
        run(&["config", "check"], "").stdout,
        "flags and variables: ok; no file was named\n"
    );
}

#[test]
fn good_files_are_ok() {
    for content in [
        "",
        "# only a comment",
        "\u{FEFF}admin = true\r\n",
        "frozen-at = 2026-01-01T00:00:00Z",
        "frozen-at = 1767225600",
        "frozen-at = 'now'\nexpiry-rule = 'leeway=5'",
    ] {
        let (finished, path) = check(content, "good");
        assert_eq!(
            finished.stdout,
            format!("{path}: ok\n"),
            "{content:?}: {}",
            finished.stderr
        );
        assert!(finished.status.success());
    }
}

#[test]
fn values_are_checked_as_serve_checks_them() {
    let missing = directory("missing-secret").join("none");
    let missing = missing.to_str().unwrap();
    for (content, message) in [
        (
            "secret = ''".to_owned(),
            "1:10: `secret`: invalid secret: it is empty; write at least one byte\n",
        ),
        (
            "\napi-key = 'BAD SECRET'".to_owned(),
            "2:11: `api-key`: invalid API key: byte 3 is 0x20",
        ),
        (
            "secret = 's'\nsecret-file = 'f'".to_owned(),
            "1:10: give either `secret` or `secret-file`\n",
        ),
        (
            "secret = 's'\nsecret-seed = 1".to_owned(),
            "1:10: give either `secret` or `secret-seed`\n",
        ),
        (
            "secret-seed = 1\nsecret-file = 'f'".to_owned(),
            "2:15: give either `secret-file` or `secret-seed`\n",
        ),
        (
            format!("secret-file = '{missing}'"),
            "1:15: `secret-file`: no secret in ",
        ),
        (
            format!("addr = '127.0.0.1:0'\nport-file = '{missing}/port'"),
            "2:13: `port-file`: ",
        ),
        (
            "[[tenants]]\napp-id = 'shop'\nsecret = ''".to_owned(),
            "3:10: tenant shop: `secret`: invalid secret: it is empty; write at least one byte\n",
        ),
    ] {
        is_refused(&content, message, "values");
    }
}

#[test]
fn a_value_is_told_by_the_name_that_it_was_given_by() {
    let refused = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = program();
        command.args(arguments).envs(variables.iter().copied());
        finish(&mut command, "").stderr
    };
    for arguments in [&["serve"][..], &["config", "check"]] {
        let said = refused(arguments, &[("VAULT_MOCK_API_KEY", "BAD KEY")]);
        let expected = "vault-mock: VAULT_MOCK_API_KEY: invalid API key: byte 3 is 0x20";
        assert!(said.starts_with(expected), "{said}");
    }
    assert_eq!(
        refused(&["config", "check"], &[("VAULT_MOCK_CA_OUT", "ca.pem")]),
        "vault-mock: VAULT_MOCK_CA_OUT needs --tls true\n"
    );
    let both = [
        ("VAULT_MOCK_SECRET", "s"),
        ("VAULT_MOCK_SECRET_FILE", "s.txt"),
    ];
    assert_eq!(
        refused(&["decode"], &both),
        "vault-mock: give either VAULT_MOCK_SECRET or VAULT_MOCK_SECRET_FILE\n"
    );
    let said = refused(&["serve"], &[("VAULT_MOCK_CONFIG", "/no/such/file")]);
    let expected = "vault-mock: VAULT_MOCK_CONFIG: /no/such/file: ";
    assert!(said.starts_with(expected), "{said}");
    for (variable, value, expected) in [
        (
            "VAULT_MOCK_RATE_LIMIT",
            "x",
            "'x' for 'VAULT_MOCK_RATE_LIMIT': write 60/second",
        ),
        ("VAULT_MOCK_TLS", "yes", "'yes' for 'VAULT_MOCK_TLS'\n"),
        (
            "VAULT_MOCK_ADDR",
            "x",
            "'x' for 'VAULT_MOCK_ADDR': write an IP",
        ),
        (
            "VAULT_MOCK_DRAIN",
            "x",
            "'x' for 'VAULT_MOCK_DRAIN': write a whole",
        ),
    ] {
        let said = refused(&["config", "check"], &[(variable, value)]);
        let expected = format!("error: invalid value {expected}");
        assert!(said.starts_with(&expected), "{said}");
    }
    let said = refused(&["decode"], &[("VAULT_MOCK_DECODE_AT", "x")]);
    assert!(said.contains("for 'VAULT_MOCK_DECODE_AT': "), "{said}");
    let said = refused(
        &["serve", "--rate-limit", "x"],
        &[("VAULT_MOCK_RATE_LIMIT", "x")],
    );
    assert!(said.contains("'x' for '--rate-limit <"), "{said}");
    // A flag that wins over the variable is named as one.
    let said = refused(
        &["config", "check", "--api-key", "BAD KEY"],
        &[("VAULT_MOCK_API_KEY", "KEY")],
    );
    assert!(said.starts_with("vault-mock: --api-key: "), "{said}");
}
