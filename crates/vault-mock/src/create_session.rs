use http::Uri;
use vault_sessions::{
    CreateSession, SessionCreated, SessionToken,
    wire::{ApiError, BaseUri},
};

use crate::{
    rules::{Rules, SessionLengthDialect, Validation},
    token,
    validate::Body,
    vault::Vault,
};

impl Vault {
    /// Creates a session, as a client of the service does with `POST /vault/sessions`.
    ///
    /// The request carries the mock's API key and is treated like any other: it may belong to a
    /// tenant, it meets injected faults and limits, and the journal records it. As with
    /// [`handle`](Self::handle), there is no wait for a delay, a broken connection shows as 500, and
    /// hooks do not run. For a token alone, use [`issue_token`](Self::issue_token).
    ///
    /// ```
    /// use vault_mock::Vault;
    /// use vault_sessions::{AppId, ConsumerId, CreateSession};
    ///
    /// let vault = Vault::builder().build();
    /// let request = CreateSession::builder()
    ///     .app_id(AppId::from_static("my-app"))
    ///     .consumer_id(ConsumerId::from_static("account:12345"))
    ///     .build();
    /// let created = vault.create_session(&request)?;
    /// assert!(vault.verify(created.token()).is_ok());
    /// assert_eq!(vault.journal().len(), 1);
    /// # Ok::<(), vault_sessions::wire::ApiError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The mock refused the request, or a fault was injected. The error has the answer's status,
    /// headers and body.
    pub fn create_session(&self, request: &CreateSession) -> Result<SessionCreated, ApiError> {
        let key = self.vault_of(request).api_key().clone();
        let mut request = request.to_http(&BaseUri::default(), &key);
        // Without an authority, so that the session's URI is that of the mock.
        *request.uri_mut() = Uri::from_static(CreateSession::PATH);
        let answer = self.handle(request);
        SessionCreated::from_http(answer.status(), answer.headers(), answer.body())
    }

    /// Signs a session token without a request: nothing is checked, counted or recorded, and no fault
    /// applies.
    ///
    /// The token is the one that [`create_session`](Self::create_session) would return at that moment.
    ///
    /// ```
    /// use vault_mock::Vault;
    /// use vault_sessions::{AppId, ConsumerId, CreateSession};
    ///
    /// let vault = Vault::builder().build();
    /// let request = CreateSession::builder()
    ///     .app_id(AppId::from_static("my-app"))
    ///     .consumer_id(ConsumerId::from_static("account:12345"))
    ///     .build();
    /// let token = vault.issue_token(&request);
    /// assert!(vault.verify(&token).is_ok());
    /// assert!(vault.journal().is_empty());
    /// ```
    ///
    /// # Panics
    ///
    /// Does not panic: every session that the types allow can be signed.
    #[must_use]
    pub fn issue_token(&self, request: &CreateSession) -> SessionToken {
        let vault = self.vault_of(request);
        let body = request.body();
        let rules = Rules {
            validation: Validation::Off,
            session_length_dialect: SessionLengthDialect::Strict,
            ..vault.rules()
        };
        let body = Body::read(&body, &rules).expect("a session is written as a JSON object");
        let now = vault.clock().unix_seconds();
        let expires_at = body.expires_at(now).min(crate::clock::LATEST);
        let (app, consumer) = (request.app_id(), request.consumer_id());
        let claims =
            token::session_claims(&body, app, consumer, now, expires_at, rules.scope_claims);
        SessionToken::new(token::sign(&vault.keys().current(), &claims))
            .expect("a signed token is base64url and dots")
    }

    /// The tenant that a session belongs to, or this mock.
    fn vault_of(&self, request: &CreateSession) -> Self {
        self.tenant(request.app_id())
            .unwrap_or_else(|| self.clone())
    }
}
