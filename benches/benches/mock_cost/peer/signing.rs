//! What anybody would write: parse with serde, sign with jsonwebtoken, write with serde.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::{EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

const SECRET: &[u8] = b"a secret of thirty-two bytes....";

#[derive(Deserialize, Serialize)]
struct Session {
    consumer_metadata: Option<BTreeMap<String, String>>,
    redirect_uri: Option<String>,
    settings: Option<Settings>,
    theme: Option<BTreeMap<String, String>>,
    custom_consumer_settings: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names of the API's members")]
struct Settings {
    unified_apis: Option<Vec<String>>,
    hide_resource_settings: Option<bool>,
    sandbox_mode: Option<bool>,
    isolation_mode: Option<bool>,
    session_length: Option<String>,
    show_logs: Option<bool>,
    show_suggestions: Option<bool>,
    show_sidebar: Option<bool>,
    auto_redirect: Option<bool>,
    hide_guides: Option<bool>,
    allow_actions: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    session: Session,
    consumer_id: &'a str,
    application_id: &'a str,
    iat: u64,
    exp: u64,
}

#[derive(Serialize)]
struct Answer {
    status_code: u16,
    status: &'static str,
    data: Data,
}

#[derive(Serialize)]
struct Data {
    session_uri: String,
    session_token: String,
}

/// The answer to the body of a request.
pub(super) fn answer(body: &[u8]) -> Vec<u8> {
    let session: Session = serde_json::from_slice(body).expect("the example");
    #[expect(
        clippy::disallowed_methods,
        reason = "this server has no clock of its own"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let iat = now.expect("a clock after 1970").as_secs();
    let claims = Claims {
        session,
        consumer_id: "consumer",
        application_id: "app",
        iat,
        exp: iat + 1_800,
    };
    let key = EncodingKey::from_secret(SECRET);
    let token = encode(&Header::default(), &claims, &key).expect("it signs");
    let answer = Answer {
        status_code: 200,
        status: "OK",
        data: Data {
            session_uri: format!("https://vault.apideck.com/session/{token}"),
            session_token: token,
        },
    };
    serde_json::to_vec(&answer).expect("it writes")
}

pub(super) async fn wiremock() -> MockServer {
    let server = MockServer::start().await;
    let answer = |request: &wiremock::Request| {
        ResponseTemplate::new(200).set_body_raw(answer(&request.body), "application/json")
    };
    Mock::given(method("POST"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}
