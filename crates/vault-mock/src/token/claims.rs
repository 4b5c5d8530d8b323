use std::time::Duration;

use serde_json::Value;
use vault_sessions::Claims;

use super::{token_error::TokenProblem, unique::UniqueMembers};

/// Reads the claims of a session, and checks those of RFC 7519 §4.1 that the service never writes.
pub(super) fn read(payload: &[u8]) -> Result<Claims, TokenProblem> {
    let refused = |why: serde_json::Error| TokenProblem::Claims(why.to_string());
    let UniqueMembers(members) = serde_json::from_slice(payload).map_err(refused)?;
    match members
        .iter()
        .find_map(|(name, value)| problem(name, value))
    {
        Some(problem) => Err(TokenProblem::Claims(problem)),
        None => serde_json::from_value(Value::Object(members)).map_err(refused),
    }
}

fn problem(name: &str, value: &Value) -> Option<String> {
    match name {
        "iss" | "sub" | "jti" => (!value.is_string()).then(|| format!("`{name}` must be a text")),
        // RFC 7519 §4.1.3: who finds no name of its own in it must refuse the token.
        "aud" => Some("`aud` names an audience, and a mock is none".to_owned()),
        "nbf" if numeric_date(value).is_none() => {
            Some("`nbf` must be a number of seconds since 1970".to_owned())
        }
        _ => None,
    }
}

/// Before when the token is not good, since the epoch (`nbf`); from the beginning where it does not
/// say.
pub(super) fn not_before(claims: &Claims) -> Duration {
    let nbf = claims.others().get("nbf").and_then(numeric_date);
    nbf.unwrap_or_default()
}

/// RFC 7519 §2: seconds since the epoch, perhaps with a fraction or an exponent.
fn numeric_date(value: &Value) -> Option<Duration> {
    match value.as_u64() {
        Some(seconds) => Some(Duration::from_secs(seconds)),
        None => Duration::try_from_secs_f64(value.as_f64()?).ok(),
    }
}
