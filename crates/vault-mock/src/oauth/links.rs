use http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use vault_sessions::{AppId, Claims, ConsumerId};

use super::state::{self, OAuthStep};
use crate::{
    connections::{Connection, Links},
    vault::Vault,
};

/// Whom links are made for: their state says what this holder may do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder<'a> {
    /// A consumer, within the bounds of a session.
    Session(&'a Claims),
    /// The app's own backend, which holds the API key.
    Backend(&'a AppId, &'a ConsumerId),
}

impl Holder<'_> {
    pub(crate) fn app(&self) -> &AppId {
        match self {
            Self::Session(claims) => claims.application_id(),
            Self::Backend(app, _) => app,
        }
    }

    pub(crate) fn consumer(&self) -> &ConsumerId {
        match self {
            Self::Session(claims) => claims.consumer_id(),
            Self::Backend(_, consumer) => consumer,
        }
    }
}

impl Vault {
    /// Where the browser goes to authorize a connection and to revoke it.
    ///
    /// Both carry a state, so that `&redirect_uri=…` can be appended, as the Vault widget does. OAuth
    /// connections have an `authorize_url`, and a `revoke_url` while there is something to revoke.
    pub(crate) fn links(
        &self,
        parts: &Parts,
        holder: &Holder<'_>,
        connection: &Connection,
    ) -> Links {
        if connection.connector().auth().grant_type().is_none() {
            return Links::default();
        }
        let claims = state::claims(holder, connection.id());
        let state = state::issue(self, OAuthStep::Link, claims);
        let link = |endpoint: &str| {
            let base = self.api_base_for(parts);
            let service = connection.id().service_id();
            let app = utf8_percent_encode(holder.app().as_str(), NON_ALPHANUMERIC);
            format!("{base}/vault/{endpoint}/{service}/{app}?state={state}")
        };
        Links {
            authorize_url: Some(link("authorize")),
            revoke_url: connection.is_revocable().then(|| link("revoke")),
        }
    }
}
