//! The typed door: a session from a [`CreateSession`], the way of any request, and a token without one.

use std::time::Duration;

use vault_mock::{Matching, RateLimit, Secret, Vault, VaultServer, fault::Fault};
use vault_sessions::{
    Action, AppId, ConsumerId, CreateSession, Session, SessionLength, Settings, wire::ApiError,
};

const APP: AppId = AppId::from_static("app");
const CONSUMER: ConsumerId = ConsumerId::from_static("account:12345");

fn request(app: AppId) -> CreateSession {
    let settings = Settings::builder()
        .session_length(SessionLength::from_minutes(30))
        .allow_actions([Action::Disable])
        .build();
    CreateSession::builder()
        .app_id(app)
        .consumer_id(CONSUMER)
        .session(Session::builder().settings(settings).build())
        .build()
}

fn type_name(error: &ApiError) -> Option<&str> {
    error.error_body()?.type_name.as_deref()
}

#[test]
fn a_session_without_headers_by_hand() {
    let vault = Vault::builder().build();
    let created = vault.create_session(&request(APP)).unwrap();
    assert!(vault.authorize(created.token(), Action::Disable).is_ok());
    assert!(
        created
            .uri()
            .expose_secret()
            .starts_with(vault.public_base())
    );
    vault.clock().advance(Duration::from_secs(30 * 60));
    assert!(vault.verify(created.token()).unwrap_err().is_expired());
    vault
        .expect(Matching::session_for(&CONSUMER).app(APP))
        .times(1)
        .verify_blocking();
}

#[test]
fn it_goes_the_way_of_any_request() {
    let vault = Vault::builder()
        .app_id(APP)
        .rate_limit(RateLimit::per_minute(2))
        .build();
    vault.faults().inject(Fault::status(503));
    let injected = vault.create_session(&request(APP)).unwrap_err();
    assert_eq!(injected.status(), 503);
    vault.faults().clear();

    let other = request(AppId::from_static("other"));
    let refused = vault.create_session(&other).unwrap_err();
    assert_eq!(refused.status(), 401);
    assert_eq!(type_name(&refused), Some("UnauthorizedError"));

    vault.create_session(&request(APP)).unwrap();
    vault.create_session(&request(APP)).unwrap();
    let limited = vault.create_session(&request(APP)).unwrap_err();
    assert_eq!(limited.status(), 429);
    assert_eq!(vault.journal().len(), 5);
}

#[test]
fn a_tenants_session_is_made_by_the_tenant() {
    let vault = Vault::builder().build();
    let tenant = vault.add_tenant(APP, Vault::builder());
    let created = vault.create_session(&request(APP)).unwrap();
    assert!(tenant.verify(created.token()).is_ok());
    assert_eq!((vault.journal().len(), tenant.journal().len()), (0, 1));

    let issued = vault.issue_token(&request(APP));
    assert!(tenant.verify(&issued).is_ok());
    assert!(tenant.create_session(&request(APP)).is_ok());
}

#[tokio::test]
async fn a_server_opens_the_same_door() {
    let server = VaultServer::start().await;
    let created = server.create_session(&request(APP)).unwrap();
    let page = format!("{}/session/", server.uri());
    assert!(created.uri().expose_secret().starts_with(&page));

    let blocking = VaultServer::start_blocking();
    assert!(blocking.create_session(&request(APP)).is_ok());
}

#[test]
fn a_token_without_a_request_is_the_one_that_a_request_brings() {
    let vault = Vault::builder().build();
    let created = vault.create_session(&request(APP)).unwrap();
    vault.faults().inject(Fault::status(503));
    let issued = vault.issue_token(&request(APP));
    assert_eq!(&issued, created.token());
    assert_eq!(vault.journal().len(), 1);

    vault.rotate_key(Secret::new("the next one").unwrap(), Duration::ZERO);
    assert!(vault.verify(&vault.issue_token(&request(APP))).is_ok());
}
