use std::{env, fmt};

use http::{Uri, uri::Scheme};
use zeroize::Zeroizing;

use super::{
    ConfigError, ConfigProblem, Route,
    environment::{Lookup, text},
    exceptions::Exceptions,
    proxy_uri, stays_on_this_machine,
};
use crate::builder::ClientBuilder;

/// An HTTP proxy between the client and the service.
///
/// An `https` service is reached through a tunnel (`CONNECT`, RFC 9110 §9.3.6), so that the proxy sees
/// neither the API key nor a token. Requests to a plain `http` service go through the proxy unencrypted,
/// so it sees everything; if the proxy is on another machine, that must be
/// [allowed](ClientBuilder::allow_plain_http).
///
/// `Debug` shows where the proxy is, but no user and no password. Needs the feature `proxy`.
///
/// ```
/// use vault_sessions_client::{Client, Proxy};
///
/// // Percent-encode what a URI cannot hold: this password is `p@ss`.
/// let proxy = Proxy::new("http://user:p%40ss@proxy.example:3128")?;
/// let proxy = proxy.except("localhost, 10.0.0.0/8, .internal.example");
/// let builder = Client::builder().proxy(proxy);
/// # Ok::<(), vault_sessions_client::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Proxy {
    http: Option<Candidate>,
    https: Option<Candidate>,
    except: String,
    except_origin: &'static str,
    from_env: bool,
}

/// A proxy as it was given, and by what. It has to be valid only if it is used.
#[derive(Clone)]
struct Candidate {
    origin: &'static str,
    uri: Zeroizing<String>,
}

impl Proxy {
    /// The proxy at a URI such as `http://user:password@proxy.example:3128`. It may be `http` or
    /// `https`. A host, with a port or without, is taken as `http`; with user and password, the scheme has
    /// to be there.
    ///
    /// # Errors
    ///
    /// The text is not such a URI, or its password has a character that must be percent-encoded, such
    /// as `@`, `/`, `#` or `?`. The error does not quote the text.
    pub fn new(uri: impl Into<String>) -> Result<Self, ConfigError> {
        let candidate = Candidate {
            origin: "`Proxy::new`",
            uri: Zeroizing::new(uri.into()),
        };
        candidate.parse()?;
        Ok(Self {
            http: Some(candidate.clone()),
            https: Some(candidate),
            except: String::new(),
            except_origin: "`Proxy::except`",
            from_env: false,
        })
    }

    /// The proxies set in environment variables, if any: `HTTPS_PROXY` for an `https` service,
    /// `HTTP_PROXY` for a plain one, `ALL_PROXY` for either, `NO_PROXY` for the [exceptions](Self::except).
    /// The names may also be in lower case; an empty variable counts as unset.
    ///
    /// A service on this machine is always reached directly. In a CGI program, `HTTP_PROXY` in upper case
    /// is ignored, because it comes from a header of the request.
    ///
    /// # Errors
    ///
    /// A variable is not Unicode. [`build`](ClientBuilder::build) checks whether it holds a valid proxy,
    /// if the client would use that one.
    pub fn from_env() -> Result<Option<Self>, ConfigError> {
        Self::from_variables(&|name| env::var_os(name))
    }

    pub(super) fn from_variables(lookup: &Lookup<'_>) -> Result<Option<Self>, ConfigError> {
        let first = |names: [&'static str; 2]| -> Result<_, ConfigError> {
            for origin in names {
                if let Some(uri) = text(lookup, origin)? {
                    let uri = Zeroizing::new(uri);
                    return Ok(Some(Candidate { origin, uri }));
                }
            }
            Ok(None)
        };
        let cgi = lookup("REQUEST_METHOD").is_some();
        let all = first(["ALL_PROXY", "all_proxy"])?;
        let http = first([if cgi { "http_proxy" } else { "HTTP_PROXY" }, "http_proxy"])?;
        let https = first(["HTTPS_PROXY", "https_proxy"])?;
        let except = first(["NO_PROXY", "no_proxy"])?;
        let proxy = Self {
            http: http.or_else(|| all.clone()),
            https: https.or(all),
            except_origin: except.as_ref().map_or("NO_PROXY", |except| except.origin),
            except: except.map_or_else(String::new, |except| except.uri.to_string()),
            from_env: true,
        };
        let any = proxy.http.is_some() || proxy.https.is_some();
        Ok(any.then_some(proxy))
    }

    /// The services that are reached without the proxy, separated by commas or white space.
    ///
    /// | entry | services |
    /// |---|---|
    /// | `example.com`, `.example.com` | that name and all names under it |
    /// | `*.example.com` | the names under it |
    /// | `10.1.2.3`, `fd00::1` | that address |
    /// | `10.0.0.0/8`, `fd00::/8` | the addresses of that network |
    /// | `example.com:8443`, `10.1.2.3:80`, `[fd00::1]:80` | that name or address, on one port |
    /// | `*` | all |
    ///
    /// [`build`](ClientBuilder::build) refuses any other entry: it would match nothing, and nobody would
    /// notice.
    #[must_use]
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        self.except = hosts.into();
        self.except_origin = "`Proxy::except`";
        self
    }

    /// The way to a service, unless it is reached directly.
    pub(crate) fn route(&self, service: &Uri) -> Result<Option<Route>, ConfigError> {
        let candidate = if service.scheme() == Some(&Scheme::HTTPS) {
            &self.https
        } else {
            &self.http
        };
        let local = service.authority().is_some_and(stays_on_this_machine);
        let Some(candidate) = candidate.as_ref().filter(|_| !(local && self.from_env)) else {
            return Ok(None);
        };
        let origin = self.except_origin;
        let refused = |number| ConfigProblem::Exception { origin, number };
        if Exceptions::parse(&self.except)
            .map_err(refused)?
            .cover(service)
        {
            return Ok(None);
        }
        candidate.parse().map(Some)
    }
}

