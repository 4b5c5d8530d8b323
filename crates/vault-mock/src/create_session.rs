use http::Uri;
use vault_sessions::{
    CreateSession, SessionCreated, SessionToken,
    wire::{ApiError, BaseUri},
};

use crate::{
    rules::{SessionLengthDialect, Validation},
    token,
    validate::Body,
    vault::Vault,
};

impl Vault {
    /// Creates a session, as a client of the service does with `POST /vault/sessions`.
    ///
    /// The request carries the right API key and takes the way of any other: it may meet a tenant,
    /// injected faults and limits, and it is recorded in the journal. As in [`handle`](Self::handle),
    /// delays are not waited for, a broken connection shows as 500, and hooks are not run.
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
    /// The mock refused, or a fault was injected. The error has status, headers and body of the answer.
    pub fn create_session(&self, request: &CreateSession) -> Result<SessionCreated, ApiError> {
        let key = self.vault_of(request).api_key().clone();
        let mut request = request.to_http(&BaseUri::default(), &key);
        // Without an authority, so that the session's URI is that of the mock.
        *request.uri_mut() = Uri::from_static(CreateSession::PATH);
        let answer = self.handle(request);
        SessionCreated::from_http(answer.status(), answer.headers(), answer.body())
    }

    /// Signs the token of a session without a request: nothing is checked, counted or recorded.
    ///
    /// It is the token that [`create_session`](Self::create_session) returns at the same time.
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
    /// Never: what the types let through can always be signed.
    #[must_use]
    pub fn issue_token(&self, request: &CreateSession) -> SessionToken {
        let vault = self.vault_of(request);
        let body = request.body();
        let body = Body::read(&body, Validation::Off, SessionLengthDialect::Strict)
            .expect("a session is written as a JSON object");
        let now = vault.clock().unix_seconds();
        let expires_at = body.expires_at(now).min(crate::clock::LATEST);
        let (app, consumer) = (request.app_id(), request.consumer_id());
        let claims = token::session_claims(&body, app, consumer, now, expires_at);
        SessionToken::new(token::sign(&vault.keys().current(), &claims))
            .expect("a signed token is base64url and dots")
    }

    /// The tenant that a session belongs to, or this mock.
    fn vault_of(&self, request: &CreateSession) -> Self {
        self.tenant(request.app_id())
            .unwrap_or_else(|| self.clone())
    }
}
