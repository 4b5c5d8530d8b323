use std::{borrow::Cow, fmt};

use http::{HeaderMap, HeaderName, Uri, header::AUTHORIZATION, request::Parts};
use percent_encoding::percent_decode_str;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};
use vault_sessions::{
    AppId, ConsumerId,
    wire::{APP_ID, CONSUMER_ID},
};

use crate::{admin::Peer, token};

/// The head of a request, whose it is, and where it came from.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) parts: Parts,
    pub(crate) identity: Identity,
    pub(crate) peer: Option<Peer>,
}

impl From<Parts> for Head {
    fn from(parts: Parts) -> Self {
        Self {
            identity: Identity::of(&parts.headers, &parts.uri),
            peer: parts.extensions.get().copied(),
            parts,
        }
    }
}

/// Whose a request says it is: the one answer for tenants, faults, limits, journal and expectations.
///
/// Each ID comes from its header, else from the token that the request carries, else from the path.
/// What is no valid ID counts as absent. Nothing is verified: the endpoints do that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) app: Option<AppId>,
    pub(crate) consumer: Option<ConsumerId>,
}

impl Identity {
    fn of(headers: &HeaderMap, uri: &Uri) -> Self {
        let mut identity = Self {
            app: id(headers, &APP_ID),
            consumer: id(headers, &CONSUMER_ID),
        };
        if !identity.is_whole() {
            identity.complete(|| bearer(headers).and_then(named_by_token));
            identity.complete(|| named_by_path(uri.path()));
            identity.complete(|| named_by_token(&state(uri)?));
        }
        identity
    }

    fn is_whole(&self) -> bool {
        self.app.is_some() && self.consumer.is_some()
    }

    /// Takes what is still missing from a source of less rank.
    fn complete(&mut self, read: impl FnOnce() -> Option<Self>) {
        if self.is_whole() {
            return;
        }
        let Some(other) = read() else { return };
        self.app = self.app.take().or(other.app);
        self.consumer = self.consumer.take().or(other.consumer);
    }

    /// The app's ID; empty, which no ID is, if there is none.
    pub(crate) fn app_text(&self) -> &str {
        self.app.as_ref().map_or("", AppId::as_str)
    }

    /// The consumer's ID; empty, which no ID is, if there is none.
    pub(crate) fn consumer_text(&self) -> &str {
        self.consumer.as_ref().map_or("", ConsumerId::as_str)
    }
}

/// What the header `Authorization` holds for the scheme `Bearer`, whose case is ignored (RFC 9110
/// §11.1, RFC 6750 §2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    bearer_of(headers.get(AUTHORIZATION)?.to_str().ok()?)
}

/// As [`bearer`], from the header's value.
pub(crate) fn bearer_of(credentials: &str) -> Option<&str> {
    let (scheme, credentials) = credentials.trim_start().split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then(|| credentials.trim())
}

fn id<T>(headers: &HeaderMap, name: &HeaderName) -> Option<T>
where
    T: for<'a> TryFrom<&'a str>,
{
    let text = headers.get(name)?.to_str().ok()?;
    T::try_from(text.trim()).ok()
}

/// The app that a path names, by itself or by its token.
pub(crate) fn app_of_path(path: &str) -> Option<AppId> {
    named_by_path(path)?.app
}

/// The app that a token names.
pub(crate) fn app_of_token(token: &str) -> Option<AppId> {
    named_by_token(token)?.app
}

/// The app that the token in a value of `Authorization` names.
pub(crate) fn app_of_credentials(credentials: &str) -> Option<AppId> {
    app_of_token(bearer_of(credentials)?)
}

fn named_by_path(path: &str) -> Option<Identity> {
    let mut segments = path.split('/').skip(1);
    match (segments.next()?, segments.next()?) {
        ("session", token) => named_by_token(token),
        ("vault", "authorize" | "revoke") => {
            let app = percent_decode_str(segments.nth(1)?).decode_utf8().ok()?;
            Some(Identity {
                app: AppId::new(app.into_owned()).ok(),
                consumer: None,
            })
        }
        _ => None,
    }
}

fn state(uri: &Uri) -> Option<Cow<'_, str>> {
    let mut pairs = form_urlencoded::parse(uri.query()?.as_bytes());
    pairs.find_map(|(name, value)| (name == "state").then_some(value))
}

fn named_by_token(token: &str) -> Option<Identity> {
    let payload = token::unverified_payload(token)?;
    let Named(identity) = serde_json::from_slice(&payload).ok()?;
    Some(identity)
}

/// The IDs in the claims of a token; the other claims are not kept.
struct Named(Identity);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor)
    }
}

struct NamedVisitor;

impl<'de> Visitor<'de> for NamedVisitor {
    type Value = Named;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the claims of a session")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Named, A::Error> {
        let (mut app, mut consumer) = (None, None);
        while let Some(name) = access.next_key::<Cow<'de, str>>()? {
            let is_second = match &*name {
                "application_id" => app.replace(access.next_value()?).is_some(),
                "consumer_id" => consumer.replace(access.next_value()?).is_some(),
                _ => {
                    access.next_value::<IgnoredAny>()?;
                    false
                }
            };
            if is_second {
                return Err(A::Error::custom("two members have the same name"));
            }
        }
        Ok(Named(Identity {
            app: app.flatten(),
            consumer: consumer.flatten(),
        }))
    }
}
