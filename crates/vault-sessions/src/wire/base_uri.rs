use std::{error::Error, fmt, str::FromStr};

use http::{
    Uri,
    uri::{Authority, InvalidUri, Scheme},
};

use crate::{
    error_debug::debug_as_display,
    request::CreateSession,
    values::{InvalidValue, URL_RULE, url_problem},
};

/// Bytes allowed in a base URI, as in any URL of this crate. There is room for a path after it.
const LIMIT: usize = 8_192;

/// Where the service is: scheme, authority and an optional base path.
///
/// [`BaseUri::default`] is `https://unify.apideck.com`. A base path is kept, and a slash at its end
/// makes no difference: `http://localhost:8080/apideck/` leads to
/// `http://localhost:8080/apideck/vault/sessions`. Needs the feature `http`.
///
/// ```
/// use vault_sessions::wire::BaseUri;
///
/// let base: BaseUri = "http://127.0.0.1:8080/apideck/".parse()?;
/// assert_eq!(base.to_string(), "http://127.0.0.1:8080/apideck");
/// # Ok::<(), vault_sessions::wire::InvalidBaseUri>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseUri(Uri);

impl BaseUri {
    /// Checks a text as a base.
    ///
    /// # Errors
    ///
    /// The URI is not absolute, is neither `http` nor `https`, has user information, a query, a port
    /// that does not exist or more than 8,192 bytes, ends with the endpoint's path, which is added to it,
    /// or does not follow RFC 3986.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidBaseUri> {
        let text = text.as_ref();
        if text.contains('#') {
            return Err(InvalidBaseUri::new(Problem::QueryOrFragment, text));
        }
        let uri: Uri = text.parse().map_err(|cause| {
            InvalidBaseUri::new(text_problem(text).unwrap_or(Problem::Syntax(cause)), text)
        })?;
        uri.try_into()
    }

    /// The URI as given.
    #[must_use]
    pub fn as_uri(&self) -> &Uri {
        &self.0
    }

    /// Appends a path, which starts with a slash.
    pub(super) fn join(&self, path: &str) -> Uri {
        let base_path = self.0.path().trim_end_matches('/');
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = format!("{base_path}{path}").parse().ok();
        Uri::from_parts(parts).expect("two valid paths make a valid path")
    }
}

impl Default for BaseUri {
    fn default() -> Self {
        Self(Uri::from_static("https://unify.apideck.com"))
    }
}

impl fmt::Display for BaseUri {
    /// The base without a slash at its end.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        formatter.write_str(text.trim_end_matches('/'))
    }
}

impl FromStr for BaseUri {
    type Err = InvalidBaseUri;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUri> {
        Self::new(text)
    }
}

impl TryFrom<&str> for BaseUri {
    type Error = InvalidBaseUri;

    fn try_from(text: &str) -> Result<Self, InvalidBaseUri> {
        text.parse()
    }
}

impl TryFrom<String> for BaseUri {
    type Error = InvalidBaseUri;

    fn try_from(text: String) -> Result<Self, InvalidBaseUri> {
        text.parse()
    }
}

impl TryFrom<Uri> for BaseUri {
    type Error = InvalidBaseUri;

    fn try_from(uri: Uri) -> Result<Self, InvalidBaseUri> {
        match problem(&uri) {
            None => Ok(Self(uri)),
            Some(problem) => Err(InvalidBaseUri::new(problem, &uri.to_string())),
        }
    }
}

