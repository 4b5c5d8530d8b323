use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, errors::ErrorKind};
use vault_sessions::Claims;

use super::{
    hs256::Hs256,
    refused::{Reason, TokenRefused},
};
use crate::expiry::ExpiryRule;

/// Bytes of the longest token that is looked at; a body at its limit makes a token of 1.4 MB.
const LIMIT: usize = 2 * 1024 * 1024;

/// Checks form, header, signature, claims and time, in this order: nothing of a token is believed
/// before its signature fits.
pub(crate) fn verify(
    key: &Hs256,
    token: &str,
    now: SystemTime,
    rule: ExpiryRule,
) -> Result<Claims, TokenRefused> {
    let claims = verify_signature(key, token).map_err(TokenRefused::new)?;
    match time_problem(&claims, now, rule) {
        None => Ok(claims),
        Some(problem) => Err(TokenRefused::new(problem)),
    }
}

fn verify_signature(key: &Hs256, token: &str) -> Result<Claims, Reason> {
    if token.len() > LIMIT {
        return Err(Reason::TooLong {
            length: token.len(),
        });
    }
    let parts = Parts::of(token).ok_or(Reason::Malformed("a JWT has three parts between dots"))?;
    check_header(token)?;
    // Canonical base64 only: otherwise an edited token could pass for the original.
    let tag = URL_SAFE_NO_PAD
        .decode(parts.signature)
        .map_err(|_| Reason::Malformed("the signature is not base64url"))?;
    if !key.is_tag(parts.signed.as_bytes(), &tag) {
        return Err(Reason::Signature);
    }
    let payload = URL_SAFE_NO_PAD
        .decode(parts.payload)
        .map_err(|_| Reason::Malformed("the payload is not base64url"))?;
    serde_json::from_slice(&payload).map_err(|why| Reason::Claims(why.to_string()))
}

struct Parts<'a> {
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        (!header.contains('.') && !payload.contains('.')).then_some(Self {
            signed,
            payload,
            signature,
        })
    }
}

fn check_header(token: &str) -> Result<(), Reason> {
    let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
        // `none`, and every algorithm that nobody knows, is no member of the enumeration.
        ErrorKind::Json(_) => Reason::Algorithm,
        _ => Reason::Malformed("the header is not base64url"),
    })?;
    match header.alg {
        Algorithm::HS256 => Ok(()),
        _ => Err(Reason::Algorithm),
    }
}

fn time_problem(claims: &Claims, now: SystemTime, rule: ExpiryRule) -> Option<Reason> {
    let since_epoch = |time: SystemTime| {
        let duration = time.duration_since(SystemTime::UNIX_EPOCH);
        duration.unwrap_or_default()
    };
    let (now, iat) = (since_epoch(now), since_epoch(claims.issued_at()));
    let exp = since_epoch(claims.expires_at());
    if let Some(ago) = rule.expired_since(now, exp) {
        return Some(Reason::Expired { ago });
    }
    let tolerance = match rule {
        ExpiryRule::Leeway(leeway) => leeway,
        _ => Duration::ZERO,
    };
    let ahead = iat.saturating_sub(now);
    (ahead > tolerance).then_some(Reason::IssuedInFuture { ahead })
}
