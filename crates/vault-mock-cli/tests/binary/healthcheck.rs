use std::{fs, net::TcpListener};

use vault_mock::{Tls, VaultServer};

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
    assert_eq!(
        finished.stderr,
        format!(
            "vault-mock: {address}: nothing listens there: start `vault-mock serve`, or give --addr \
             the address that it has\n"
        )
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
    let empty = file("healthcheck-empty", "");
    assert_eq!(
        check(&empty).stderr,
        format!("vault-mock: --cacert: {empty}: the file has no certificate\n")
    );
}

#[test]
fn reads_the_file_and_the_variables_of_serve() {
    let directory = directory("healthcheck-config");
    let path = |name: &str| {
        let path = directory.join(name);
        path.into_os_string().into_string().unwrap()
    };
    let (port, ca, config) = (path("port"), path("ca.pem"), path("vault-mock.toml"));
    let check = |config: &str, arguments: &[&str]| {
        run(
            &[&["healthcheck", "--config", config], arguments].concat(),
            "",
        )
    };
    let content = format!("addr = '0.0.0.0:0'\nport-file = '{port}'\ntls = true\nca-out = '{ca}'");
    fs::write(&config, &content).unwrap();
    let serving = Serving::spawn(program().args(["serve", "--config", &config]));
    let up = check(&config, &[]);
    assert!(up.status.success(), "{}", up.stderr);

    let mut by_variables = program();
    by_variables.arg("healthcheck").envs([
        ("VAULT_MOCK_ADDR", "0.0.0.0:0"),
        ("VAULT_MOCK_PORT_FILE", &port),
        ("VAULT_MOCK_TLS", "true"),
        ("VAULT_MOCK_CA_OUT", &ca),
    ]);
    let up = finish(&mut by_variables, "");
    assert!(up.status.success(), "{}", up.stderr);

    // A flag wins over the file: the mock does not speak plain HTTP.
    assert!(!check(&config, &["--tls", "false"]).status.success());
    drop(serving);
    let down = check(&config, &[]);
    assert!(!down.status.success());

    for (content, message) in [
        (
            "addr = '127.0.0.1:0'",
            "CONFIG:1:8: port 0 stands for any: give --port-file, or another `addr`",
        ),
        (
            "addr = '127.0.0.1:9'\ntls = true",
            "TLS needs --cacert: whom to trust",
        ),
        (
            "\naddr = true",
            "CONFIG:2:8: write an IP address and a port such as 127.0.0.1:8080 or [::1]:8080, localhost:8080, or a port such as 8080",
        ),
    ] {
        fs::write(&config, content).unwrap();
        let refused = check(&config, &[]);
        let message = message.replace("CONFIG", &config);
        assert_eq!(refused.stderr, format!("vault-mock: {message}\n"));
    }
    let no_port = file("healthcheck-port", "0\n");
    assert_eq!(
        run(
            &[
                "healthcheck",
                "--addr",
                "127.0.0.1:0",
                "--port-file",
                &no_port
            ],
            ""
        )
        .stderr,
        format!("vault-mock: --port-file: {no_port}: it holds no port\n")
    );
}

#[test]
fn asks_for_the_name_of_a_certificate_without_addresses() {
    let tls = Tls::generated_for(["vault.test"]).unwrap();
    let ca = file("healthcheck-name", tls.ca_pem().unwrap());
    let mock = VaultServer::builder().tls(tls).start_blocking().unwrap();
    let address = mock.uri().strip_prefix("https://").unwrap().to_owned();
    let check = |arguments: &[&str]| {
        let given = ["healthcheck", "--addr", &address, "--cacert", &ca];
        run(&[&given, arguments].concat(), "")
    };
    let named = check(&["--server-name", "vault.test"]);
    assert!(named.status.success(), "{}", named.stderr);
    for arguments in [&[][..], &["--server-name", "other.test"]] {
        let refused = check(arguments);
        assert!(!refused.status.success());
        assert!(refused.stderr.contains("certificate"), "{}", refused.stderr);
    }
    let recorded = mock.journal().last().unwrap();
    assert_eq!(
        recorded.header("host").as_deref(),
        Some(&*address.replace("127.0.0.1", "vault.test"))
    );

    let plain = run(
        &[
            "healthcheck",
            "--addr",
            &address,
            "--server-name",
            "vault.test",
        ],
        "",
    );
    assert_eq!(
        plain.stderr,
        "vault-mock: --server-name needs --cacert, or --tls true\n"
    );
    let bad = check(&["--server-name", "not a name"]);
    assert!(bad.stderr.contains("--server-name"), "{}", bad.stderr);
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
