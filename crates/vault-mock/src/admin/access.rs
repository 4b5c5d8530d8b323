use std::net::{IpAddr, SocketAddr};

use ctutils::CtEq;
use http::{
    HeaderMap, HeaderName, HeaderValue, Uri,
    header::{FORWARDED, HOST, ORIGIN, VIA},
    request::Parts,
    uri::Authority,
};
use vault_sessions::ApiKey;

use super::{host::HostName, problem::AdminProblem};
use crate::{
    builder::{VaultBuilder, random_api_key},
    identity::{Head, bearer},
    origin::Origin,
    vault::Vault,
};

/// Who may use the admin API, the endpoints under `/__vault_mock/`.
///
/// By default, callers on the same machine, by an IP address or by `localhost`. If a server can be
/// reached from elsewhere, every caller needs a token instead, which is generated: see
/// [`Vault::admin_token`](crate::Vault::admin_token). Under every rule, calls that a browser makes for
/// another origin are refused. `/__vault_mock/health` and `/__vault_mock/ready` answer everybody,
/// because they reveal and change nothing.
///
/// ```
/// use vault_mock::{AdminAccess, Vault};
/// use vault_sessions::ApiKey;
///
/// let token = ApiKey::new("for-the-test-runner-only")?;
/// let vault = Vault::builder().admin(AdminAccess::token(token)).build();
/// # drop(vault);
/// # Ok::<(), vault_sessions::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct AdminAccess {
    rule: Rule,
    hosts: Vec<HostName>,
}

#[derive(Clone, Debug, Default)]
enum Rule {
    /// Loopback, unless a server is started that can be reached from elsewhere.
    #[default]
    Unsaid,
    Loopback,
    Token(ApiKey),
    /// A token that was generated for such a server. Calls in process need none.
    Generated(ApiKey),
    Off,
}

/// Where a request came from, as an extension of the request.
///
/// A [`VaultServer`](crate::VaultServer) knows it, and shows it to [hooks](crate::VaultBuilder::hook). A
/// request without it was made in process, and the admin API trusts it like other code in the process. If
/// you put [`Vault::service`](crate::Vault::service) behind a listener of your own, set it:
///
/// ```
/// use std::net::SocketAddr;
/// use bytes::Bytes;
/// use http::Request;
/// use vault_mock::{Peer, Vault};
///
/// let from_outside = SocketAddr::from(([203, 0, 113, 7], 49152));
/// let request = Request::get("/__vault_mock/clock")
///     .header("host", "127.0.0.1")
///     .extension(Peer(from_outside))
///     .body(Bytes::new())?;
/// assert_eq!(Vault::builder().build().handle(request).status(), 403);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

impl AdminAccess {
    /// Callers on the same machine, without a token, even if the mock can be reached from elsewhere.
    ///
    /// A proxy on the same machine that adds no header of its own, such as nginx with a plain
    /// `proxy_pass`, makes every caller look like one on this machine: use a
    /// [`token`](AdminAccess::token) behind one.
    ///
    /// The peer's address must be a loopback address, no proxy may have passed the request on, and
    /// `Host` must be an IP address, `localhost`, or one of the [`host`](AdminAccess::host)s. The
    /// last keeps out web pages that have their own name resolved to this machine (DNS rebinding).
    #[must_use]
    pub fn loopback() -> Self {
        Self {
            rule: Rule::Loopback,
            hosts: Vec::new(),
        }
    }

    /// Callers from anywhere with this token, in `Authorization: Bearer <token>` or in the header
    /// `x-vault-mock-token`.
    #[must_use]
    pub fn token(token: ApiKey) -> Self {
        Self {
            rule: Rule::Token(token),
            hosts: Vec::new(),
        }
    }

    /// Nobody: the paths answer 404, like any unknown path of the service.
    #[must_use]
    pub fn off() -> Self {
        Self {
            rule: Rule::Off,
            hosts: Vec::new(),
        }
    }

    /// One more name of this machine that `Host` may hold: `host("vault.test".parse()?)`.
    #[must_use]
    pub fn host(mut self, name: HostName) -> Self {
        self.hosts.push(name);
        self
    }