/// What a setter takes for a base URI: [`BaseUri`] and nothing else.
///
/// The trait is there for its words in a compile error. Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "expected a base URI, found `{Self}`",
    label = "expected `BaseUri`",
    note = "for a text, literal or not, write `BaseUri::new(text)?`",
    note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<BaseUri>()?`"
)]
pub trait BaseUriArgument: Into<BaseUri> + sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl BaseUriArgument for BaseUri {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::BaseUri {}
}

fn problem(uri: &Uri) -> Option<Problem> {
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Some(Problem::Relative);
    };
    if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS {
        Some(Problem::Scheme)
    } else if authority.as_str().contains('@') {
        Some(Problem::UserInformation)
    } else if authority.host().is_empty() {
        Some(Problem::Relative)
    } else if uri.query().is_some() {
        Some(Problem::QueryOrFragment)
    } else if !has_possible_port(authority) {
        Some(Problem::Port)
    } else if uri
        .path()
        .trim_end_matches('/')
        .ends_with(CreateSession::PATH)
    {
        Some(Problem::Endpoint)
    } else {
        // `http` accepts any UTF-8 and any `%` in a path.
        text_problem(&uri.to_string())
    }
}

/// Whether the port, if there is one, is a valid number; `http` accepts any digits.
fn has_possible_port(authority: &Authority) -> bool {
    let after_host = &authority.as_str()[authority.host().len()..];
    match after_host.strip_prefix(':') {
        None | Some("") => true,
        Some(port) => !port.starts_with('+') && port.parse::<u16>().is_ok(),
    }
}

/// What is wrong with the text, and where, which `http` does not say.
fn text_problem(text: &str) -> Option<Problem> {
    if text.len() > LIMIT {
        return Some(Problem::TooLong(text.len()));
    }
    let problem = url_problem(text, LIMIT)?;
    Some(Problem::Text(InvalidValue::new(
        "base URI", URL_RULE, problem,
    )))
}

/// Why a URI is not a [`BaseUri`] (feature `http`).
///
/// If a single byte is at fault, its position is in the [`source`](Error::source), an
/// [`InvalidValue`](crate::InvalidValue). A URL, an authority or a host is repeated, unless it has user
/// information, a query, a port that is no number or anything that RFC 3986 does not allow; any other
/// text may be a secret.
pub struct InvalidBaseUri {
    problem: Problem,
    /// What was given, if it may be shown.
    text: Option<String>,
}

impl InvalidBaseUri {
    fn new(problem: Problem, text: &str) -> Self {
        Self {
            problem,
            text: may_be_shown(text).then(|| text.to_owned()),
        }
    }

    /// What was given, if it may be shown: `None` if it may be a secret, or hold one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// Whether a text is certainly not a key given by mistake, and is short enough for a sentence.
fn may_be_shown(text: &str) -> bool {
    let (scheme, rest) = text
        .split_once("://")
        .map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host_end = authority.rfind(']').unwrap_or_default();
    let colon = authority[host_end..].find(':').map(|at| host_end + at);
    let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
    let port = port.strip_prefix(':').unwrap_or_default();
    // What is no number can be a password: `user:password`, with the host forgotten.
    let is_number = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"@?#`".contains(&byte);
    let is_address = match scheme {
        Some(_) => true,
        None if port.is_empty() => is_domain(text),
        None => host.starts_with('[') || has_short_words(host),
    };
    text.len() <= 128
        && text.bytes().all(is_plain)
        && is_number
        && is_address
        // What no rule explains may be anything: `[::1]key`, for instance.
        && url_problem(&format!("{}://{host}{path}", scheme.unwrap_or("http")), LIMIT).is_none()
}

/// Whether a text reads as the name of a host, such as `unify.apideck.com`: short words with dots
/// between them, the last one of letters.
fn is_domain(text: &str) -> bool {
    let last = text.rsplit_once('.').map_or("", |(_, last)| last);
    let is_last = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_lowercase());
    is_last && has_short_words(text)
}

fn has_short_words(text: &str) -> bool {
    text.split('.').all(|word| {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=16).contains(&word.len()) && word.bytes().all(is_name)
    })
}

enum Problem {
    Text(InvalidValue),
    Syntax(InvalidUri),
    TooLong(usize),
    Relative,
    Scheme,
    Port,
    UserInformation,
    QueryOrFragment,
    Endpoint,
}

impl fmt::Display for InvalidBaseUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self.problem {
            Problem::TooLong(length) => {
                &*format!("it has {length} bytes, more than the {LIMIT} allowed")
            }
            Problem::Text(_) | Problem::Syntax(_) => "it is not a URI",
            Problem::Relative => "scheme or host is missing",
            Problem::Scheme => "the scheme is neither http nor https",
            Problem::Port => "the port is not a number from 0 to 65535",
            Problem::UserInformation => "it has user information; the API key is set elsewhere",
            Problem::QueryOrFragment => "it has a query or a fragment",
            Problem::Endpoint => "it ends with `/vault/sessions`, which is added to it",
        };
        formatter.write_str("invalid base URI")?;
        if let Some(text) = &self.text {
            write!(formatter, " `{text}`")?;
        }
        write!(
            formatter,
            ": {problem}; write it like `https://unify.apideck.com`"
        )
    }
}

debug_as_display!(InvalidBaseUri);

