//! One scenario, through the handle in process and through the one from elsewhere.

use std::time::{Duration, SystemTime};

use vault_mock::{
    AroundExpiry, Matching, Outcome, RemoteVault, Rules, TokenError, Validation, Vault,
    expect::{Times, UnmetError},
    fault::{Behaviour, fail, ok},
};
use vault_sessions::{
    Action, AppId, Claims, ConsumerId, CreateSession, Session, SessionCreated, SessionLength,
    SessionToken, Settings, wire::ApiError,
};

use crate::remote;

/// What the scenario needs of a mock.
trait Mock: Sized {
    async fn now(&self) -> SystemTime;
    async fn advance(&self, by: Duration);
    async fn set_around_expiry(&self, token: &SessionToken, instant: AroundExpiry);
    async fn inject(&self, behaviour: Behaviour);
    async fn injected(&self) -> Vec<String>;
    async fn create_session(&self, request: &CreateSession) -> Result<SessionCreated, ApiError>;
    async fn authorize(&self, token: &SessionToken, action: Action) -> Result<Claims, TokenError>;
    async fn check(&self, matching: Matching, times: Times) -> Result<(), UnmetError>;
    async fn outcomes(&self) -> Vec<(u64, u16, Outcome)>;
    async fn rules(&self) -> Rules;
    async fn change_rules(&self, change: impl FnOnce(&mut Rules));
    async fn reset(&self);
    async fn add_tenant(&self, app: AppId) -> Self;
    async fn has_tenant(&self, app: &AppId) -> bool;
    async fn remove_tenant(&self, app: &AppId) -> bool;
}

impl Mock for Vault {
    async fn now(&self) -> SystemTime {
        self.clock().now()
    }

    async fn advance(&self, by: Duration) {
        self.clock().advance(by);
    }

    async fn set_around_expiry(&self, token: &SessionToken, instant: AroundExpiry) {
        self.clock().set_around_expiry(token, instant).unwrap();
    }

    async fn inject(&self, behaviour: Behaviour) {
        self.faults().inject(behaviour);
    }

    async fn injected(&self) -> Vec<String> {
        let injected = self.faults().injected().into_iter();
        injected
            .map(|(scope, one)| format!("{scope}: {one}"))
            .collect()
    }

    async fn create_session(&self, request: &CreateSession) -> Result<SessionCreated, ApiError> {
        self.create_session(request)
    }

    async fn authorize(&self, token: &SessionToken, action: Action) -> Result<Claims, TokenError> {
        self.authorize(token, action)
    }

    async fn check(&self, matching: Matching, times: Times) -> Result<(), UnmetError> {
        self.expect(matching)
            .times(times)
            .named("the session")
            .check()
            .await
    }

    async fn outcomes(&self) -> Vec<(u64, u16, Outcome)> {
        let requests = self.journal().requests().into_iter();
        requests
            .map(|one| (one.number(), one.status().unwrap().as_u16(), one.outcome()))
            .collect()
    }

    async fn rules(&self) -> Rules {
        self.rules()
    }

    async fn change_rules(&self, change: impl FnOnce(&mut Rules)) {
        self.change_rules(change);
    }

    async fn reset(&self) {
        self.reset();
    }

    async fn add_tenant(&self, app: AppId) -> Self {
        self.add_tenant(app, self.to_builder())
    }

    async fn has_tenant(&self, app: &AppId) -> bool {
        self.tenant(app).is_some()
    }

    async fn remove_tenant(&self, app: &AppId) -> bool {
        self.remove_tenant(app).is_some()
    }
}

impl Mock for RemoteVault {
    async fn now(&self) -> SystemTime {
        self.clock().now().await.unwrap()
    }

    async fn advance(&self, by: Duration) {
        self.clock().advance(by).await.unwrap();
    }

    async fn set_around_expiry(&self, token: &SessionToken, instant: AroundExpiry) {
        self.clock()
            .set_around_expiry(token, instant)
            .await
            .unwrap();
    }

    async fn inject(&self, behaviour: Behaviour) {
        self.faults().inject(behaviour).await.unwrap();
    }

    async fn injected(&self) -> Vec<String> {
        let injected = self.faults().injected().await.unwrap().into_iter();
        injected
            .map(|(scope, one)| format!("{scope}: {one}"))
            .collect()
    }

    async fn create_session(&self, request: &CreateSession) -> Result<SessionCreated, ApiError> {
        self.create_session(request).await.unwrap()
    }

    async fn authorize(&self, token: &SessionToken, action: Action) -> Result<Claims, TokenError> {
        self.authorize(token, action).await.unwrap()
    }

    async fn check(&self, matching: Matching, times: Times) -> Result<(), UnmetError> {
        let expected = self.expect(matching).times(times).named("the session");
        expected.check().await.unwrap()
    }

    async fn outcomes(&self) -> Vec<(u64, u16, Outcome)> {
        let requests = self.journal().requests().await.unwrap().into_iter();
        requests
            .map(|one| (one.number(), one.status().unwrap().as_u16(), one.outcome()))
            .collect()
    }

    async fn rules(&self) -> Rules {
        self.rules().await.unwrap()
    }

    async fn change_rules(&self, change: impl FnOnce(&mut Rules)) {
        self.change_rules(change).await.unwrap();
    }

