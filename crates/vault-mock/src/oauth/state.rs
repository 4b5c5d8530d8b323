use serde_json::{Map, Value};
use vault_sessions::Claims;

use crate::{
    api::{Caller, ServiceError},
    clock,
    connections::{ConnectionId, ServiceId},
    token::{self, Hs256, Secret},
    vault::Vault,
};

/// Seconds that a state is good, as those are that the service has published.
const LIFETIME: u64 = 86_400;

/// Which step a state leads to. Each is signed with a key of its own, derived from the one of
/// sessions, so that no state passes for another, or for a session token, although all of them have
/// an app, a consumer and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OAuthStep {
    /// In an authorize or revoke link.
    Link,
    /// On the way through the provider to the callback.
    Callback,
    /// The same, for an authorization that the app has started with a provider of its own.
    ForeignCallback,
}

/// A state that is the mock's, and good now.
pub(super) struct OAuthState {
    /// The claims: those of a session as far as they matter to the round trip.
    pub(super) claims: Claims,
    pub(super) id: ConnectionId,
}

/// The claim that says where a session wants to return to: `null` if nowhere, absent without one.
pub(super) const REDIRECT_URI: &str = "redirect_uri";

impl OAuthState {
    /// The claim [`REDIRECT_URI`].
    pub(super) fn redirect_uri(&self) -> Option<&Value> {
        self.claims.others().get(REDIRECT_URI)
    }
}

/// What a link's state says of a caller and a connection: `{consumer_id, unified_api, service_id,
/// application_id}`, as the service's does.
///
/// For a session it also holds what the round trip has to respect: the session's `redirect_uri`,
/// `null` if there is none, and its `allow_actions`.
pub(super) fn claims(caller: &Caller<'_>, id: &ConnectionId) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    claim("consumer_id", caller.consumer().as_str().into());
    claim("unified_api", id.unified_api().as_str().into());
    claim("service_id", id.service_id().as_str().into());
    claim("application_id", caller.app().as_str().into());
    if let Caller::Session(session) = caller {
        let redirect_uri = session.others().get(REDIRECT_URI);
        claim(REDIRECT_URI, redirect_uri.cloned().unwrap_or_default());
        let settings = session.others().get("settings");
        if let Some(actions) = settings.and_then(|settings| settings.get("allow_actions")) {
            let settings = Map::from_iter([("allow_actions".to_owned(), actions.clone())]);
            claim("settings", settings.into());
        }
    }
    claims
}

/// Signs a state, with `iat` and `exp` on the mock's clock.
pub(super) fn issue(vault: &Vault, step: OAuthStep, mut claims: Map<String, Value>) -> String {
    let issued_at = vault.clock().unix_seconds();
    claims.insert("iat".to_owned(), issued_at.into());
    let expires_at = (issued_at + LIFETIME).min(clock::LATEST);
    claims.insert("exp".to_owned(), expires_at.into());
    let claims = serde_json::to_vec(&claims).expect("claims are JSON");
    token::sign(&step.key(vault), &claims)
}

/// Reads a state, if it is the mock's and good now.
pub(super) fn read(
    vault: &Vault,
    step: OAuthStep,
    state: &str,
) -> Result<OAuthState, ServiceError> {
    let refused = |why: String| ServiceError::oauth_state(format!("State is not valid: {why}"));
    let rule = vault.look_at_rules(|rules| rules.expiry_rule);
    let claims = token::read([&step.key(vault)], state)
        .and_then(|claims| vault.check_claims(&claims, rule).map(|()| claims))
        .map_err(|why| refused(why.to_string()))?;
    let member = |name: &str| {
        let member = claims.others().get(name).and_then(Value::as_str);
        member.ok_or_else(|| refused(format!("it does not include {name}")))
    };
    let unified_api = member("unified_api")?.into();
    let service_id =
        ServiceId::new(member("service_id")?).map_err(|why| refused(why.to_string()))?;
    let id = ConnectionId::new(unified_api, service_id);
    Ok(OAuthState { claims, id })
}

impl OAuthStep {
    fn key(self, vault: &Vault) -> Hs256 {
        let purpose: &[u8] = match self {
            Self::Link => b"state of a link",
            Self::Callback => b"state on the way to the callback",
            Self::ForeignCallback => b"state of a callback from elsewhere",
        };
        let derived = vault.key().tag(purpose);
        Hs256::new(&Secret::new(derived).expect("a tag has 32 bytes"))
    }
}
