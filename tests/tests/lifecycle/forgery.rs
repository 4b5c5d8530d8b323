use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use proptest::{prelude::*, sample::Index};
use serde_json::Value;
use vault_mock::{Secret, Vault};
use vault_sessions::SessionToken;

use super::{SECRET, create, strategies, vault};

fn is_refused(vault: &Vault, token: &str) -> bool {
    let token = SessionToken::new(token).unwrap();
    vault
        .verify(&token)
        .is_err_and(|refused| refused.is_forged())
}

proptest! {
    #[test]
    fn jsonwebtoken_accepts_every_token_that_is_issued(request in strategies::create_session()) {
        let token = create(&vault(), &request);
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(SECRET.as_bytes());
        let data = jsonwebtoken::decode::<Value>(token.expose_secret(), &key, &validation).unwrap();
        prop_assert_eq!(data.header, Header::new(Algorithm::HS256));
        prop_assert_eq!(data.claims, serde_json::to_value(token.claims().unwrap()).unwrap());
    }

    /// Any other character, anywhere: in the header, the payload, the signature, even in the spare
    /// bits at the end of a part.
    #[test]
    fn one_changed_character_is_refused(
        request in strategies::create_session(),
        at in any::<Index>(),
        other in "[A-Za-z0-9_.=-]",
    ) {
        let vault = vault();
        let token = create(&vault, &request);
        let mut edited = token.expose_secret().to_owned();
        let position = at.index(edited.len());
        prop_assume!(edited[position..=position] != other);
        edited.replace_range(position..=position, &other);
        prop_assert!(is_refused(&vault, &edited), "{}", edited);
    }

    #[test]
    fn a_token_of_another_key_is_refused(request in strategies::create_session(), key in ".{1,80}") {
        prop_assume!(key != SECRET);
        let stranger = Vault::builder().secret(Secret::new(key).unwrap()).build();
        let token = create(&stranger, &request);
        prop_assert!(is_refused(&vault(), token.expose_secret()));
    }

    #[test]
    fn other_parts_are_refused_and_never_panic(token in "[!-~]{1,200}") {
        prop_assert!(is_refused(&vault(), &token));
    }
}
