use http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::state::{self, OAuthStep};
use crate::{
    api::Caller,
    connections::{Connection, Links},
    vault::Vault,
};

impl Vault {
    /// Where the browser goes to authorize a connection and to revoke it.
    ///
    /// Both carry a state, so that `&redirect_uri=…` can be appended, as the Vault widget does. OAuth
    /// connections have an `authorize_url`, and a `revoke_url` while there is something to revoke.
    pub(crate) fn links(
        &self,
        parts: &Parts,
        caller: &Caller<'_>,
        connection: &Connection,
    ) -> Links {
        if connection.connector().auth().grant_type().is_none() {
            return Links::default();
        }
        let claims = state::claims(caller, connection.id());
        let state = state::issue(self, OAuthStep::Link, claims);
        let link = |endpoint: &str| {
            let base = self.api_base_for(parts);
            let service = connection.id().service_id();
            let app = utf8_percent_encode(caller.app().as_str(), NON_ALPHANUMERIC);
            format!("{base}/vault/{endpoint}/{service}/{app}?state={state}")
        };
        Links {
            authorize_url: Some(link("authorize")),
            revoke_url: connection.is_revocable().then(|| link("revoke")),
        }
    }
}