impl Error for InvalidBaseUri {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Text(cause) => Some(cause),
            Problem::Syntax(cause) => Some(cause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_base_paths() {
        for (base, joined) in [
            (
                "https://unify.apideck.com",
                "https://unify.apideck.com/vault/sessions",
            ),
            (
                "http://localhost:8080/",
                "http://localhost:8080/vault/sessions",
            ),
            ("http://[::1]:1/a/b", "http://[::1]:1/a/b/vault/sessions"),
            ("http://h/a//", "http://h/a/vault/sessions"),
            ("http://h//a//b/", "http://h//a//b/vault/sessions"),
            ("HTTP://H:80/%2F/", "http://H:80/%2F/vault/sessions"),
            ("http://h:", "http://h:/vault/sessions"),
        ] {
            let base: BaseUri = base.parse().unwrap();
            assert_eq!(base.join("/vault/sessions"), joined);
        }
    }

    #[test]
    fn refuses_what_is_no_base() {
        for text in [
            "",
            "/vault",
            "unify.apideck.com",
            "ftp://host",
            "https://user:password@host",
            "https://host/?a=b",
            "https://host/#a",
            "https://host/?",
            "http://a b",
            "http://[::1",
            "https://",
            "https://:80",
            "https:host",
        ] {
            let error = text.parse::<BaseUri>().unwrap_err().to_string();
            assert!(!error.contains("password"), "{error}");
            assert!(error.ends_with("write it like `https://unify.apideck.com`"));
        }
    }

    #[test]
    fn repeats_a_host_and_no_password() {
        for text in [
            "http://user:secret",
            "http://user:secret/",
            "http://user:se/cret",
            "http://user:4711secret/a",
            "http://user:0123456789",
            "http://user:secret:8080",
            "http://[::1]:secret",
            "user:secret",
            "http://[::1]secret",
            "ftp://[::1]secret/a",
            "ftp://[::1]secret:80",
            "http://[::1]secret/vault/sessions",
            "http://secret[::1]",
            "ftp://secret[::1]:80",
            "http://[secret]",
            "http://[secret]:65536",
            "ftp://[::secret]",
            "http://[secret",
            "http://secret]",
            "http://h/<secret>",
            "http://%secret",
            "se_cret://h/secret",
            "[::1]secret:80",
            "[secret]:80",
            "my_secret:80",
            "h:80/<secret>",
        ] {
            let error = text.parse::<BaseUri>().unwrap_err();
            let cause = error.source().map(ToString::to_string);
            let shown = format!("{error} {error:?} {cause:?}");
            for part in ["secret", "user", "0123"] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
        for text in [
            "ftp://h",
            "ftp://[::1]",
            "http://h:65536",
            "http://[::1]:99999/a",
            "h:80",
            "[::1]:80",
        ] {
            let error = text.parse::<BaseUri>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}")), "{error}");
        }
    }

    #[test]
    fn shows_a_host_and_no_key() {
        for text in ["unify.apideck.com", "localhost:8080", "vault-mock.test"] {
            let error = text.parse::<BaseUri>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("invalid base URI `{text}`: ")),
                "{error}"
            );
        }
        for text in [
            "sk_live.key",
            "eyJh.eyJi.abc",
            "hush",
            "a.0123456789abcdef0",
            "a.b1",
            "a..b",
        ] {
            let error = text.parse::<BaseUri>().unwrap_err().to_string();
            assert!(error.starts_with("invalid base URI: "), "{error}");
        }
    }

    #[test]
    fn names_the_position_of_what_no_uri_holds() {
        for (text, position) in [
            ("http://a b", 8),
            ("http://h/\u{e9}", 9),
            ("http://h/%zz", 10),
            ("http://h/a\r\nx: y", 10),
            ("https://", 8),
        ] {
            let error = text.parse::<BaseUri>().unwrap_err();
            let cause = error.source().and_then(|cause| cause.downcast_ref());
            let position_found = cause.and_then(InvalidValue::position);
            assert_eq!(position_found, Some(position), "{text}: {error}");
        }
    }

    #[test]
    fn refuses_a_port_that_does_not_exist() {
        assert!("http://h:65535".parse::<BaseUri>().is_ok());
        for text in ["http://h:65536", "http://h:+80", "http://[::1]:99999/a"] {
            let error = text.parse::<BaseUri>().unwrap_err();
            assert!(error.to_string().contains("the port is"), "{error}");
        }
    }
}
