use std::time::Duration;

use http_body_util::Full;
use serde::Deserialize;
use serde_json::json;
use vault_sessions::{Action, Claims, CreateSession, SessionCreated, SessionToken, wire::ApiError};

use super::{
    error::RemoteError,
    vault::{RemoteAccess, RemoteVault},
};
use crate::token::TokenError;

impl RemoteVault {
    /// Creates a session, as a client of the service does with `POST /vault/sessions`.
    ///
    /// The request carries the mock's API key, or that of the app's tenant if there is one. It is treated
    /// like any other: it meets injected faults and limits, and the journal records it.
    ///
    /// # Errors
    ///
    /// Outside: there was no answer, perhaps because of a fault on the connection. Inside: the mock
    /// refused, as in [`Vault::create_session`](crate::Vault::create_session).
    pub async fn create_session(
        &self,
        request: &CreateSession,
    ) -> Result<Result<SessionCreated, ApiError>, RemoteError> {
        let caller = self.caller();
        let client: RemoteAccess = caller.for_app(request.app_id()).get("/client").await?;
        let request = request.to_http(caller.base(), &client.api_key);
        let answer = caller.send(request.map(Full::new)).await?;
        let (status, headers) = (answer.status(), answer.headers());
        Ok(SessionCreated::from_http(status, headers, answer.body()))
    }

    /// Checks that the token was signed by the mock and is valid now.
    ///
    /// # Errors
    ///
    /// Outside: the mock cannot be reached. Inside: [`TokenError`] says whether the token is forged or
    /// expired.
    pub async fn verify(
        &self,
        token: &SessionToken,
    ) -> Result<Result<Claims, TokenError>, RemoteError> {
        self.opens(token, None).await
    }

    /// Checks that the token is valid now and that its session allows the action.
    ///
    /// # Errors
    ///
    /// Outside: the mock cannot be reached. Inside: [`TokenError`] says whether the token is forged,
    /// expired, or does not allow the action.
    pub async fn authorize(
        &self,
        token: &SessionToken,
        action: Action,
    ) -> Result<Result<Claims, TokenError>, RemoteError> {
        self.opens(token, Some(action)).await
    }

    async fn opens(
        &self,
        token: &SessionToken,
        action: Option<Action>,
    ) -> Result<Result<Claims, TokenError>, RemoteError> {
        let body = json!({ "session_token": token.expose_secret(), "action": action });
        let answer: Authorized = match token.claims() {
            // As in process, the server's own handle leads to the tenant that has issued the token.
            Ok(claims) if !self.caller().is_tenant() => {
                let caller = self.caller().for_app(claims.application_id());
                caller.ask("/authorize", &body).await?
            }
            _ => self.caller().ask("/authorize", &body).await?,
        };
        Ok(match answer {
            Authorized::Claims(claims) => Ok(claims),
            Authorized::Refused(Refused {
                kind,
                detail,
                expired_since,
            }) => {
                let since = expired_since.and_then(|since| Duration::try_from_secs_f64(since).ok());
                Err(TokenError::told(&kind, detail, since, action))
            }
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Authorized {
    Claims(Claims),
    Refused(Refused),
}

#[derive(Deserialize)]
struct Refused {
    kind: String,
    detail: String,
    expired_since: Option<f64>,
}
