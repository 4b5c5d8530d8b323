//! Which certificate the mock shows; `healthcheck` is the client that looks at it.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::program::{Finished, Serving, directory, file, program, run};

/// Asks a mock for the certificate of a name, under an authority.
fn check(serving: &Serving, ca: &str, name: &str) -> Finished {
    let url = serving.announced["url"].as_str().unwrap();
    let address = url.strip_prefix("https://").unwrap();
    let arguments = ["healthcheck", "--addr", address, "--cacert", ca];
    run(&[&arguments[..], &["--server-name", name]].concat(), "")
}

#[test]
fn a_certificate_is_made_for_the_names_that_are_given() {
    let ca = directory("tls-names").join("ca.pem");
    let ca = ca.to_str().unwrap();
    let tls = ["--tls", "true", "--ca-out", ca];
    let flag = [&tls[..], &["--tls-names", "vault.test,10.1.2.3"]].concat();
    let content = format!(
        "addr = '127.0.0.1:0'\ntls = true\nca-out = '{ca}'\ntls-names = ['vault.test', '10.1.2.3']"
    );
    let config = file("tls-names-config", content);
    let by_flag = || Serving::start(&flag);
    let by_variable = || {
        let mut command = program();
        command.args(["serve", "--addr", "127.0.0.1:0"]).args(tls);
        Serving::spawn(command.env("VAULT_MOCK_TLS_NAMES", "vault.test,10.1.2.3"))
    };
    let by_file = || Serving::spawn(program().args(["serve", "--config", &config]));
    for start in [&by_flag as &dyn Fn() -> Serving, &by_variable, &by_file] {
        let serving = start();
        for (name, good) in [
            ("vault.test", true),
            ("10.1.2.3", true),
            ("localhost", false),
        ] {
            let finished = check(&serving, ca, name);
            assert_eq!(
                finished.status.success(),
                good,
                "{name}: {}",
                finished.stderr
            );
        }
    }
}

#[test]
fn a_certificate_can_be_brought_along() {
    let [ca, chain, key] = own_certificate("tls-own");
    let config = file(
        "tls-own-config",
        format!("addr = '127.0.0.1:0'\ntls = true\ntls-certificate = '{chain}'\ntls-key = '{key}'"),
    );
    let serving = Serving::spawn(program().args(["serve", "--config", &config]));
    let finished = check(&serving, &ca, "own.test");
    assert!(finished.status.success(), "{}", finished.stderr);
    assert!(!check(&serving, &ca, "localhost").status.success());
}

#[test]
fn what_does_not_go_together_is_told_before_anything_starts() {
    let [_, chain, key] = own_certificate("tls-mistakes");
    let [_, _, other] = own_certificate("tls-other");
    let nothing = file("tls-nothing", "PRIVATE");
    for (content, message) in [
        (
            "tls-names = ['a.test']".to_owned(),
            "1:13: `tls-names` needs --tls true",
        ),
        (
            "tls = false\nca-out = 'ca.pem'".to_owned(),
            "2:10: `ca-out` needs `tls` true",
        ),
        (
            format!("tls-certificate = '{chain}'"),
            "1:19: `tls-certificate` needs --tls true",
        ),
        (
            format!("tls = true\ntls-key = '{key}'"),
            "2:11: give both --tls-certificate and `tls-key`",
        ),
        (
            format!("tls = true\nca-out = 'a'\ntls-certificate = '{chain}'\ntls-key = '{key}'"),
            "2:10: `ca-out` is for a certificate that is made at the start, not for `tls-certificate`",
        ),
        (
            format!("tls = true\ntls-certificate = '{chain}'\ntls-key = '{other}'"),
            "2:19: `tls-certificate` and `tls-key`: ",
        ),
        (
            format!("tls = true\ntls-certificate = '{chain}'\ntls-key = '{nothing}'"),
            "2:19: `tls-certificate` and `tls-key`: ",
        ),
        (
            format!("tls = true\ntls-certificate = '{nothing}.none'\ntls-key = '{key}'"),
            "2:19: `tls-certificate`: ",
        ),
        (
            "tls = true\ntls-names = ['\u{e9}.test']".to_owned(),
            "2:13: `tls-names`: ",
        ),
        (
            "tls = true\ntls-names = ['*.mock.test', 'mock:8080']".to_owned(),
            "2:13: `tls-names`: invalid host name `mock:8080`: write the name alone",
        ),
    ] {
        let config = file("tls-mistakes-config", &content);
        let finished = run(&["config", "check", "--config", &config], "");
        assert!(!finished.status.success(), "{content}");
        let expected = format!("vault-mock: {config}:{message}");
        assert!(
            finished.stderr.starts_with(&expected),
            "{content}: {}",
            finished.stderr
        );
        assert!(!finished.stderr.contains("PRIVATE"), "{}", finished.stderr);
    }
    let tenant = file(
        "tls-tenant",
        "[[tenants]]\napp-id = 'a'\ntls-key = 'key.pem'",
    );
    let finished = run(&["config", "check", "--config", &tenant], "");
    assert!(
        finished
            .stderr
            .contains("`tls-key` belongs to the whole server")
    );
}

/// Files with an authority, a certificate for `own.test` under it, and the key of that.
fn own_certificate(test: &str) -> [String; 3] {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let ca = authority.self_signed(&key).unwrap().pem();
    let authority = Issuer::new(authority, key);
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["own.test".to_owned()]).unwrap();
    let certificate = server.signed_by(&key, &authority).unwrap().pem();
    let directory = directory(test);
    [
        ("ca.pem", ca),
        ("chain.pem", certificate),
        ("key.pem", key.serialize_pem()),
    ]
    .map(|(name, content)| {
        let path = directory.join(name);
        fs::write(&path, content).unwrap();
        path.into_os_string().into_string().unwrap()
    })
}
