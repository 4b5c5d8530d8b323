//! The least that any server does which reads a body and signs it: a parse that borrows, the body's
//! text in the claims, a key that is set up once, one buffer for the answer. No header is looked at,
//! nothing is checked beyond the types, and nothing is remembered.

use std::{
    io::Write,
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vault_benches::borrowed::Session;

const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

static KEY: LazyLock<Hmac<Sha256>> = LazyLock::new(|| {
    Hmac::new_from_slice(b"a secret of thirty-two bytes....").expect("a key of any length")
});

/// The answer to the body of a request, which has no white space between its tokens.
pub(super) fn answer(body: &[u8]) -> String {
    let _: Session = serde_json::from_slice(body).expect("the example");
    #[expect(
        clippy::disallowed_methods,
        reason = "this server has no clock of its own"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let iat = now.expect("a clock after 1970").as_secs();
    let exp = iat + 1_800;
    let mut claims = Vec::with_capacity(body.len() + 128);
    claims.extend_from_slice(&body[..body.len() - 1]);
    write!(
        claims,
        r#","consumer_id":"consumer","application_id":"app","iat":{iat},"exp":{exp}}}"#
    )
    .expect("a vector takes every byte");

    let mut text = String::with_capacity(3 * claims.len() + 512);
    text.push_str(
        r#"{"status_code":200,"status":"OK","data":{"session_uri":"https://vault.apideck.com/session/"#,
    );
    let start = text.len();
    text.extend([HEADER, "."]);
    URL_SAFE_NO_PAD.encode_string(&claims, &mut text);
    let mut mac = KEY.clone();
    mac.update(&text.as_bytes()[start..]);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(mac.finalize().into_bytes(), &mut text);
    let token = start..text.len();
    text.push_str(r#"","session_token":""#);
    text.extend_from_within(token);
    text.push_str(r#""}}"#);
    text
}
