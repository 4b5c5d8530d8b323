use std::{borrow::Cow, time::SystemTime};

use bytes::Bytes;
use http::{Method, Response, StatusCode, header::REFRESH, request::Parts};
use serde_json::json;
use vault_sessions::{Claims, SessionToken};

use super::{
    act::act,
    answer::{self, CSS, JAVASCRIPT, JSON, SVG, answer, render, see_other},
    callback,
    connection::ConnectionPage,
    frame::{Toast, policy, remaining},
    integrations::Integrations,
    logs::{Logs, Requests},
    notice::Notice,
    session::PageSession,
    step::ConnectionStep,
    theme::{Icon, PageTheme},
    view::{View, ViewKind},
};
use crate::{
    api::{self, Caller, ServiceError},
    connections::{Connection, ConnectionState, Connections},
    fault::Scope,
    identity::Head,
    oauth,
    router::{self, Call, Found, Route},
    rules::ExpiryRule,
    vault::Vault,
};

const ROOT: &str = "/session/";

/// What comes after the root in the paths of files.
const ASSETS: &str = "assets/";

type Endpoint = fn(&Call<'_>) -> Option<Response<Bytes>>;

static TABLE: &[Route<Endpoint>] = &[
    Route {
        path: "/session/{}",
        methods: &[("GET", page), ("POST", page)],
    },
    Route {
        path: "/session/assets/{}",
        methods: &[("GET", |call| asset_named(call.segment(0)))],
    },
    Route {
        path: callback::PATH,
        methods: &[("GET", |call| Some(callback::respond(&call.head.parts)))],
    },
];

/// Answers a request for the page, or `None` if it is for something else.
pub(crate) fn respond(vault: &Vault, head: &Head, body: &Bytes) -> Option<Response<Bytes>> {
    let parts = &head.parts;
    match router::find(TABLE, &parts.method, parts.uri.path())? {
        Found::Endpoint(endpoint, captures) => endpoint(&Call {
            vault,
            head,
            body,
            token_age: None,
            captures,
        }),
        Found::Options(allow) => Some(allow.options()),
        Found::NotAllowed(allow) => {
            let mut response =
                Notice::Method.respond(None, vault.look_at_rules(|rules| rules.external_images));
            response.headers_mut().extend([allow.header()]);
            Some(response)
        }
    }
}

/// Whether a request is one that the page makes by itself: the journal is about what people do.
pub(crate) fn is_background(parts: &Parts) -> bool {
    let Some(name) = parts.uri.path().strip_prefix(ROOT) else {
        return false;
    };
    // Whatever else a person, or an attacker, sends there is recorded.
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    is_read
        && (name.starts_with(ASSETS) || View::of(parts).is_ok_and(|view| view.kind.is_background()))
}

/// Whether a path is that of a file which pages fetch by themselves.
pub(crate) fn is_asset(path: &str) -> bool {
    let name = path.strip_prefix(ROOT);
    name.is_some_and(|name| name.starts_with(ASSETS))
}

fn asset_named(name: &str) -> Option<Response<Bytes>> {
    let (media_type, content): (_, Bytes) = match name {
        "page.css" => (CSS, include_str!("assets/page.css").into()),
        "page.js" => (JAVASCRIPT, include_str!("assets/page.js").into()),
        "callback.js" => (JAVASCRIPT, include_str!("assets/callback.js").into()),
        // For pages of no session, which has no stylesheet of its own.
        "theme.css" => (CSS, render(&PageTheme::plain()).into()),
        "icon.svg" => (SVG, render(&Icon::plain()).into()),
        _ => return None,
    };
    Some(answer(StatusCode::OK, media_type, content))
}

fn page(call: &Call<'_>) -> Option<Response<Bytes>> {
    if call.head.parts.method == Method::POST && api::is_encoded(&call.head.parts.headers) {
        return Some(ServiceError::content_encoding().into_response());
    }
    let token = call.segment(0);
    (!token.is_empty()).then(|| visited(call, token))
}

fn visited(call: &Call<'_>, token: &str) -> Response<Bytes> {
    let Call {
        vault, head, body, ..
    } = *call;
    let parts = &head.parts;
    let images = vault.look_at_rules(|rules| rules.external_images);
    let Some(claims) = authentic_claims(vault, token) else {
        return Notice::Invalid.respond(None, images);
    };
    let session = PageSession::new(&claims);
    let Ok(view) = View::of(parts) else {
        return Notice::NoSuchPage.respond(Some(session), images);
    };
    let refused = SessionToken::new(token).map(|token| vault.verify(&token));
    let refused = refused.ok().and_then(Result::err);
    let visit = Visit {
        vault,
        head,
        token,
        claims: &claims,
        view,
        now: vault.clock().now(),
    };
    let outcome = match refused {
        Some(refused) if refused.is_expired() => visit.after_the_end(),
        Some(_) => return Notice::Invalid.respond(None, images),
        // What the API refuses is refused here, although no browser sends such headers.
        None if api::check_ids(call, &claims).is_err() => {
            return Notice::Invalid.respond(None, images);
        }
        None => visit.respond(body),
    };
    outcome.unwrap_or_else(|notice| notice.respond(Some(session), images))
}

/// The claims if the mock signed them, whatever the time: an expired session still has its looks.
fn authentic_claims(vault: &Vault, token: &str) -> Option<Claims> {
    let rule = ExpiryRule::Leeway(std::time::Duration::MAX);
    vault.verify_by(token, rule).ok()
}

/// A request for a page of a genuine session.
pub(super) struct Visit<'a> {
    pub(super) vault: &'a Vault,
    pub(super) head: &'a Head,
    pub(super) view: View,
    pub(super) now: SystemTime,
    token: &'a str,
    claims: &'a Claims,
}

