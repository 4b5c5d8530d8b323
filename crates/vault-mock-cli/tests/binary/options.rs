//! Each flag by itself, its variable, and its key in the file.

use vault_mock::{Secret, Setting};

use crate::program::{Serving, body, directory, each_way, file, finish, program, run, token_in};

pub(crate) type InForce = fn(&Serving) -> bool;

/// Whether a body is taken.
fn takes(mock: &Serving, body: &str) -> bool {
    mock.create_with(mock.key(), body)
        .starts_with("HTTP/1.1 200 ")
}

/// The list of connections with a token and some other headers.
fn lists_with(mock: &Serving, headers: &str) -> String {
    let token = token_in(&mock.create(mock.key(), "app"));
    mock.call(&format!(
        "GET /vault/connections HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\n{headers}\r\n"
    ))
}

/// Flag, value, and how to see that it is in force.
pub(crate) const OPTIONS: [(&str, &str, InForce); 40] = [
    ("developer-corner", "false", |mock| {
        mock.settings()["developer_corner"] == false
    }),
    ("external-images", "true", |mock| {
        mock.settings()["external_images"] == true
    }),
    ("api-key", "KEY", |mock| {
        mock.create("KEY", "app").starts_with("HTTP/1.1 200 ")
    }),
    ("app-id", "only", |mock| {
        let key = mock.key();
        mock.create(key, "only").starts_with("HTTP/1.1 200 ")
            && mock.create(key, "app").starts_with("HTTP/1.1 401 ")
    }),
    ("secret", "SECRET", |mock| {
        let token = token_in(&mock.create(mock.key(), "app"));
        run(&["decode", "--secret", "SECRET"], &token)
            .status
            .success()
    }),
    ("secret-seed", "7", |mock| {
        let token = token_in(&mock.create(mock.key(), "app"));
        let secret = Secret::from_seed(7);
        let secret = str::from_utf8(secret.expose_secret()).unwrap();
        run(&["decode", "--secret", secret], &token)
            .status
            .success()
    }),
    ("former-secret", "BEFORE", |mock| {
        let issue = ["issue", "--app-id", "a", "--consumer-id", "c", "--secret"];
        let issued = run(&[&issue[..], &["BEFORE"]].concat(), "");
        mock.connections(issued.stdout.trim())
            .starts_with("HTTP/1.1 200 ")
    }),
    ("api-base", "https://api.test", |mock| {
        let token = token_in(&mock.create(mock.key(), "app"));
        let listed = body(&mock.connections(&token));
        let url = listed["data"][0]["authorize_url"].as_str().unwrap();
        url.starts_with("https://api.test/vault/authorize/")
    }),
    ("issued-at-tolerance", "5", |mock| {
        mock.settings()["issued_at_tolerance"] == 5.0
    }),
    ("expiry-rule", "leeway=5", |mock| {
        mock.settings()["expiry_rule"] == "leeway=5"
    }),
    ("default-session-length", "2h", |mock| {
        let token = token_in(&mock.create(mock.key(), "app"));
        let decoded = run(&["decode"], &token).stdout;
        let claims: serde_json::Value = serde_json::from_str(&decoded).unwrap();
        let time = |name: &str| claims["claims"][name].as_u64().unwrap();
        time("exp") - time("iat") == 7_200
    }),
    ("long-sessions", "accepted", |mock| {
        takes(mock, r#"{"settings":{"session_length":"8d"}}"#)
    }),
    ("unknown-names", "true", |mock| {
        takes(
            mock,
            r#"{"settings":{"allow_actions":["fly"],"unified_apis":["air"]}}"#,
        )
    }),
    ("null-body", "true", |mock| takes(mock, "null")),
    ("byte-order-mark", "true", |mock| takes(mock, "\u{feff}{}")),
    ("any-content-type", "true", |mock| {
        let key = mock.key();
        let request = format!(
            "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\
             content-length: 2\r\nauthorization: Bearer {key}\r\nx-apideck-app-id: app\r\n\
             x-apideck-consumer-id: c\r\n\r\n{{}}"
        );
        mock.call(&request).starts_with("HTTP/1.1 200 ")
    }),
    ("bare-tokens", "true", |mock| {
        lists_with(mock, "").starts_with("HTTP/1.1 200 ")
    }),
    ("foreign-ids", "true", |mock| {
        lists_with(
            mock,
            "x-apideck-auth-type: JWT\r\nx-apideck-consumer-id: d\r\n",
        )
        .starts_with("HTTP/1.1 200 ")
    }),
    ("scope-claims", "false", |mock| {
        let token = token_in(&mock.create(mock.key(), "app"));
        !run(&["decode"], &token).stdout.contains("scopes")
    }),
    ("concealed-methods", "true", |mock| {
        mock.get("/vault/sessions").starts_with("HTTP/1.1 404 ")
    }),
    ("schema-fault", "422", |mock| {
        mock.create_with(mock.key(), r#"{"unknown":1}"#)
            .starts_with("HTTP/1.1 422 ")
    }),
    ("oauth-provider", "refuses=server_error", |mock| {
        mock.settings()["oauth_provider"] == "refuses=server_error"
    }),
    ("oauth-confirmation", "false", |mock| {
        mock.settings()["oauth_confirmation"] == false
    }),
    ("public-base", "https://vault.test", |mock| {
        let answer = mock.create(mock.key(), "app");
        answer.contains("\"https://vault.test/session/")
    }),
    ("frozen-at", "1970-01-01T00:01:00Z", |mock| {
        let clock = body(&mock.get("/__vault_mock/clock"));
        clock["unix_seconds"] == 60 && clock["scale"] == 0
    }),
    ("clock-scale", "60", |mock| {
        body(&mock.get("/__vault_mock/clock"))["scale"] == 60
    }),
    ("faults", "status=503; times=2, ok", |mock| {
        let key = mock.key();
        let answers = [(); 3].map(|()| mock.create(key, "app"));
        answers[0].starts_with("HTTP/1.1 503 ")
            && answers[1].starts_with("HTTP/1.1 503 ")
            && answers[2].starts_with("HTTP/1.1 200 ")
    }),
    ("directives", "false", |mock| {
        let with = "GET /vault/sessions HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\
                    x-vault-mock: status=503\r\n\r\n";
        mock.call(with).starts_with("HTTP/1.1 405 ")
    }),
    ("validation", "lenient", |mock| {
        mock.create_with(mock.key(), r#"{"unknown":1}"#)
            .starts_with("HTTP/1.1 200 ")
    }),
    ("session-length-dialect", "ms", |mock| {
        let key = mock.key();
        let body = r#"{"settings":{"session_length":"2 hours"}}"#;
        mock.create_with(key, body).starts_with("HTTP/1.1 200 ")
    }),
    ("enforce-actions", "true", |mock| {
        let key = mock.key();
        let created = mock.create_with(key, r#"{"settings":{"allow_actions":[]}}"#);
        let token = token_in(&created);
        let delete = format!(
            "DELETE /vault/connections/crm/salesforce HTTP/1.1\r\nhost: mock\r\n\
             connection: close\r\nauthorization: Bearer {token}\r\n\
             x-apideck-auth-type: JWT\r\n\r\n"
        );
        mock.call(&delete).starts_with("HTTP/1.1 403 ")
    }),
    ("request-limit", "1", |mock| {
        let key = mock.key();
        mock.create(key, "app").starts_with("HTTP/1.1 200 ")
            && mock.create(key, "app").starts_with("HTTP/1.1 402 ")
    }),
    ("rate-limit", "1/minute", |mock| {
        let key = mock.key();
        mock.create(key, "app").starts_with("HTTP/1.1 200 ")
            && mock.create(key, "app").starts_with("HTTP/1.1 429 ")
    }),
    ("tls", "true", |mock| {
        mock.announced["url"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    }),
    ("body-limit", "10", |mock| {
        let request = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\
                       content-length: 11\r\n\r\n12345678901";
        mock.call(request).starts_with("HTTP/1.1 413 ")
    }),
    ("journal-capacity", "1", |mock| {
        mock.get("/health");
        mock.get("/health");
        body(&mock.get("/__vault_mock/journal"))["dropped"] == 1
    }),
    ("changed-consumers", "1", |mock| {
        let state = |consumer: &str| {
            let of = format!("/__vault_mock/connections?app_id=app&consumer_id={consumer}");
            let listed = body(&mock.get(&of));
            let mut all = listed["connections"].as_array().unwrap().iter();
            all.find(|one| one["id"] == "crm+salesforce").unwrap()["state"].clone()
        };
        let before = state("a");
        for consumer in ["a", "b"] {
            let change = format!(
                r#"{{"app_id":"app","consumer_id":"{consumer}","id":"crm+salesforce","change":"refuse"}}"#
            );
            let changed = mock.call(&format!(
                "POST /__vault_mock/connections/change HTTP/1.1\r\nhost: localhost\r\n\
                 connection: close\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n{change}",
                change.len()
            ));
            assert!(changed.starts_with("HTTP/1.1 200 "), "{changed}");
        }
        state("b") != before && state("a") == before
    }),
    ("admin", "false", |mock| {
        mock.get("/__vault_mock/clock").starts_with("HTTP/1.1 404 ")
    }),
    ("admin-token", "TOKEN", |mock| {
        let with = "GET /__vault_mock/clock HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                    x-vault-mock-token: TOKEN\r\n\r\n";
        mock.get("/__vault_mock/clock").starts_with("HTTP/1.1 401 ")
            && mock.call(with).starts_with("HTTP/1.1 200 ")
    }),
    ("admin-host", "vault.test", |mock| {
        let with =
            "GET /__vault_mock/clock HTTP/1.1\r\nhost: vault.test\r\nconnection: close\r\n\r\n";
        mock.call(with).starts_with("HTTP/1.1 200 ")
    }),
];

#[test]
fn each_works_as_flag_as_variable_and_in_the_file() {
    for (name, value, in_force) in OPTIONS {
        for mut command in each_way(name, value) {
            assert!(in_force(&Serving::spawn(&mut command)), "{command:?}");
        }
    }
}

/// Those that only `serve` has, and that other tests are about.
const ELSEWHERE: [&str; 15] = [
    "addr",
    "port-file",
    "ca-out",
    "tls-names",
    "tls-certificate",
    "tls-key",
    "drain",
    "drain-delay",
    "log-level",
    "log-format",
    "config",
    "api-key-file",
    "secret-file",
    "former-secret-file",
    "admin-token-file",
];

#[test]
fn no_flag_is_forgotten_here() {
    let help = run(&["serve", "--help"], "").stdout;
    for flag in help
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--"))
    {
        let name = flag.split(' ').next().unwrap();
        let is_known =
            OPTIONS.iter().any(|(known, ..)| *known == name) || ELSEWHERE.contains(&name);
        assert!(is_known, "--{name}");
    }
    for setting in Setting::all() {
        let name = setting.name().replace('_', "-");
        assert!(OPTIONS.iter().any(|(known, ..)| *known == name), "{name}");
        let variable = format!("[env: VAULT_MOCK_{}]", setting.name().to_uppercase());
        assert!(help.contains(&variable), "{variable}");
    }
}

#[test]
fn a_flag_wins_over_the_variable_of_what_it_excludes() {
    let secret = file("sibling-secret", "FILE\n");
    let accepts = |key: &str, mock: &Serving| mock.create(key, "app").starts_with("HTTP/1.1 200 ");
    let start = |variable: (&str, &str), arguments: &[&str]| {
        let mut command = program();
        command
            .args(["serve", "--addr", "127.0.0.1:0"])
            .args(arguments);
        Serving::spawn(command.env(variable.0, variable.1))
    };
    let mock = start(
        ("VAULT_MOCK_API_KEY", "VARIABLE"),
        &["--api-key-file", &secret],
    );
    assert!(accepts("FILE", &mock));
    let mock = start(("VAULT_MOCK_API_KEY_FILE", &secret), &["--api-key", "FLAG"]);
    assert!(accepts("FLAG", &mock));
    for variable in [
        ("VAULT_MOCK_SECRET_SEED", "7"),
        ("VAULT_MOCK_SECRET_FILE", &*secret),
    ] {
        let mock = start(variable, &["--api-key", "KEY", "--secret", "FLAG"]);
        let token = token_in(&mock.create("KEY", "app"));
        let mut decode = program();
        decode
            .args(["decode", "--secret", "FLAG"])
            .env(variable.0, variable.1);
        assert!(finish(&mut decode, &token).status.success());
    }
    start(
        ("VAULT_MOCK_ADMIN_TOKEN_FILE", &secret),
        &["--admin-token", "FLAG"],
    );
    start(
        ("VAULT_MOCK_FORMER_SECRET_FILE", &secret),
        &["--former-secret", "FLAG"],
    );
    let mut issue = program();
    issue.args([
        "issue",
        "--secret",
        "S",
        "--app-id",
        "a",
        "--consumer-id",
        "c",
    ]);
    issue
        .args(["--session-length", "30m"])
        .env("VAULT_MOCK_BODY", "/no/such/file");
    assert!(finish(&mut issue, "").status.success());
    // A variable wins over the file in the same way.
    let config = file(
        "sibling-config",
        "addr = '127.0.0.1:0'\napi-key = 'CONFIG'\n",
    );
    let mut command = program();
    command.args(["serve", "--config", &config]);
    let mock = Serving::spawn(command.env("VAULT_MOCK_API_KEY_FILE", &secret));
    assert!(accepts("FILE", &mock));
}

#[test]
fn a_flag_without_tls_wins_over_what_tls_would_need() {
    let config = file(
        "no-tls-config",
        "addr = '127.0.0.1:0'\ntls = true\ntls-names = ['vault.test']\n",
    );
    for flag in [&["--tls", "false"][..], &["--tls=false"]] {
        for sources in [&["VAULT_MOCK_TLS_NAMES"][..], &["VAULT_MOCK_CONFIG"], &[]] {
            let mut command = program();
            command.args(["serve", "--addr", "127.0.0.1:0"]).args(flag);
            for source in sources {
                let value = match *source {
                    "VAULT_MOCK_CONFIG" => &*config,
                    _ => "vault.test",
                };
                command.env("VAULT_MOCK_TLS", "true").env(source, value);
            }
            let mock = Serving::spawn(&mut command);
            let url = mock.announced["url"].as_str().unwrap();
            assert!(url.starts_with("http://"), "{sources:?}: {url}");
        }
    }
    // In one place, one of the two is a mistake.
    let both = ["config", "check", "--tls", "false", "--tls-names", "a.test"];
    let refused = run(&both, "");
    assert!(refused.stderr.contains("--tls-names needs --tls true"));
}

#[test]
fn an_empty_variable_is_unset() {
    let names = OPTIONS.iter().map(|(name, ..)| *name).chain(ELSEWHERE);
    let mut command = program();
    command.args(["serve", "--addr", "127.0.0.1:0"]);
    for name in names {
        let variable = format!("VAULT_MOCK_{}", name.replace('-', "_").to_uppercase());
        command.env(variable, "");
    }
    let mock = Serving::spawn(&mut command);
    let names: Vec<_> = mock.announced.as_object().unwrap().keys().collect();
    assert_eq!(names, ["api_key", "secret", "url"]);
}

#[test]
fn a_variable_of_no_flag_is_told_with_the_nearest() {
    let for_others = [
        ("VAULT_MOCK_URL", "http://vault-mock"),
        ("VAULT_MOCK_PROGRAM", "/bin/vault-mock"),
        ("VAULT_MOCK_SERVICE_HOST", "10.0.0.1"),
        ("VAULT_MOCK_SERVICE_PORT_HTTP", "8080"),
        ("VAULT_MOCK_PORT", "tcp://10.0.0.1:8080"),
        ("VAULT_MOCK_PORT_8080_TCP_ADDR", "10.0.0.1"),
        // These are of other commands, or unset.
        ("VAULT_MOCK_DECODE_AT", "now"),
        ("VAULT_MOCK_HEALTHCHECK_TIMEOUT", "3"),
        ("VAULT_MOCK_ADRR", ""),
    ];
    let mut command = program();
    command.args(["config", "check"]).envs(for_others);
    assert_eq!(finish(&mut command, "").stderr, "");
    command.env("VAULT_MOCK_PORT", "8080");
    command.env("VAULT_MOCK_APIKEY", "KEY");
    let expected = [
        "VAULT_MOCK_APIKEY is ignored: did you mean VAULT_MOCK_API_KEY?",
        "VAULT_MOCK_PORT is ignored: did you mean VAULT_MOCK_ADDR?",
    ];
    let checked = finish(&mut command, "");
    assert!(checked.status.success());
    let lines = expected.map(|line| format!("vault-mock: {line}\n"));
    assert_eq!(checked.stderr, lines.concat());

    let mut command = program();
    command.args(["serve", "--addr", "192.0.2.1:9"]);
    let log = finish(command.env("VAULT_MOCK_APIKEY", "KEY"), "").stderr;
    assert!(log.contains("WARN") && log.contains(expected[0]), "{log}");
}

#[test]
fn times_and_addresses_are_read_as_people_write_them() {
    for time in ["1970-01-01T01:01:00+01:00", "1970-01-01t00:01:00.0z", "60"] {
        let mock = Serving::start(&["--frozen-at", time]);
        let clock = body(&mock.get("/__vault_mock/clock"));
        assert_eq!(clock["unix_seconds"], 60, "{time}");
    }
    for (flag, addr) in [("--addr", "0"), ("--addr", "localhost:0"), ("--port", "0")] {
        let mock = Serving::spawn(program().args(["serve", flag, addr]));
        assert!(mock.address().starts_with("127.0.0.1:"), "{addr}");
        let (_, port) = mock.address().split_once(':').unwrap();
        assert!(run(&["healthcheck", flag, port], "").status.success());
    }
    let config = file("port-alone", "addr = 0");
    Serving::spawn(program().args(["serve", "--config", &config]));
    let finished = run(&["serve", "--addr", ":8080"], "");
    assert!(
        finished
            .stderr
            .contains("127.0.0.1:8080 for this machine alone"),
        "{}",
        finished.stderr
    );
}

#[test]
fn the_expiry_rule_is_in_force() {
    // `decode` and `serve` read the same rule in the same way.
    let issue = [
        "issue",
        "--secret",
        "S",
        "--app-id",
        "a",
        "--consumer-id",
        "c",
    ];
    let issued = run(&[&issue[..], &["--issued-at", "0"]].concat(), "");
    let token = issued.stdout.trim();
    for (rule, good) in [("rfc7519", false), ("inclusive", true), ("leeway=1", true)] {
        let decode = [
            "decode",
            "--secret",
            "S",
            "--at",
            "3600",
            "--expiry-rule",
            rule,
        ];
        assert_eq!(run(&decode, token).status.success(), good, "{rule}");
    }
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let config = file(
        "precedence",
        "addr = \"127.0.0.1:0\"\napi-key = \"FILE\"\napp-id = \"file\"\n",
    );
    let mut command = program();
    command.args(["serve", "--config", &config]);
    let accepts =
        |serving: &Serving, key: &str| serving.create(key, "file").starts_with("HTTP/1.1 200 ");
    assert!(accepts(&Serving::spawn(&mut command), "FILE"));
    command.env("VAULT_MOCK_API_KEY", "VARIABLE");
    assert!(accepts(&Serving::spawn(&mut command), "VARIABLE"));
    command.args(["--api-key", "FLAG"]);
    assert!(accepts(&Serving::spawn(&mut command), "FLAG"));
    // The name of the file can be a variable, too.
    let mut command = program();
    command.arg("serve").env("VAULT_MOCK_CONFIG", &config);
    assert!(accepts(&Serving::spawn(&mut command), "FILE"));
}

#[test]
fn bad_values_are_named_and_secrets_not_repeated() {
    let large = file("large-secret", "x".repeat(64 * 1024 + 1));
    let missing = directory("missing-file")
        .join("key")
        .into_os_string()
        .into_string()
        .unwrap();
    for (arguments, message) in [
        (&["--api-key", "BAD VALUE"][..], "vault-mock: --api-key: invalid API key: byte 3 is 0x20".to_owned()),
        (&["--app-id", ""], "error: invalid value '' for '--app-id <APP>': invalid app ID: it is empty".to_owned()),
        (&["--secret", ""], "vault-mock: --secret: invalid secret: it is empty".to_owned()),
        (&["--admin-token", "BAD VALUE"], "vault-mock: --admin-token: invalid API key: byte 3 is 0x20".to_owned()),
        (&["--addr", "nowhere"], "error: invalid value 'nowhere' for '--addr <ADDR>'".to_owned()),
        (&["--frozen-at", "2026"], "vault-mock: cannot listen".to_owned()),
        (&["--frozen-at", "then"], "error: invalid value 'then' for '--frozen-at <TIME>': write `now`, a time such as 2026-01-01T00:00:00Z, or seconds since 1970".to_owned()),
        (&["--expiry-rule", "leeway"], "error: invalid value 'leeway' for '--expiry-rule <RULE>': write rfc7519, inclusive, or leeway=SECONDS\n\nFor more information, try '--help'.\n".to_owned()),
        (&["--log-level", "loud"], "error: invalid value 'loud' for '--log-level <LEVEL>'".to_owned()),
        (&["--admin", "yes"], "error: invalid value 'yes' for '--admin <true|false>'".to_owned()),
        (&["--admin-host", "mock:8080"], "error: invalid value 'mock:8080' for '--admin-host <HOST>': write the name alone, without scheme and port, such as vault.test".to_owned()),
        (&["--admin-host", ""], "error: invalid value '' for '--admin-host <HOST>': write the name".to_owned()),
        (&["--rate-limit", "60/min"], "error: invalid value '60/min' for '--rate-limit <LIMIT>': write 60/second, 60/minute or 60/hour\n".to_owned()),
        (&["--public-base", "vault.test"], "error: invalid value 'vault.test' for '--public-base <URL>': scheme or host is missing; write it like `https://vault.test`\n".to_owned()),
        (&["--drain", "-1"], "error: ".to_owned()),
        (&["--drain-delay", "soon"], "error: invalid value 'soon' for '--drain-delay <SECONDS>': write a whole number".to_owned()),
        (&["--secret", "SECRET", "--secret-file", &large], "vault-mock: give either --secret or --secret-file".to_owned()),
        (&["--secret-file", &large], format!("vault-mock: --secret-file: no secret in {large}: it is larger than 64 KiB")),
        (&["--api-key-file", &missing], format!("vault-mock: --api-key-file: no secret in {missing}: there is no such file")),
    ] {
        // An address that nobody can listen on ends those that start well.
        let addr = ["serve", "--addr", "192.0.2.1:9"];
        let addr = if arguments[0] == "--addr" { &addr[..1] } else { &addr[..] };
        let finished = finish(program().args(addr).args(arguments), "");
        assert!(!finished.status.success(), "{arguments:?}");
        assert!(finished.stderr.starts_with(&message), "{arguments:?}: {}", finished.stderr);
        for secret in ["BAD VALUE", "SECRET"] {
            assert!(!finished.stderr.contains(secret), "{}", finished.stderr);
        }
    }
}
