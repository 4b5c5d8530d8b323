use std::time::Duration;

use bytes::Bytes;
use http::{Response, header::ORIGIN};
use serde_json::{Map, Value};
use vault_sessions::Url;

use super::{
    answer::see_other,
    integrations::query_id,
    notice::Notice,
    route::Visit,
    step::{ClosedStep, ConnectionStep},
};
use crate::{
    base,
    connections::{Auth, Change, Connection, FieldKind, GrantType},
    fault::Script,
    origin::Origin,
};

/// Does what a form asks for, and sends the browser to a page that shows it.
pub(super) fn act(visit: &Visit<'_>, body: &[u8]) -> Result<Response<Bytes>, Notice> {
    if !is_same_origin(visit) {
        return Err(Notice::OtherOrigin);
    }
    let form = Form::read(body);
    if form.value("action").is_none() {
        return steer(visit, &form);
    }
    let step: ConnectionStep = form
        .value("action")
        .and_then(|name| name.parse().ok())
        .ok_or(Notice::NoSuchAction)?;
    let connection = visit.connection().ok_or(Notice::NoSuchPage)?;
    let claims = visit.session().claims();
    step.check(&connection, claims)
        .map_err(|closed| match closed {
            ClosedStep::Forbidden(action) => Notice::NotAllowed(action),
            ClosedStep::Unfitting => Notice::Unfitting(format!(
                "“{}” is not possible for {} in its present state.",
                step.label(),
                connection.connector().name()
            )),
        })?;
    let done = done(&connection, step);
    if let Some(url) = round_trip(visit, &connection, step) {
        return Ok(see_other(&url));
    }
    let change = change(&connection, step, &form);
    visit
        .consumer()
        .apply(connection.id(), change)
        .map_err(|refused| Notice::Unfitting(refused.to_string()))?;
    Ok(see_other(&done))
}

/// The page after a step.
fn done(connection: &Connection, step: ConnectionStep) -> String {
    let id = query_id(connection.id());
    format!("?connection={id}&done={}", step.as_str())
}

fn change(connection: &Connection, step: ConnectionStep, form: &Form) -> Change {
    match step {
        ConnectionStep::Add | ConnectionStep::Enable => Change::Enable,
        ConnectionStep::Authorize | ConnectionStep::Reauthorize => Change::Authorize,
        ConnectionStep::Disable => Change::Disable,
        ConnectionStep::Disconnect => Change::Revoke,
        ConnectionStep::Delete => Change::Delete,
        ConnectionStep::Save => Change::Save(settings(connection, form)),
    }
}

/// Where the browser goes to authorize, and from where it comes back to the page; the other grants
/// need no browser.
fn round_trip(visit: &Visit<'_>, connection: &Connection, step: ConnectionStep) -> Option<String> {
    let is_authorization = matches!(
        step,
        ConnectionStep::Authorize | ConnectionStep::Reauthorize
    );
    let auth = connection.connector().auth();
    if !is_authorization || auth != Auth::OAuth2(GrantType::AuthorizationCode) {
        return None;
    }
    let back = format!("{}{}", visit.address(), done(connection, step));
    // A session can be too large for the round trip to carry its URL; then it is skipped.
    let back = Url::new(back).ok()?;
    let back: String = form_urlencoded::byte_serialize(back.as_str().as_bytes()).collect();
    let url = visit.authorize_url(connection)?;
    Some(format!("{url}&redirect_uri={back}"))
}

/// What the form says about the fields that the connection has. A secret that is left empty stays
/// what it was.
fn settings(connection: &Connection, form: &Form) -> Map<String, Value> {
    let mut settings = Map::new();
    for field in connection.connector().form_fields() {
        let name = format!("settings.{}", field.id());
        let value = form.value(&name).unwrap_or_default();
        let is_secret = field.is_sensitive() || field.kind() == FieldKind::Password;
        let value = match field.kind() {
            FieldKind::Checkbox => Value::Bool(!value.is_empty()),
            FieldKind::MultiSelect => form.values(&name).map(Value::from).collect(),
            _ if value.is_empty() && is_secret => continue,
            _ if value.is_empty() => Value::Null,
            _ => Value::from(value),
        };
        settings.insert(field.id().to_owned(), value);
    }
    settings
}

/// Moves the clock or injects a fault, for the developer's corner.
fn steer(visit: &Visit<'_>, form: &Form) -> Result<Response<Bytes>, Notice> {
    if !visit.has_corner() {
        return Err(Notice::NoSuchAction);
    }
    if let Some(seconds) = form.value("advance") {
        let seconds: u32 = seconds.parse().map_err(|_| Notice::NoSuchAction)?;
        let by = Duration::from_secs(seconds.into());
        visit.vault.clock().advance(by);
    } else if let Some(script) = form.value("fault") {
        let script: Script = script.parse().map_err(|_| Notice::NoSuchAction)?;
        visit.vault.faults().set(visit.scope(), script.into());
    } else if form.value("heal").is_some() {
        visit.vault.faults().unset(&visit.scope());
    } else {
        return Err(Notice::NoSuchAction);
    }
    let page = match &visit.view.connection {
        Some(id) => format!("?corner&connection={}#corner", query_id(id)),
        None => "?corner#corner".to_owned(),
    };
    Ok(see_other(&page))
}

/// Whether the form was sent by the page itself (RFC 6454 §7). A caller without `Origin` is not a
/// browser, and needs only the token in the URL.
fn is_same_origin(visit: &Visit<'_>) -> bool {
    let Some(origin) = visit.head.parts.headers.get(ORIGIN) else {
        return true;
    };
    let Some(origin) = origin.to_str().ok().and_then(Origin::of) else {
        return false;
    };
    let is_own = |url: &str| Origin::of(url).as_ref() == Some(&origin);
    // A proxy in front of the mock may speak another scheme than the mock itself.
    let visited =
        base::named(&visit.head.parts).map(|authority| format!("{}://{authority}", origin.scheme));
    is_own(visit.vault.public_base()) || visited.is_some_and(|visited| is_own(&visited))
}

/// The fields of a form (`application/x-www-form-urlencoded`).
struct Form(Vec<(String, String)>);

impl Form {
    fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str())
    }
}
