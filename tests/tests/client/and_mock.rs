//! The client and the emulator together, over a socket and without one.

use http::StatusCode;
use hyper_util::{client::legacy, rt::TokioExecutor};
use vault_mock::{
    Tls, Vault, VaultServer,
    fault::{Fault, ok},
};
use vault_sessions::{Action, ApiKey, AppId, ConsumerId, CreateSession, Detail, Session, Settings};
use vault_sessions_client::{BaseUri, Client, ClientBuilder, RetryPolicy};

fn client(vault: &VaultServer) -> ClientBuilder {
    Client::builder()
        .api_key(vault.api_key().clone())
        .base_uri(BaseUri::new(vault.uri()).unwrap())
}

fn request(session: Session) -> CreateSession {
    CreateSession::builder()
        .app_id("app".parse::<AppId>().unwrap())
        .consumer_id("consumer".parse::<ConsumerId>().unwrap())
        .session(session)
        .build()
}

#[tokio::test]
async fn a_session_is_created_over_a_socket() {
    let vault = VaultServer::start().await;
    let settings = Settings::builder().allow_actions(Action::Delete).build();
    let request = request(Session::builder().settings(settings).build());
    let created = client(&vault)
        .build()
        .unwrap()
        .create_session(&request)
        .await
        .unwrap();

    assert_eq!(created.session().status_code(), 200);
    assert_eq!(created.headers()["content-type"], "application/json");
    let token = created.token().expose_secret();
    assert_eq!(
        created.uri().expose_secret(),
        format!("{}/session/{token}", vault.uri())
    );
    assert!(vault.authorize(created.token(), Action::Delete).is_ok());
    assert!(vault.authorize(created.token(), Action::Disable).is_err());
    assert_eq!(vault.journal().last().unwrap().body(), request.body());
}

#[tokio::test]
async fn a_wrong_key_is_unauthorized_in_the_words_of_the_service() {
    let vault = VaultServer::start().await;
    let client = client(&vault)
        .api_key(ApiKey::new("WRONGKEY").unwrap())
        .build()
        .unwrap();
    let error = client
        .create_session(&request(Session::default()))
        .await
        .unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(
        error.to_string(),
        "the service answered 401 Unauthorized: UnauthorizedError: Unauthorized Request: Invalid \
         Authorization Token; check the API key, and that it belongs to the app ID"
    );
    let body = error.api_error().unwrap().error_body().unwrap();
    assert_eq!(
        body.detail,
        Some(Detail::Text("Invalid Authorization Token".to_owned()))
    );
    assert!(!format!("{error:?}").contains("WRONGKEY"));
}

#[tokio::test]
async fn an_unknown_app_is_unauthorized_and_a_strange_member_invalid() {
    let app = AppId::from_static("another");
    let vault = VaultServer::builder().app_id(app).start().await.unwrap();
    let other_app = client(&vault).build().unwrap();
    let error = other_app
        .create_session(&request(Session::default()))
        .await
        .unwrap_err();
    assert!(error.is_unauthorized(), "{error}");

    let vault = VaultServer::start().await;
    let strange = Session::builder().extra("showLogs", true).unwrap().build();
    let client = client(&vault).build().unwrap();
    let error = client.create_session(&request(strange)).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert_eq!(
        error.to_string(),
        r#"the service answered 400 Bad Request: RequestValidationError: Invalid Params: {"invalid":[{"/showLogs":"is not a field of the API"}]}"#
    );
}

#[tokio::test]
async fn a_base_path_leads_nowhere_on_the_mock() {
    let vault = VaultServer::start().await;
    let base = BaseUri::new(format!("{}/base/", vault.uri())).unwrap();
    let client = client(&vault).base_uri(base).build().unwrap();
    let error = client
        .create_session(&request(Session::default()))
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(
        vault.journal().last().unwrap().path(),
        "/base/vault/sessions"
    );
}

/// No port, no time that passes: the mock is the transport.
#[tokio::test(start_paused = true)]
async fn a_session_is_created_without_a_socket() {
    let vault = Vault::builder().build();
    let client = Client::builder()
        .api_key(vault.api_key().clone())
        .transport(vault.service())
        .build()
        .unwrap();
    let created = client
        .create_session(&request(Session::default()))
        .await
        .unwrap();
    assert!(vault.verify(created.token()).is_ok());
}

/// Over HTTP in memory: the fault on the wire, and the same request again on another connection.
#[tokio::test(start_paused = true)]
async fn a_connection_that_the_mock_resets_is_replaced_for_the_retry() {
    let vault = Vault::builder().build();
    vault.faults().inject(Fault::reset().times(2).then(ok()));
    let hyper = legacy::Client::builder(TokioExecutor::new()).build(vault.connector());
    let client = Client::builder()
        .api_key(vault.api_key().clone())
        .transport(hyper)
        .retry(RetryPolicy::default().retry_lost_responses())
        .build()
        .unwrap();
    let created = client
        .create_session(&request(Session::default()))
        .await
        .unwrap();
    assert!(vault.verify(created.token()).is_ok());
    assert_eq!(vault.journal().requests().len(), 3);
}

#[tokio::test]
async fn sessions_are_created_under_the_mocks_authority_over_both_versions_of_http() {
    let tls = Tls::generated_for(["127.0.0.1"]).unwrap();
    let vault = VaultServer::builder().tls(tls).start().await.unwrap();
    for http2 in [false, true] {
        let client = client(&vault)
            .only_added_roots()
            .root_certificates(vault.ca_pem().unwrap())
            .http2(http2)
            .build()
            .unwrap();
        for _ in 0..3 {
            let created = client
                .create_session(&request(Session::default()))
                .await
                .unwrap();
            assert!(vault.verify(created.token()).is_ok());
        }
    }
    assert_eq!(vault.journal().requests().len(), 6);
}

#[tokio::test]
async fn a_mock_that_was_shut_down_is_not_reached() {
    let vault = VaultServer::start().await;
    let client = client(&vault).build().unwrap();
    vault.shutdown(std::time::Duration::ZERO).await;
    let error = client
        .create_session(&request(Session::default()))
        .await
        .unwrap_err();
    assert!(
        error.is_connect() && !error.may_have_reached_server(),
        "{error:?}"
    );
}