    async fn reset(&self) {
        self.reset().await.unwrap();
    }

    async fn add_tenant(&self, app: AppId) -> Self {
        self.add_tenant(app).await.unwrap()
    }

    async fn has_tenant(&self, app: &AppId) -> bool {
        self.tenant(app).await.unwrap().is_some()
    }

    async fn remove_tenant(&self, app: &AppId) -> bool {
        self.remove_tenant(app).await.unwrap()
    }
}

#[tokio::test]
async fn in_process() {
    play(Vault::builder().build()).await;
}

#[tokio::test]
async fn elsewhere() {
    let (_server, vault) = remote().await;
    play(vault).await;
}

const APP: AppId = AppId::from_static("scenario");

async fn play(server: impl Mock) {
    let vault = server.add_tenant(APP).await;
    assert!(server.has_tenant(&APP).await);
    a_session_lives_and_ends(&vault).await;
    a_fault_and_what_the_journal_says(&vault).await;
    rules_and_reset(&vault).await;
    assert!(server.outcomes().await.is_empty());
    assert!(server.remove_tenant(&APP).await);
    assert!(!server.remove_tenant(&APP).await);
    assert!(!server.has_tenant(&APP).await);
}

fn request() -> CreateSession {
    let settings = Settings::builder()
        .session_length(SessionLength::from_minutes(30))
        .allow_actions([Action::Disable])
        .build();
    CreateSession::builder()
        .app_id(APP)
        .consumer_id(ConsumerId::from_static("account:12345"))
        .session(Session::builder().settings(settings).build())
        .build()
}

async fn a_session_lives_and_ends(vault: &impl Mock) {
    let created = vault.create_session(&request()).await.unwrap();
    let token = created.token();
    let begin = vault.now().await;
    let claims = vault.authorize(token, Action::Disable).await.unwrap();
    assert_eq!(claims, token.claims().unwrap());
    let refused = vault.authorize(token, Action::Delete).await.unwrap_err();
    assert!(
        refused.is_not_allowed() && refused.to_string().contains("`delete`"),
        "{refused}"
    );

    let second = Duration::from_secs(1);
    vault.advance(Duration::new(30 * 60 - 1, 999_999_999)).await;
    assert!(vault.authorize(token, Action::Disable).await.is_ok());
    vault.advance(Duration::from_nanos(1)).await;
    assert_eq!(vault.now().await, begin + 30 * 60 * second);
    assert!(
        vault
            .authorize(token, Action::Disable)
            .await
            .unwrap_err()
            .is_expired()
    );

    vault
        .set_around_expiry(token, AroundExpiry::After(5 * second))
        .await;
    let refused = vault.authorize(token, Action::Disable).await.unwrap_err();
    assert_eq!(refused.expired_since(), Some(5 * second));
    assert_eq!(refused.to_string(), "the session expired 5 s ago");
    vault
        .set_around_expiry(token, AroundExpiry::Before(second))
        .await;
    assert!(vault.authorize(token, Action::Disable).await.is_ok());

    let edited = format!("{}x", token.expose_secret());
    let edited = SessionToken::new(edited).unwrap();
    let refused = vault.authorize(&edited, Action::Disable).await.unwrap_err();
    assert!(refused.is_forged() && !refused.is_expired());
}

async fn a_fault_and_what_the_journal_says(vault: &impl Mock) {
    vault.inject(fail(503).times(1).then(ok()).into()).await;
    assert_eq!(vault.injected().await, ["everybody: status=503, ok"]);
    let error = vault.create_session(&request()).await.unwrap_err();
    assert_eq!(error.status(), 503);
    vault.create_session(&request()).await.unwrap();

    let [(1, 200, first), (2, 503, second), (3, 200, third)] = &vault.outcomes().await[..] else {
        panic!("three requests were sent: {:?}", vault.outcomes().await);
    };
    assert!(first.claims().is_some() && third.claims().is_some());
    assert_eq!(second.to_string(), "fault injected: status=503");

    let sessions = || {
        Matching::sessions()
            .app(APP)
            .allow_actions([Action::Disable])
    };
    assert_eq!(vault.check(sessions(), Times::from(2)).await, Ok(()));
    let unmet = vault
        .check(sessions(), Times::from(3..))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        unmet.starts_with("the session: expected at least 3, found 2"),
        "{unmet}"
    );
    assert!(unmet.contains("status=503"), "{unmet}");
}

async fn rules_and_reset(vault: &impl Mock) {
    let before = vault.rules().await;
    vault
        .change_rules(|rules| rules.validation = Validation::Off)
        .await;
    vault
        .change_rules(|rules| rules.request_limit = Some(0))
        .await;
    let expected = Rules::clone(&before);
    let mut changed = vault.rules().await;
    assert_eq!(
        (changed.validation, changed.request_limit),
        (Validation::Off, Some(0))
    );
    changed.validation = expected.validation;
    changed.request_limit = None;
    assert_eq!(changed, expected);
    let error = vault.create_session(&request()).await.unwrap_err();
    assert_eq!(error.status(), 402);

    vault.reset().await;
    assert_eq!(vault.rules().await, before);
    assert!(vault.outcomes().await.is_empty() && vault.injected().await.is_empty());
    assert!(vault.create_session(&request()).await.is_ok());
}