impl Visit<'_> {
    pub(super) fn session(&self) -> PageSession<'_> {
        PageSession::new(self.claims)
    }

    pub(super) fn has_external_images(&self) -> bool {
        self.vault.look_at_rules(|rules| rules.external_images)
    }

    /// Whether the developer's corner is open to whoever sent the request.
    pub(super) fn has_corner(&self) -> bool {
        let admin = self.vault.admin();
        let is_wanted = self.vault.look_at_rules(|rules| rules.developer_corner);
        is_wanted && admin.lets_in(self.head)
    }

    /// The session's own URL.
    pub(super) fn address(&self) -> String {
        format!(
            "{}{ROOT}{}",
            self.vault.public_base_for(&self.head.parts),
            self.token
        )
    }

    pub(super) fn consumer(&self) -> Connections {
        let session = self.session();
        self.vault
            .own_connections(session.app(), session.consumer())
    }

    /// Whom the faults of the developer's corner meet.
    pub(super) fn scope(&self) -> Scope {
        let session = self.session();
        Scope::app(session.app().clone()).and_consumer(session.consumer().clone())
    }

    /// The connections that the session is about.
    pub(super) fn connections(&self) -> Vec<Connection> {
        let mut connections = self.consumer().all();
        connections.retain(|connection| self.session().is_about(connection.id().unified_api()));
        connections
    }

    /// The connection that the request names, if the session is about it.
    pub(super) fn connection(&self) -> Option<Connection> {
        let connection = self.consumer().find(self.view.connection.as_ref()?)?;
        let api = connection.id().unified_api();
        self.session().is_about(api).then_some(connection)
    }

    pub(super) fn authorize_url(&self, connection: &Connection) -> Option<String> {
        let caller = Caller::Session(Cow::Borrowed(self.claims));
        self.vault
            .links(&self.head.parts, &caller, connection)
            .authorize_url
    }

    fn respond(&self, body: &[u8]) -> Result<Response<Bytes>, Notice> {
        match self.head.parts.method {
            Method::POST => act(self, body),
            _ => self.show(),
        }
    }

    /// A session whose time is over still has its colours, and a clock that says so.
    fn after_the_end(&self) -> Result<Response<Bytes>, Notice> {
        match self.view.kind {
            ViewKind::Stylesheet | ViewKind::Icon => self.show(),
            ViewKind::Clock => Ok(self.clock(false)),
            _ => Err(Notice::Expired),
        }
    }

    fn show(&self) -> Result<Response<Bytes>, Notice> {
        let session = self.session();
        Ok(match self.view.kind {
            ViewKind::Stylesheet => answer(StatusCode::OK, CSS, render(&PageTheme::of(session))),
            ViewKind::Icon => answer(StatusCode::OK, SVG, render(&Icon::of(session))),
            ViewKind::Clock => self.clock(true),
            ViewKind::Journal if !self.has_corner() => return Err(Notice::NoSuchPage),
            ViewKind::Journal => self.page(&Requests::all(self)),
            // What is hidden is also out of reach; the service's page goes to its start instead.
            ViewKind::Logs if !session.shows_logs() => see_other("?"),
            ViewKind::Suggestions if !session.shows_suggestions() => see_other("?"),
            ViewKind::Logs => self.page(&Logs::of(self)),
            ViewKind::Suggestions => self.page(&Integrations::suggestions(self)),
            ViewKind::Page if self.view.connection.is_some() => self.one()?,
            ViewKind::Page => self.home(),
        })
    }

    fn home(&self) -> Response<Bytes> {
        let connections = self.connections();
        let is_added = |one: &&Connection| one.state() != ConnectionState::Available;
        let added: Vec<_> = connections.iter().filter(is_added).collect();
        if self.session().is_isolated()
            && let [only] = added[..]
        {
            return self.page(&ConnectionPage::of(self, only, None));
        }
        if self.session().shows_suggestions() && added.is_empty() && self.view.search.is_empty() {
            return see_other("?view=suggestions");
        }
        self.page(&Integrations::all(self))
    }

    fn one(&self) -> Result<Response<Bytes>, Notice> {
        let connection = self.connection().ok_or(Notice::NoSuchPage)?;
        let step: Option<ConnectionStep> =
            self.view.done.as_deref().and_then(|step| step.parse().ok());
        let name = connection.connector().name();
        if let Some(error) = &self.view.error {
            let toast = Toast::Failed(format!("{name}: {error}"));
            return Ok(self.page(&ConnectionPage::of(self, &connection, Some(toast))));
        }
        let toast = step.map(|step| format!("{name} {}", step.done()));
        let next = step.and_then(|step| self.automatic_redirect(&connection, step));
        let Some(next) = next else {
            let toast = toast.map(Toast::Done);
            return Ok(self.page(&ConnectionPage::of(self, &connection, toast)));
        };
        let toast =
            toast.map(|toast| Toast::Done(format!("{toast} Returning to the application…")));
        let mut response = self.page(&ConnectionPage::of(self, &connection, toast));
        // As long as the service's page waits; a header works without a script.
        let refresh = format!("3; url={next}").try_into();
        let refresh = refresh.expect("a URL consists of visible ASCII characters");
        response.headers_mut().insert(REFRESH, refresh);
        Ok(response)
    }

    /// Where to go once a connection has become callable.
    fn automatic_redirect(&self, connection: &Connection, step: ConnectionStep) -> Option<String> {
        let session = self.session();
        let is_callable = connection.state() == ConnectionState::Callable;
        let makes_callable = matches!(
            step,
            ConnectionStep::Add
                | ConnectionStep::Authorize
                | ConnectionStep::Reauthorize
                | ConnectionStep::Save
        );
        let leaves = session.redirects_when_callable() && is_callable && makes_callable;
        let service = connection.id().service_id().as_str();
        let link = session.redirect_uri().filter(|_| leaves)?;
        // A service ID is in a query as it is.
        let query = format!("authorizedConnection={service}");
        Some(oauth::with_query(link.as_str(), &query))
    }

    fn clock(&self, alive: bool) -> Response<Bytes> {
        let left = self.claims.remaining(self.now);
        let body = json!({
            "alive": alive,
            "remaining": remaining(left),
            "milliseconds": u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
        });
        answer(StatusCode::OK, JSON, body.to_string())
    }

    fn page(&self, template: &impl askama::Template) -> Response<Bytes> {
        answer::page(StatusCode::OK, template, &policy(self))
    }
}
