//! From a typed request to the end of its session, for any request: properties of `vault-sessions`
//! and `vault-mock` together, without a socket.

mod actions;
mod bodies;
mod expiry;
mod forgery;

use bytes::Bytes;
use http::Response;
use vault_mock::{Secret, Vault};
use vault_sessions::{
    AppId, ConsumerId, CreateSession, Session, SessionCreated, SessionToken, strategies,
};

const SECRET: &str = "a secret that the tests know";

fn vault() -> Vault {
    let secret = Secret::new(SECRET).unwrap();
    Vault::builder().secret(secret).build()
}

fn request(session: Session) -> CreateSession {
    CreateSession::builder()
        .app_id("app".parse::<AppId>().unwrap())
        .consumer_id("consumer".parse::<ConsumerId>().unwrap())
        .session(session)
        .build()
}

fn send(vault: &Vault, request: &CreateSession) -> Response<Bytes> {
    let base = "https://vault.invalid".parse().unwrap();
    vault.handle(request.to_http(&base, vault.api_key()))
}

fn create(vault: &Vault, request: &CreateSession) -> SessionToken {
    let answer = send(vault, request);
    let created =
        SessionCreated::from_http(answer.status(), answer.headers(), answer.body()).unwrap();
    created.token().clone()
}
