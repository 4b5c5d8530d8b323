//! The client and the mock over TLS, under the mock's own authority.

use vault_mock::{Tls, VaultServer};
use vault_sessions::{AppId, ConsumerId, CreateSession};
use vault_sessions_client::{Client, ClientBuilder, RetryPolicy};

fn request() -> CreateSession {
    CreateSession::builder()
        .app_id(const { AppId::from_static("app") })
        .consumer_id(const { ConsumerId::from_static("consumer") })
        .build()
}

async fn mock(names: &[&str]) -> VaultServer {
    let tls = Tls::generated_for(names.iter().copied()).unwrap();
    VaultServer::builder().tls(tls).start().await.unwrap()
}

fn client(vault: &VaultServer) -> ClientBuilder {
    Client::builder()
        .api_key(vault.api_key().clone())
        .base_uri(vault.uri().parse().unwrap())
        .retry(RetryPolicy::never())
        .only_added_roots()
}

#[tokio::test]
async fn sessions_are_created_under_the_mocks_authority_over_both_versions_of_http() {
    let vault = mock(&["127.0.0.1"]).await;
    for http2 in [false, true] {
        let client = client(&vault)
            .root_certificates(vault.ca_pem().unwrap())
            .http2(http2)
            .build()
            .unwrap();
        for _ in 0..3 {
            let created = client.create_session(&request()).await.unwrap();
            assert!(vault.verify(created.token()).is_ok());
        }
    }
    assert_eq!(vault.journal().requests().len(), 6);
}

#[tokio::test]
async fn another_authority_and_another_name_are_refused_before_anything_is_sent() {
    let vault = mock(&["127.0.0.1"]).await;
    let other = mock(&["127.0.0.1"]).await;
    let elsewhere = mock(&["vault.example"]).await;
    for client in [
        client(&vault).root_certificates(other.ca_pem().unwrap()),
        client(&elsewhere).root_certificates(elsewhere.ca_pem().unwrap()),
    ] {
        let client = client.build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(error.is_connect() && error.is_tls(), "{error:?}");
        assert!(!error.may_have_reached_server());
    }
    for vault in [vault, elsewhere] {
        assert!(vault.journal().requests().is_empty());
    }
}
