use std::{error::Error, fmt};

use base64::{DecodeError, Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use super::{claims::Claims, mismatch::JsonMismatch};
use crate::{
    error_debug::debug_as_display,
    values::{InvalidValue, bearer_problem, read_from_text},
};

/// The JWT of a session: whoever holds it acts for the consumer until it expires.
///
/// `Debug` is redacted, there is no `Display`, and the memory is wiped when the token is dropped.
/// The text is kept as it arrived, without being verified: only the service has the key.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    /// Takes a token, which must be a text that a `Bearer` credential can carry (RFC 6750 §2.1).
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the rule and the position, never the text.
    pub fn new(token: impl Into<String>) -> Result<Self, InvalidValue> {
        let token = Zeroizing::new(token.into());
        match bearer_problem(&token, usize::MAX) {
            None => Ok(Self(token)),
            Some(problem) => Err(InvalidValue::new(
                "session token",
                "use visible ASCII characters without white space",
                problem,
            )),
        }
    }

    /// The token itself, as plain text: wherever you write it, it can be read.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// Decodes the claims **without verifying** the signature or the expiry.
    ///
    /// Use it to look at what the service issued. It proves nothing: anybody can write a token with
    /// these claims.
    ///
    /// # Errors
    ///
    /// The token does not have three parts separated by dots (RFC 7515 §3.1), or its payload is not
    /// unpadded base64url of a JSON object with the claims of a session. Other claims never are a reason:
    /// one that cannot be read is left out. Header and signature are not
    /// looked at.
    pub fn claims(&self) -> Result<Claims, InvalidToken> {
        let payload = self.payload()?;
        let payload = URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|cause| InvalidToken(Malformed::Base64(cause)))?;
        Claims::from_json(&payload)
            .map_err(|cause| InvalidToken(Malformed::Claims(JsonMismatch::new(&cause))))
    }

    fn payload(&self) -> Result<&str, InvalidToken> {
        let parts = self.0.split('.').count();
        match self.0.split('.').nth(1) {
            Some(payload) if parts == 3 => Ok(payload),
            _ => Err(InvalidToken(Malformed::Parts(parts))),
        }
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(redacted)")
    }
}

read_from_text!(SessionToken);

impl Serialize for SessionToken {
    /// Writes the token itself, as the service's answer carries it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SessionToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Why the claims of a [`SessionToken`] cannot be read.
///
/// It says what was expected and never repeats what was found instead.
pub struct InvalidToken(Malformed);

enum Malformed {
    Parts(usize),
    Base64(DecodeError),
    Claims(JsonMismatch),
    Session(JsonMismatch),
}

impl InvalidToken {
    /// Another client wrote a body that this crate's types do not allow.
    pub(super) fn session(cause: &serde_json::Error) -> Self {
        Self(Malformed::Session(JsonMismatch::new(cause)))
    }
}

impl fmt::Display for InvalidToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Malformed::Parts(1) => {
                formatter.write_str("the token has no dots; a JWT has 3 parts separated by dots")
            }
            Malformed::Parts(count) => {
                write!(
                    formatter,
                    "the token has {count} parts separated by dots; a JWT has 3"
                )
            }
            Malformed::Base64(_) => {
                formatter.write_str("the payload of the token is not base64url")
            }
            Malformed::Claims(_) => {
                formatter.write_str("the payload of the token does not hold a session's claims")
            }
            Malformed::Session(_) => {
                formatter.write_str("the claims of the token do not hold the body of a session")
            }
        }
    }
}

debug_as_display!(InvalidToken);

impl Error for InvalidToken {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Malformed::Parts(_) => None,
            Malformed::Base64(cause) => Some(cause),
            Malformed::Claims(cause) | Malformed::Session(cause) => Some(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> SessionToken {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        SessionToken::new(format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2ln")).unwrap()
    }

    #[test]
    fn reads_the_claims_of_a_session() {
        let claims = token(
            r#"{"settings":{"session_length":"30m","new":1},"consumer_id":"c","application_id":"a",
                "scopes":[],"iat":1700000000,"exp":1700001800}"#,
        )
        .claims()
        .unwrap();
        assert_eq!(claims.application_id().as_str(), "a");
        assert_eq!(claims.consumer_id().as_str(), "c");
        assert_eq!(claims.lifetime().as_secs(), 1_800);
        assert!(claims.others().contains_key("scopes"));
        let settings = claims.session().unwrap().settings.unwrap();
        assert_eq!(settings.session_length.unwrap().as_secs(), 1_800);
        assert_eq!(settings.extra["new"], 1);
    }

    #[test]
    fn says_what_is_wrong_with_a_token() {
        let parts = SessionToken::new("a.b").unwrap().claims().unwrap_err();
        assert_eq!(
            parts.to_string(),
            "the token has 2 parts separated by dots; a JWT has 3"
        );
        let base64 = SessionToken::new("a.*.c").unwrap().claims().unwrap_err();
        assert!(base64.source().is_some(), "{base64}");
        for payload in [
            "[]",
            "{}",
            r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":1e30}"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":253402300800}"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"iat":1,"exp":2}"#,
            r#"{"consumer_id":"","application_id":"a","iat":1,"exp":2}"#,
            &"[".repeat(10_000),
        ] {
            let claims = token(payload).claims().unwrap_err();
            assert!(claims.source().is_some(), "{claims}");
        }
    }

    #[test]
    fn repeats_nothing_of_what_it_could_not_read() {
        let unread = [
            token(r#"{"consumer_id":"c","application_id":"a","iat":"hush","exp":2}"#).claims(),
            token(r#"{"consumer_id":"hush\n","application_id":"a","iat":1,"exp":2}"#).claims(),
            token(r#"["hush"]"#).claims(),
        ];
        let claims = token(
            r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"consumer_metadata":"hush"}"#,
        )
        .claims()
        .unwrap();
        let unread = unread.into_iter().map(Result::unwrap_err);
        for error in unread.chain([claims.session().unwrap_err()]) {
            let cause = error.source().unwrap();
            let text = format!("{error} {error:?} {cause} {cause:?}");
            assert!(!text.contains("hush"), "{text}");
        }
        assert_eq!(
            claims.session().unwrap_err().source().unwrap().to_string(),
            "expected an object, the metadata of the consumer"
        );
    }
}
