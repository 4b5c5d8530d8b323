use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::Vault;
use vault_sessions::SessionCreated;

use super::{
    arguments::{Format, Issue},
    options::read_secret,
};

/// Asks a mock in this process for a session, as a client would.
pub(crate) fn issue(arguments: Issue) -> Result<String, String> {
    let secret = read_secret(arguments.secret)?.ok_or(
        "give --secret or --secret-file: a token signed with an unknown secret opens nothing",
    )?;
    let body = match (&arguments.body, arguments.session_length) {
        (Some(path), _) => read(path)?.into(),
        (None, Some(length)) => {
            let body = json!({ "settings": { "session_length": length } });
            Bytes::from(body.to_string())
        }
        (None, None) => Bytes::new(),
    };
    let vault = Vault::builder()
        .secret(secret)
        .clock(arguments.issued_at.clock())
        .build();
    let request = Request::post("/vault/sessions")
        .header(
            "authorization",
            format!("Bearer {}", vault.api_key().expose_secret()),
        )
        .header("x-apideck-app-id", arguments.app_id.as_str())
        .header("x-apideck-consumer-id", arguments.consumer_id.as_str())
        .header("content-type", "application/json")
        .body(body)
        .map_err(|error| error.to_string())?;
    let response = vault.handle(request);
    let answer = String::from_utf8_lossy(response.body()).into_owned();
    match serde_json::from_str::<SessionCreated>(&answer) {
        Ok(created) => Ok(match arguments.format {
            Format::Token => created.token().expose_secret().to_owned(),
            Format::Json => answer,
        }),
        Err(_) => Err(format!("the body is refused: {}", detail(&answer))),
    }
}

fn detail(answer: &str) -> String {
    let error = serde_json::from_str::<Value>(answer).unwrap_or_default();
    error["detail"].to_string()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    const LIMIT: u64 = 1024 * 1024;
    let mut body = Vec::new();
    let outcome = if path == Path::new("-") {
        io::stdin().take(LIMIT + 1).read_to_end(&mut body)
    } else {
        File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut body))
    };
    match outcome {
        Ok(_) => Ok(body),
        Err(error) => Err(format!("--body: {}: {error}", path.display())),
    }
}