impl ClientBuilder {
    /// From text, literal or not: `.proxy(Proxy::new("http://proxy.example:3128")?)`.
    ///
    /// Connects through a proxy. Default: none, unless the builder is made
    /// [`from_env`](Self::from_env).
    ///
    /// A [`transport`](Self::transport) of your own does not use it. Needs the feature `proxy`.
    pub fn proxy(mut self, proxy: impl ProxyArgument) -> Self {
        self.proxy = Some(proxy.into());
        self
    }
}

/// What [`ClientBuilder::proxy`] takes: a [`Proxy`] and nothing else.
///
/// The trait exists for the sake of a clear compile error. Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "expected a proxy, found `{Self}`",
    label = "expected `Proxy`",
    note = "for a text, literal or not, write `Proxy::new(text)?`, for the variables of the environment `Proxy::from_env()?`"
)]
pub trait ProxyArgument: Into<Proxy> + sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl ProxyArgument for Proxy {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Proxy {}
}

impl Candidate {
    fn parse(&self) -> Result<Route, ConfigError> {
        proxy_uri::parse(&self.uri).ok_or_else(|| ConfigProblem::Proxy(self.origin).into())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |candidate: &Option<Candidate>| {
            let route = candidate.as_ref()?.parse().ok()?;
            Some(route.proxy.to_string())
        };
        formatter
            .debug_struct("Proxy")
            .field("http", &shown(&self.http))
            .field("https", &shown(&self.https))
            .field(
                "except",
                &Exceptions::parse(&self.except).map_or("not understood", |_| &*self.except),
            )
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn from(variables: &[(&str, &str)]) -> Option<Proxy> {
        let lookup = |name: &str| {
            let mut matching = variables.iter().filter(|(known, _)| *known == name);
            matching.next().map(|(_, value)| OsString::from(value))
        };
        Proxy::from_variables(&lookup).unwrap()
    }

    fn way(proxy: &Proxy, service: &'static str) -> Option<String> {
        let route = proxy.route(&Uri::from_static(service)).unwrap();
        route.map(|route| route.proxy.to_string())
    }

    #[test]
    fn the_variable_of_the_scheme_goes_before_the_one_for_all() {
        let proxy = from(&[
            ("https_proxy", "http://secure:1"),
            ("ALL_PROXY", "any:2"),
            ("NO_PROXY", ""),
            ("no_proxy", "internal.example,10.0.0.0/8"),
        ])
        .unwrap();
        for (service, expected) in [
            ("https://unify.apideck.com", Some("http://secure:1/")),
            ("http://unify.apideck.com", Some("http://any:2/")),
            ("https://vault.internal.example", None),
            ("https://notinternal.example", Some("http://secure:1/")),
            ("https://10.1.2.3", None),
            ("https://11.1.2.3", Some("http://secure:1/")),
            ("http://127.0.0.1:8080", None),
            ("https://[::1]", None),
            ("https://localhost", None),
        ] {
            assert_eq!(way(&proxy, service).as_deref(), expected, "{service}");
        }
        assert!(from(&[("NO_PROXY", "*"), ("HTTP_PROXY", "")]).is_none());
    }

    #[test]
    fn a_header_of_a_cgi_request_is_no_proxy() {
        let request = ("REQUEST_METHOD", "GET");
        assert!(from(&[request, ("HTTP_PROXY", "evil:1")]).is_none());
        let proxy = from(&[request, ("http_proxy", "good:1")]).unwrap();
        assert_eq!(way(&proxy, "http://h").unwrap(), "http://good:1/");
    }

    #[test]
    fn only_the_proxy_in_use_has_to_be_one() {
        let proxy = from(&[("ALL_PROXY", "socks5://s:1"), ("HTTPS_PROXY", "good:1")]).unwrap();
        assert_eq!(way(&proxy, "https://h").unwrap(), "http://good:1/");
        let error = proxy.route(&Uri::from_static("http://h")).err().unwrap();
        assert!(
            error.to_string().starts_with("ALL_PROXY holds no"),
            "{error}"
        );
    }

    #[test]
    fn credentials_become_a_sensitive_header_and_are_not_shown() {
        let proxy = Proxy::new("http://user:p%40ss@proxy.example:3128").unwrap();
        let route = proxy
            .route(&Uri::from_static("https://h"))
            .unwrap()
            .unwrap();
        assert_eq!(route.proxy, "http://proxy.example:3128/");
        // The base64 of `user:p@ss`.
        let authorization = route.authorization.unwrap();
        assert_eq!(authorization, "Basic dXNlcjpwQHNz");
        assert!(authorization.is_sensitive());
        let shown = format!("{proxy:?}");
        assert!(shown.contains("proxy.example:3128"), "{shown}");
        assert!(
            !shown.contains("user") && !shown.contains("p%40ss"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_no_http_proxy_is_refused_without_repeating_it() {
        for uri in [
            "",
            "socks5://hush:hush@h:1",
            "ftp://hush",
            "http://hush hush",
            "/hush",
        ] {
            let error = Proxy::new(uri).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(
                shown.contains("no HTTP proxy") && !shown.contains("hush"),
                "{shown}"
            );
        }
    }
}
