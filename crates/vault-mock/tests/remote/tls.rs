use vault_mock::{RemoteVault, Tls, VaultServer};

use crate::request;

#[tokio::test]
async fn a_mock_under_tls_is_trusted_by_its_authority() {
    let server = VaultServer::builder()
        .tls(Tls::generated())
        .start()
        .await
        .unwrap();
    let uri = server.uri();
    let pem = server.ca_pem().unwrap();
    let vault = RemoteVault::connect(uri).ca_pem(pem).await.unwrap();
    vault
        .create_session(&request("app", "c"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(vault.journal().len().await.unwrap(), 1);

    let error = RemoteVault::connect(uri).await.unwrap_err().to_string();
    assert_eq!(
        error,
        format!("{uri} needs TLS: say with `.ca_pem(..)` whose certificates to trust")
    );
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        let error = RemoteVault::connect(uri)
            .ca_pem(pem)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("no certificate of an authority can be read"),
            "{error}"
        );
    }
    let other = Tls::generated();
    let stranger = RemoteVault::connect(uri).ca_pem(other.ca_pem().unwrap());
    let error = stranger.await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    let plain = uri.replace("https", "http");
    assert!(RemoteVault::connect(plain).await.unwrap_err().is_connect());
}
