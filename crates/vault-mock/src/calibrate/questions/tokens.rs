use http::Method;

use crate::calibrate::{
    caller::{Caller, with, without},
    question::{Ask, Question, table},
    read::outcome,
};

/// What a session token opens.
pub(super) const TOKENS: &[Question] = table! {
    /// The list of connections, as the Vault widget asks for it
    "token" => Ask::Token(Caller::list, outcome);
    /// A token without the headers that name app and consumer
    "token-without-ids" => Ask::Token(
        |caller, token| {
            let request = without(caller.list(token), "x-apideck-app-id");
            without(request, "x-apideck-consumer-id")
        },
        outcome
    );
    /// A token, and the ID of another consumer
    "token-other-consumer" => Ask::Token(
        |caller, token| {
            with(caller.list(token), "x-apideck-consumer-id", "vault-mock-calibrate-other")
        },
        outcome
    );
    /// A token, and the ID of another app
    "token-other-app" => Ask::Token(
        |caller, token| with(caller.list(token), "x-apideck-app-id", "vaultMockCalibrateOther"),
        outcome
    );
    /// A token without `X-APIDECK-AUTH-TYPE: JWT`
    "token-without-auth-type" => Ask::Token(
        |caller, token| without(caller.list(token), "x-apideck-auth-type"),
        outcome
    );
    /// A token whose signature does not fit
    "token-forged" => Ask::Token(
        |caller, token| {
            let (signed, _) = token.expose_secret().rsplit_once('.').unwrap_or_default();
            let forged = format!("Bearer {signed}.dmF1bHQtbW9jay1jYWxpYnJhdGU");
            with(caller.list(token), "authorization", &forged)
        },
        outcome
    );
    /// A parameter of the query that is no boolean
    "query-no-boolean" => Ask::Token(
        |caller, token| {
            caller.with_token(token, Method::GET, "/vault/connections?configured=null")
        },
        outcome
    );
    /// When exactly a token is refused, by the service's own `Date`
    "expiry" => Ask::Expiry;
    /// Whether an action is refused that the session does not allow: a connection is switched off, and
    /// on again
    "actions" => Ask::Action;
};
