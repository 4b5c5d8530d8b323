use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{issue::HEADER, token_error::TokenProblem, unique::UniqueMembers};

/// Checks a JOSE header (RFC 7515 §4, RFC 7519 §5), still in base64url.
pub(super) fn check(header: &str) -> Result<(), TokenProblem> {
    // The header of every token that the mock issues needs no second look.
    if header == HEADER {
        return Ok(());
    }
    let json = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| TokenProblem::Malformed("the header is not base64url"))?;
    let UniqueMembers(members) = serde_json::from_slice(&json).map_err(|why| {
        TokenProblem::Header(format!(
            "it is not a JSON object that names each member once: {why}"
        ))
    })?;
    if members.get("alg").and_then(Value::as_str) != Some("HS256") {
        return Err(TokenProblem::Algorithm);
    }
    match members
        .iter()
        .find_map(|(name, value)| problem(name, value))
    {
        None => Ok(()),
        Some(problem) => Err(TokenProblem::Header(problem)),
    }
}

/// What is wrong with a header parameter. Those that nobody has registered are ignored
/// (RFC 7515 §4), and so are keys and certificates that a token brings for itself.
fn problem(name: &str, value: &Value) -> Option<String> {
    let of_kind =
        |is_good: bool, kind: &str| (!is_good).then(|| format!("`{name}` must be {kind}"));
    match name {
        "typ" | "kid" | "jku" | "x5u" | "x5t" | "x5t#S256" => of_kind(value.is_string(), "a text"),
        "jwk" => of_kind(value.is_object(), "an object"),
        "x5c" => of_kind(is_texts(value), "an array of texts"),
        "cty" => match value.as_str() {
            None => of_kind(false, "a text"),
            // RFC 7519 §5.2
            Some(kind) => is_jwt(kind).then(|| {
                "`cty` says that the payload is another token, which is not a session".to_owned()
            }),
        },
        // RFC 7515 §4.1.11: an extension that the verifier does not know invalidates the token.
        "crit" => Some("`crit` names extensions, of which none is known here".to_owned()),
        // RFC 7797 §7
        "b64" => (*value != true)
            .then(|| "`b64` must not be false: the payload of a JWT is base64url".to_owned()),
        _ => None,
    }
}

/// RFC 7515 §4.1.10: `application/` may be left out before what has no other slash.
fn is_jwt(media_type: &str) -> bool {
    ["jwt", "application/jwt"]
        .iter()
        .any(|name| media_type.eq_ignore_ascii_case(name))
}

fn is_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
}
