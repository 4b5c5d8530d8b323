use jsonwebtoken::signature::Signer;
use serde_json::{Map, Value};

use super::links::Holder;
use crate::{
    connections::ConnectionId,
    token::{self, Hs256, Secret},
    vault::Vault,
};

/// Seconds that an authorize or revoke link works, as the service's published ones do.
const LIFETIME: u64 = 86_400;

/// Signs what an authorize or revoke link is about: `{consumer_id, unified_api, service_id,
/// application_id, iat, exp}`, as the service does.
///
/// For a session it also holds what the round trip has to respect: the session's `redirect_uri` and
/// its `allow_actions`.
pub(super) fn issue(vault: &Vault, holder: &Holder<'_>, id: &ConnectionId) -> String {
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    claim("consumer_id", holder.consumer().as_str().into());
    claim("unified_api", id.unified_api().as_str().into());
    claim("service_id", id.service_id().as_str().into());
    claim("application_id", holder.app().as_str().into());
    if let Holder::Session(session) = holder {
        let redirect_uri = session.others().get("redirect_uri");
        claim("redirect_uri", redirect_uri.cloned().unwrap_or_default());
        let settings = session.others().get("settings");
        if let Some(actions) = settings.and_then(|settings| settings.get("allow_actions")) {
            let settings = Map::from_iter([("allow_actions".to_owned(), actions.clone())]);
            claim("settings", settings.into());
        }
    }
    let issued_at = vault.clock().unix_seconds();
    claim("iat", issued_at.into());
    claim("exp", (issued_at + LIFETIME).into());
    let claims = serde_json::to_vec(&claims).expect("claims are JSON");
    token::sign(&key(vault), &claims)
}

/// States are signed with a key of their own, derived from the one of sessions: neither can pass for
/// the other, although both have an app, a consumer and a time.
fn key(vault: &Vault) -> Hs256 {
    let derived = Signer::sign(vault.key(), b"state of an OAuth round trip");
    Hs256::new(&Secret::new(derived).expect("a tag has 32 bytes"))
}
