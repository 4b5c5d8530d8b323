use std::path::Path;

use http::Uri;
use serde_json::json;
use vault_mock::Vault;
use vault_sessions::{
    CreateSession, Session, SessionCreated, Settings,
    wire::{ApiError, BaseUri},
};

use super::{
    arguments::{Format, Issue},
    files,
};

/// Asks a mock in this process for a session, as a client would.
pub(crate) fn issue(arguments: Issue) -> Result<String, String> {
    let secret = arguments.secret.read()?.ok_or(
        "give --secret, --secret-file or --secret-seed: a token signed with an unknown secret opens nothing",
    )?;
    let body = arguments.body.as_deref().map(read).transpose()?;
    let vault = Vault::builder()
        .secret(secret)
        .clock(arguments.issued_at.clock())
        .build();
    let session = Session::builder().maybe(arguments.session_length, |session, length| {
        session.settings(Settings::builder().session_length(length).build())
    });
    let request = CreateSession::builder()
        .app_id(arguments.app_id)
        .consumer_id(arguments.consumer_id)
        .session(session.build())
        .build();
    let created = match body {
        None => vault.create_session(&request),
        Some(body) => create_with(&vault, &request, body),
    };
    let created = created.map_err(|error| format!("the body is refused: {}", detail(&error)))?;
    match arguments.format {
        Format::Token => Ok(created.token().expose_secret().to_owned()),
        Format::Json => serde_json::to_string(&created).map_err(|error| error.to_string()),
    }
}

/// Sends a body as it was written, right or wrong, in the place of the request's own.
fn create_with(
    vault: &Vault,
    request: &CreateSession,
    body: Vec<u8>,
) -> Result<SessionCreated, ApiError> {
    let request = request.to_http(&BaseUri::default(), vault.api_key());
    let mut request = request.map(|_| body.into());
    *request.uri_mut() = Uri::from_static(CreateSession::PATH);
    let answer = vault.handle(request);
    SessionCreated::from_http(answer.status(), answer.headers(), answer.body())
}

fn detail(error: &ApiError) -> String {
    let detail = error.error_body().and_then(|body| body.detail.as_ref());
    detail.map_or_else(|| error.to_string(), |detail| json!(detail).to_string())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    if path == Path::new("-") {
        files::read_input()
    } else {
        files::read("body", path)
    }
}
