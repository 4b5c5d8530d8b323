use std::borrow::Cow;

use http::HeaderName;
use vault_sessions::{
    Action, AppId, Claims, ConsumerId, SessionToken,
    wire::{APP_ID, CONSUMER_ID},
};

use super::{
    error::ServiceError,
    headers::{AUTH_TYPE, app_id, bearer, check_key, consumer_id, single},
};
use crate::{
    connections::{Connection, ConnectionId, Connections},
    router::Call,
    rules::actions,
    vault::Vault,
};

/// Who calls an endpoint that a session token, or the API key, opens; also whom links are made for,
/// whose state says what they may do.
pub(crate) enum Caller<'a> {
    /// A consumer within the bounds of a session: the Vault widget or the Hosted Vault page, with a token
    /// that is good now.
    Session(Cow<'a, Claims>),
    /// The app's backend, with the API key.
    Backend(&'a AppId, &'a ConsumerId),
}

impl<'a> Caller<'a> {
    /// Finds out who calls.
    ///
    /// With `X-APIDECK-AUTH-TYPE: JWT` the credentials are a session token, and the headers with IDs
    /// may be left out, but not contradict it. Otherwise they are the API key. Rules can allow more.
    pub(super) fn of(call: &Call<'a>) -> Result<Self, ServiceError> {
        let (vault, headers) = (call.vault, &call.head.parts.headers);
        let auth_type = single(headers, &AUTH_TYPE)?;
        let is_jwt = match auth_type {
            Some(kind) => kind.eq_ignore_ascii_case("jwt"),
            None => is_bare_token(call),
        };
        if !is_jwt {
            let (app, consumer) = Self::backend_for_consumer(call, REFUSED)?;
            return Ok(Self::Backend(app, consumer));
        }
        let token = bearer(headers)?;
        let refused = || ServiceError::unauthorized(REFUSED);
        let token = SessionToken::new(token).map_err(|_| refused())?;
        let claims = vault.verify_here(&token).map_err(|_| refused())?;
        check_ids(call, &claims)?;
        vault.count_request()?;
        Ok(Self::Session(Cow::Owned(claims)))
    }

    /// Whether the backend asks for no consumer in particular, which a list can answer. Returns the
    /// app then.
    pub(super) fn for_nobody(call: &Call<'a>) -> Result<Option<&'a AppId>, ServiceError> {
        let given = |name: &HeaderName| -> Result<bool, ServiceError> {
            Ok(single(&call.head.parts.headers, name)?.is_some_and(|value| !value.is_empty()))
        };
        let is_session = given(&AUTH_TYPE)? || is_bare_token(call);
        if is_session || given(&CONSUMER_ID)? {
            return Ok(None);
        }
        Self::backend(call, REFUSED).map(Some)
    }

    /// The app of a backend, whose key is checked.
    fn backend(call: &Call<'a>, unknown_app: &'static str) -> Result<&'a AppId, ServiceError> {
        let vault = call.vault;
        check_key(&call.head.parts.headers, vault)?;
        let app = app_id(call)?;
        check_app(vault, app, unknown_app)?;
        vault.count_request()?;
        Ok(app)
    }

    /// App and consumer of a backend, whose key is checked; and what it is told if its app is not the
    /// mock's.
    pub(super) fn backend_for_consumer(
        call: &Call<'a>,
        unknown_app: &'static str,
    ) -> Result<(&'a AppId, &'a ConsumerId), ServiceError> {
        let app = Self::backend(call, unknown_app)?;
        Ok((app, consumer_id(call)?))
    }

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

    /// The connections of the consumer for whom the caller calls.
    pub(super) fn connections(&self, vault: &Vault) -> Connections {
        vault.own_connections(self.app(), self.consumer())
    }

    /// Changes a connection of that consumer all at once, or not at all.
    pub(super) fn update(
        &self,
        vault: &Vault,
        id: &ConnectionId,
        change: impl FnOnce(&mut Connection) -> Result<(), ServiceError>,
    ) -> Result<Connection, ServiceError> {
        self.connections(vault).update(id, change)
    }

    /// Checks that the caller may do this. `allow_actions` is about consumers: the backend may do
    /// everything.
    pub(super) fn check(&self, vault: &Vault, action: Action) -> Result<(), ServiceError> {
        match self {
            Self::Backend(..) => Ok(()),
            Self::Session(claims) => actions::enforce(vault, claims, action)
                .map_err(|refused| ServiceError::not_allowed(&refused)),
        }
    }

    /// Checks that the caller may authorize a connection: the first time always, later only with
    /// `reauthorize`.
    pub(super) fn check_authorization(
        &self,
        vault: &Vault,
        connection: &Connection,
    ) -> Result<(), ServiceError> {
        if actions::is_reauthorization(connection.state()) {
            self.check(vault, Action::Reauthorize)
        } else {
            Ok(())
        }
    }
}

/// Checks that no header with an ID contradicts a session token, unless that is allowed.
pub(crate) fn check_ids(call: &Call<'_>, claims: &Claims) -> Result<(), ServiceError> {
    if call.vault.look_at_rules(|rules| rules.foreign_ids) {
        return Ok(());
    }
    for (name, id) in [
        (APP_ID, claims.application_id().as_str()),
        (CONSUMER_ID, claims.consumer_id().as_str()),
    ] {
        let given = single(&call.head.parts.headers, &name)?;
        if given.is_some_and(|given| !given.is_empty() && given != id) {
            return Err(ServiceError::unauthorized(REFUSED));
        }
    }
    Ok(())
}

/// Whether the credentials are a session token by their form, where that is enough.
fn is_bare_token(call: &Call<'_>) -> bool {
    let has_form = |text: &str| text.split('.').count() == 3;
    bearer(&call.head.parts.headers).is_ok_and(has_form)
        && call.vault.look_at_rules(|rules| rules.bare_tokens)
}

/// What a caller is told whose credentials are no good.
const REFUSED: &str = "Invalid Authorization Token";

fn check_app(vault: &Vault, app: &AppId, unknown: &'static str) -> Result<(), ServiceError> {
    match vault.app_id() {
        Some(known) if known != app => Err(ServiceError::unauthorized(unknown)),
        _ => Ok(()),
    }
}
