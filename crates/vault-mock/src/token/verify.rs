use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use vault_sessions::{Claims, SessionToken};

use super::{
    claims, header,
    hs256::Hs256,
    token_error::{TokenError, TokenProblem},
};
use crate::{
    rules::{ExpiryRule, Rules},
    vault::Vault,
};

/// Bytes of the longest token that is looked at; a body at its limit makes a token of 1.4 MB.
const LIMIT: usize = 2 * 1024 * 1024;

/// When a token is too old, and when it is too young.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeRules {
    pub(crate) expiry: ExpiryRule,
    /// How far in the future `iat` and `nbf` may be.
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

impl Vault {
    /// Checks that the token was signed by this mock and is valid now.
    ///
    /// The API and the Hosted Vault page use the same check. [`authorize`](Self::authorize) also checks
    /// an action. A token of an app that has a [mock of its own](Self::tenant) is for that mock to
    /// check, as a request with the token would be.
    ///
    /// # Errors
    ///
    /// [`TokenError`] says whether the token is forged, expired, or for an app that the mock does not
    /// accept.
    pub fn verify(&self, token: &SessionToken) -> Result<Claims, TokenError> {
        let tenant = self.tenant_named_by(token);
        tenant.as_ref().unwrap_or(self).verify_here(token)
    }

    /// As [`verify`](Self::verify), of a token that came with a request to this mock.
    pub(crate) fn verify_here(&self, token: &SessionToken) -> Result<Claims, TokenError> {
        let rules = self.look_at_rules(|rules| TimeRules::from(rules));
        self.verify_by(token.expose_secret(), rules)
    }

    /// As [`verify`](Self::verify), by other rules of time.
    pub(crate) fn verify_by(
        &self,
        token: &str,
        rules: impl Into<TimeRules>,
    ) -> Result<Claims, TokenError> {
        let claims = self.keys().read(token, self.clock().now())?;
        self.check_claims(&claims, rules.into())?;
        Ok(claims)
    }

    /// Checks app and time of claims whose signature fits.
    pub(crate) fn check_claims(
        &self,
        claims: &Claims,
        rules: impl Into<TimeRules>,
    ) -> Result<(), TokenError> {
        let is_other_app = |known| known != claims.application_id();
        let problem = if self.app_id().is_some_and(is_other_app) {
            Some(TokenProblem::OtherApp)
        } else {
            time_problem(claims, self.clock().now(), rules.into())
        };
        problem.map_or(Ok(()), |problem| Err(TokenError::new(problem)))
    }
}

/// Checks form, header, signature and claims, in this order, but no time: nothing of a token is
/// believed before its signature fits.
pub(crate) fn read<'a>(
    keys: impl IntoIterator<Item = &'a Hs256>,
    token: &str,
) -> Result<Claims, TokenError> {
    read_signed(keys.into_iter(), token).map_err(TokenError::new)
}

fn read_signed<'a>(
    mut keys: impl Iterator<Item = &'a Hs256>,
    token: &str,
) -> Result<Claims, TokenProblem> {
    if token.len() > LIMIT {
        return Err(TokenProblem::TooLong {
            length: token.len(),
        });
    }
    let parts = Parts::of(token).ok_or(TokenProblem::Malformed(
        "a JWT has three parts between dots",
    ))?;
    header::check(parts.header)?;
    // Canonical base64 only: otherwise an edited token could pass for the original.
    let tag = URL_SAFE_NO_PAD
        .decode(parts.signature)
        .map_err(|_| TokenProblem::Malformed("the signature is not base64url"))?;
    if !keys.any(|key| key.is_tag(parts.signed.as_bytes(), &tag)) {
        return Err(TokenProblem::Signature);
    }
    let payload = URL_SAFE_NO_PAD
        .decode(parts.payload)
        .map_err(|_| TokenProblem::Malformed("the payload is not base64url"))?;
    claims::read(&payload)
}

/// The payload of a JWT of which nothing is checked but its form.
pub(crate) fn unverified_payload(token: &str) -> Option<Vec<u8>> {
    let parts = Parts::of(token).filter(|_| token.len() <= LIMIT)?;
    URL_SAFE_NO_PAD.decode(parts.payload).ok()
}

struct Parts<'a> {
    header: &'a str,
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        (!header.contains('.') && !payload.contains('.')).then_some(Self {
            header,
            signed,
            payload,
            signature,
        })
    }
}

fn time_problem(claims: &Claims, now: SystemTime, rules: TimeRules) -> Option<TokenProblem> {
    let since_epoch = |time: SystemTime| {
        let duration = time.duration_since(SystemTime::UNIX_EPOCH);
        duration.unwrap_or_default()
    };
    let (now, iat) = (since_epoch(now), since_epoch(claims.issued_at()));
    let exp = since_epoch(claims.expires_at());
    if let Some(ago) = rules.expiry.expired_since(now, exp) {
        return Some(TokenProblem::Expired { ago });
    }
    let ahead = iat.saturating_sub(now);
    if ahead > rules.issued_at_tolerance {
        return Some(TokenProblem::IssuedInFuture { ahead });
    }
    let ahead = claims::not_before(claims).saturating_sub(now);
    (ahead > rules.issued_at_tolerance).then_some(TokenProblem::NotYetGood { ahead })
}
