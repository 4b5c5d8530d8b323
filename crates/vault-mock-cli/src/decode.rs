use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vault_mock::Vault;
use vault_sessions::SessionToken;

use super::{arguments::Decode, files, output::print};

/// Shows a token; one that is refused is an error after it is shown.
pub(crate) fn decode(arguments: Decode) -> Result<(), String> {
    let secret = arguments.secret.read()?;
    let text = match arguments.token.filter(|token| token.0 != "-") {
        Some(token) => token.0,
        None => String::from_utf8(files::read_input()?)
            .map_err(|_| "standard input: it is not UTF-8")?,
    };
    let token = token(text.trim());
    let mut parts = token.split('.');
    let [Some(header), Some(claims), Some(_), None] = [(); 4].map(|()| parts.next()) else {
        return Err("this is not a JWT: a JWT has three parts separated by dots".to_owned());
    };
    let header = part(header).map_err(|why| format!("the token's header {why}"))?;
    let claims = part(claims).map_err(|why| format!("the token's payload {why}"))?;
    let clock = arguments.at.clock();
    let life = life(&claims, clock.now());
    let refused = match secret {
        None => None,
        Some(secret) => {
            let vault = Vault::builder().secret(secret).clock(clock);
            let vault = vault.expiry_rule(arguments.expiry_rule).build();
            let token = SessionToken::new(token).map_err(|error| error.to_string())?;
            Some(vault.verify(&token).err())
        }
    };
    let verified = refused.as_ref().map(Option::is_none);
    let shown = json!({ "header": header, "claims": claims, "life": life, "verified": verified });
    print(&format!("{shown:#}"))?;
    match refused.flatten() {
        Some(refusal) => Err(refusal.to_string()),
        None => Ok(()),
    }
}

/// The token of a session URI, where the page may have added a query and a fragment.
fn token(text: &str) -> &str {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default()
}

fn part(text: &str) -> Result<Value, String> {
    let bytes = URL_SAFE_NO_PAD.decode(text);
    let bytes = bytes.map_err(|error| format!("is not base64url: {error}"))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("is not JSON: {error}"))
}

/// Where `now` is in the life of the token, whether or not it is genuine.
fn life(claims: &Value, now: SystemTime) -> String {
    // RFC 7519 §2: perhaps with a fraction or an exponent.
    let exp = claims["exp"].as_f64();
    let exp = exp.and_then(|exp| Duration::try_from_secs_f64(exp).ok());
    let Some(end) = exp.and_then(|exp| SystemTime::UNIX_EPOCH.checked_add(exp)) else {
        return "it has no exp, a number of seconds since 1970".to_owned();
    };
    // Fractions of a second are noise here.
    let whole = |span: Duration| humantime::format_duration(Duration::from_secs(span.as_secs()));
    match end.duration_since(now) {
        Ok(Duration::ZERO) => "expired at this very second".to_owned(),
        Ok(left) => format!("expires in {}", whole(left)),
        Err(past) => format!("expired {} ago", whole(past.duration())),
    }
}