    /// Asks for a generated token if nothing else was said and a server can be reached from
    /// elsewhere, by its address or by a name that stands in one of `bases`.
    pub(crate) fn settle<'a>(
        &mut self,
        address: SocketAddr,
        mut bases: impl Iterator<Item = &'a Uri>,
    ) {
        let is_elsewhere = |base: &Uri| base.host().is_some_and(|host| !self.is_this_machine(host));
        let is_exposed = !is_loopback(address.ip()) || bases.any(is_elsewhere);
        if is_exposed && matches!(self.rule, Rule::Unsaid) {
            self.rule = Rule::Generated(random_api_key());
        }
    }

    fn is_this_machine(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse() {
            Ok(ip) => is_loopback(ip),
            Err(_) => self.is_own(host) || host.to_ascii_lowercase().ends_with(".localhost"),
        }
    }

    pub(super) fn is_off(&self) -> bool {
        matches!(self.rule, Rule::Off)
    }

    pub(super) fn check(&self, head: &Head) -> Result<(), AdminProblem> {
        let parts = &head.parts;
        let hosts = hosts(parts)?;
        check_origin(&parts.headers, &hosts)?;
        match &self.rule {
            Rule::Token(token) => check_token(&parts.headers, token),
            Rule::Generated(token) if head.peer.is_some() => check_token(&parts.headers, token),
            Rule::Unsaid | Rule::Loopback | Rule::Generated(_) | Rule::Off => {
                check_peer(head)?;
                self.check_hosts(&hosts)
            }
        }
    }

    /// Whether a request may see and do what the admin API shows and does.
    #[cfg(feature = "page")]
    pub(crate) fn lets_in(&self, head: &Head) -> bool {
        !self.is_off() && self.check(head).is_ok()
    }

    fn check_hosts(&self, hosts: &[Authority]) -> Result<(), AdminProblem> {
        match hosts.iter().find(|host| !self.is_own(host.host())) {
            None => Ok(()),
            Some(host) => Err(AdminProblem::forbidden(format!(
                "`{}` is not a name of this machine that the mock knows; call it by its address or by \
                 localhost, or allow the name (--admin-host)",
                host.host()
            ))),
        }
    }

    fn is_own(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().is_ok()
            || host.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|own| own.is(host))
    }
}

impl Vault {
    /// The token that was generated for the admin API, because the server can be reached from
    /// elsewhere and no access rule was set; otherwise `None`.
    ///
    /// That is so if it listens on an address other than loopback, or has a public base or an API base
    /// that is not this machine. Set a rule with [`VaultBuilder::admin`].
    #[must_use]
    pub fn admin_token(&self) -> Option<&ApiKey> {
        match &self.admin().rule {
            Rule::Generated(token) => Some(token),
            _ => None,
        }
    }
}

impl VaultBuilder {
    /// Who may use the admin API. Default: callers on the same machine or, if the server can be reached
    /// from elsewhere, callers with the generated [`Vault::admin_token`].
    pub fn admin(mut self, access: AdminAccess) -> Self {
        self.settings.admin = access;
        self
    }
}

/// The authorities that a request names, in its target and in `Host`.
fn hosts(parts: &Parts) -> Result<Vec<Authority>, AdminProblem> {
    let unreadable =
        || AdminProblem::forbidden("the header host is not a host and port".to_owned());
    let named = parts.headers.get_all(HOST).iter();
    let named = named.map(|host| Authority::try_from(host.as_bytes()).map_err(|_| unreadable()));
    let target = parts.uri.authority().cloned().map(Ok);
    target.into_iter().chain(named).collect()
}

/// Refuses what a browser sends for a page of another origin (Fetch standard, `Sec-Fetch-Site`).
fn check_origin(headers: &HeaderMap, hosts: &[Authority]) -> Result<(), AdminProblem> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let same_site = matches!(site, None | Some(b"same-origin" | b"none"));
    let same_origin = headers.get_all(ORIGIN).iter().all(|origin| {
        let Some(origin) = origin.to_str().ok().and_then(Origin::of) else {
            return false;
        };
        // Whether the request came by TLS the mock does not know behind a proxy: the browser does.
        let mut own = hosts
            .iter()
            .map(|host| format!("{}://{host}", origin.scheme));
        own.any(|own| Origin::of(&own).is_some_and(|own| own == origin))
    });
    if same_site && same_origin {
        return Ok(());
    }
    Err(AdminProblem::forbidden(
        "the admin API answers no web page of another origin".to_owned(),
    ))
}

fn check_token(headers: &HeaderMap, token: &ApiKey) -> Result<(), AdminProblem> {
    let own = headers.get("x-vault-mock-token");
    let own = own.and_then(|token| token.to_str().ok());
    let Some(presented) = own.or_else(|| bearer(headers)) else {
        return Err(AdminProblem::unauthorized(
            "send the admin token: authorization: Bearer <token>, or x-vault-mock-token: <token>",
        ));
    };
    let token = token.expose_secret().as_bytes();
    if presented.as_bytes().ct_eq(token).to_bool() {
        Ok(())
    } else {
        Err(AdminProblem::unauthorized("this is not the admin token"))
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// Whether only a proxy sends this header.
fn is_of_proxy(name: &HeaderName) -> bool {
    const OTHERS: [&str; 4] = [
        "x-real-ip",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
    ];
    let name = name.as_str();
    name == FORWARDED || name == VIA || name.starts_with("x-forwarded-") || OTHERS.contains(&name)
}

fn check_peer(head: &Head) -> Result<(), AdminProblem> {
    let Some(Peer(peer)) = head.peer else {
        return Ok(());
    };
    if is_loopback(peer.ip()) && !head.parts.headers.keys().any(is_of_proxy) {
        return Ok(());
    }
    Err(AdminProblem::forbidden(
        "without a token the admin API answers only to callers on the same machine; start the mock \
         with an admin token (--admin-token) to call it from elsewhere"
            .to_owned(),
    ))
}
