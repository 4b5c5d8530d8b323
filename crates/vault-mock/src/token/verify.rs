use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, errors::ErrorKind};
use vault_sessions::Claims;

use super::{
    hs256::Hs256,
    issue::HEADER,
    refused::{Reason, TokenRefused},
};
use crate::rules::{ExpiryRule, Rules};

/// Bytes of the longest token that is looked at; a body at its limit makes a token of 1.4 MB.
const LIMIT: usize = 2 * 1024 * 1024;

/// When a token is too old, and when it is too young.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeRules {
    pub(crate) expiry: ExpiryRule,
    /// How far in the future `iat` may be.
    pub(crate) issued_at_tolerance: Duration,
}

impl From<ExpiryRule> for TimeRules {
    /// Clocks that may disagree about the end may disagree about the beginning.
    fn from(expiry: ExpiryRule) -> Self {
        let issued_at_tolerance = match expiry {
            ExpiryRule::Leeway(leeway) => leeway,
            _ => Duration::ZERO,
        };
        Self {
            expiry,
            issued_at_tolerance,
        }
    }
}

impl From<&Rules> for TimeRules {
    fn from(rules: &Rules) -> Self {
        let expiry = Self::from(rules.expiry_rule);
        let tolerance = rules.issued_at_tolerance;
        Self {
            issued_at_tolerance: expiry.issued_at_tolerance.max(tolerance),
            ..expiry
        }
    }
}

/// Checks form, header, signature, claims and time, in this order: nothing of a token is believed
/// before its signature fits.
pub(crate) fn verify(
    key: &Hs256,
    token: &str,
    now: SystemTime,
    rules: impl Into<TimeRules>,
) -> Result<Claims, TokenRefused> {
    verify_any([key].into_iter(), token, now, rules.into())
}

/// As [`verify`], with the first key that fits.
pub(super) fn verify_any<'a>(
    keys: impl Iterator<Item = &'a Hs256>,
    token: &str,
    now: SystemTime,
    rules: TimeRules,
) -> Result<Claims, TokenRefused> {
    let claims = verify_signature(keys, token).map_err(TokenRefused::new)?;
    match time_problem(&claims, now, rules) {
        None => Ok(claims),
        Some(problem) => Err(TokenRefused::new(problem)),
    }
}

fn verify_signature<'a>(
    mut keys: impl Iterator<Item = &'a Hs256>,
    token: &str,
) -> Result<Claims, Reason> {
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
    if !keys.any(|key| key.is_tag(parts.signed.as_bytes(), &tag)) {
        return Err(Reason::Signature);
    }
    let payload = URL_SAFE_NO_PAD
        .decode(parts.payload)
        .map_err(|_| Reason::Malformed("the payload is not base64url"))?;
    serde_json::from_slice(&payload).map_err(|why| Reason::Claims(why.to_string()))
}

/// The payload of a JWT of which nothing is checked but its form.
pub(crate) fn unverified_payload(token: &str) -> Option<Vec<u8>> {
    let parts = Parts::of(token).filter(|_| token.len() <= LIMIT)?;
    URL_SAFE_NO_PAD.decode(parts.payload).ok()
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
    // The header of every token that the mock issues needs no second look.
    if token
        .strip_prefix(HEADER)
        .is_some_and(|rest| rest.starts_with('.'))
    {
        return Ok(());
    }
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

fn time_problem(claims: &Claims, now: SystemTime, rules: TimeRules) -> Option<Reason> {
    let since_epoch = |time: SystemTime| {
        let duration = time.duration_since(SystemTime::UNIX_EPOCH);
        duration.unwrap_or_default()
    };
    let (now, iat) = (since_epoch(now), since_epoch(claims.issued_at()));
    let exp = since_epoch(claims.expires_at());
    if let Some(ago) = rules.expiry.expired_since(now, exp) {
        return Some(Reason::Expired { ago });
    }
    let ahead = iat.saturating_sub(now);
    (ahead > rules.issued_at_tolerance).then_some(Reason::IssuedInFuture { ahead })
}
