use std::{error::Error, fmt, str::FromStr};

use http::{
    Uri,
    uri::{InvalidUri, Scheme},
};

/// Where the service is: scheme, authority and an optional base path.
///
/// [`BaseUri::default`] is `https://unify.apideck.com`. A base path is kept and a slash at its end
/// makes no difference: `http://localhost:8080/apideck/` leads to
/// `http://localhost:8080/apideck/vault/sessions`.
///
/// ```
/// use vault_sessions::http::BaseUri;
///
/// let base: BaseUri = "http://127.0.0.1:8080/apideck/".parse()?;
/// assert_eq!(base.to_string(), "http://127.0.0.1:8080/apideck");
/// # Ok::<(), vault_sessions::http::InvalidBaseUri>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseUri(Uri);

impl BaseUri {
    /// Takes a URI as a base.
    ///
    /// # Errors
    ///
    /// The URI is not absolute, is neither `http` nor `https`, or has user information or a query.
    pub fn new(uri: Uri) -> Result<Self, InvalidBaseUri> {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(InvalidBaseUri(Problem::Relative));
        };
        if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS {
            return Err(InvalidBaseUri(Problem::Scheme));
        }
        if authority.as_str().contains('@') {
            return Err(InvalidBaseUri(Problem::UserInformation));
        }
        if authority.host().is_empty() {
            return Err(InvalidBaseUri(Problem::Relative));
        }
        if uri.query().is_some() {
            return Err(InvalidBaseUri(Problem::QueryOrFragment));
        }
        Ok(Self(uri))
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
        if text.contains('#') {
            return Err(InvalidBaseUri(Problem::QueryOrFragment));
        }
        let uri = text
            .parse()
            .map_err(|cause| InvalidBaseUri(Problem::Syntax(cause)))?;
        Self::new(uri)
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
        Self::new(uri)
    }
}

/// Why a URI cannot be the base of the service.
#[derive(Debug)]
pub struct InvalidBaseUri(Problem);

#[derive(Debug)]
enum Problem {
    Syntax(InvalidUri),
    Relative,
    Scheme,
    UserInformation,
    QueryOrFragment,
}

impl fmt::Display for InvalidBaseUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self.0 {
            Problem::Syntax(_) => "it is not a URI",
            Problem::Relative => "scheme or host is missing",
            Problem::Scheme => "the scheme is neither http nor https",
            Problem::UserInformation => "it has user information; the API key goes elsewhere",
            Problem::QueryOrFragment => "it has a query or a fragment",
        };
        write!(
            formatter,
            "invalid base URI: {problem}; write it like `https://unify.apideck.com`"
        )
    }
}

impl Error for InvalidBaseUri {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
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
            "http://a b",
            "https://",
        ] {
            let error = text.parse::<BaseUri>().unwrap_err().to_string();
            assert!(!error.contains("password"), "{error}");
        }
    }
}
