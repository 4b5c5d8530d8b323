//! Issues and verifies a token with the mock, whatever crypto providers the graph has enabled.

use bytes::Bytes;
use http::Request;
use vault_mock::{Secret, Vault};
use vault_sessions::{Action, SessionCreated};

fn main() {
    let vault = Vault::builder().secret(Secret::from_seed(1)).build();
    let request = Request::post("/vault/sessions")
        .header(
            "authorization",
            format!("Bearer {}", vault.api_key().expose_secret()),
        )
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .body(Bytes::new())
        .expect("the request is well formed");
    let answer = vault.handle(request);
    let created: SessionCreated =
        serde_json::from_slice(answer.body()).expect("a session is created");
    vault
        .authorize(created.token(), Action::Disable)
        .expect("the token is good");

    // Without exactly one provider jsonwebtoken panics, which is no news here.
    std::panic::set_hook(Box::new(|_| {}));
    let read = std::panic::catch_unwind(|| {
        let key = jsonwebtoken::DecodingKey::from_secret(Secret::from_seed(1).expose_secret());
        let validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
        let token = created.token().expose_secret();
        jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).is_ok()
    });
    let _ = std::panic::take_hook();
    let one_provider = cfg!(feature = "rust_crypto") != cfg!(feature = "aws_lc_rs");
    assert_eq!(
        read.is_ok_and(|is_good| is_good),
        one_provider,
        "jsonwebtoken's own decode works with exactly one provider"
    );
    println!("the mock needs no provider of the process");
}
