use bytes::Bytes;
use http::{Method, Response, request::Parts};

use super::{
    asked::{Asked, Captures},
    cors,
    error::ServiceError,
    table::{Route, TABLE},
};
#[cfg(feature = "page")]
use crate::page;
use crate::{validate::BodyRefused, vault::Vault};

/// Finds the endpoint for a request and lets it answer.
pub(crate) fn respond(vault: &Vault, parts: &Parts, body: &Bytes) -> Response<Bytes> {
    #[cfg(feature = "page")]
    if let Some(response) = page::respond(vault, parts, body) {
        return response;
    }
    let path = parts.uri.path();
    let found = find(path);
    if parts.method == Method::OPTIONS {
        return match found {
            Some((route, _)) => cors::options(&route.allow()),
            None if cors::is_open(path) => cors::options("OPTIONS"),
            None => ServiceError::path_not_found(path).into_response(),
        };
    }
    let outcome = match found {
        None => Err(ServiceError::path_not_found(path)),
        Some((route, captures)) => match route.endpoint(&parts.method) {
            None => Err(ServiceError::method_not_allowed(route.allow())),
            Some(endpoint) => endpoint(&Asked {
                vault,
                parts,
                body,
                captures,
            }),
        },
    };
    outcome.unwrap_or_else(ServiceError::into_response)
}

/// Compares segment by segment, and exactly: `//`, a trailing slash and percent-encoded letters make
/// other paths, which nobody knows.
fn find(path: &str) -> Option<(&'static Route, Captures<'_>)> {
    TABLE.iter().find_map(|route| {
        let mut captures = Captures::default();
        let mut segments = path.split('/');
        for pattern in route.path.split('/') {
            let segment = segments.next()?;
            if pattern == "{}" {
                captures.push(segment);
            } else if pattern != segment {
                return None;
            }
        }
        segments.next().is_none().then_some((route, captures))
    })
}

/// Why a request's body was not read to its end.
#[derive(Clone, Copy)]
pub(crate) enum Unread {
    TooLarge,
    TooSlow,
    Broken,
}

/// Answers a request whose body was not read to its end.
pub(crate) fn refuse_unread(vault: &Vault, unread: Unread) -> Response<Bytes> {
    let refusal = match unread {
        Unread::TooLarge => ServiceError::too_large(vault.body_limit()),
        // Not 408, which asks to send the request again (RFC 9110 §15.5.9), and official SDKs do.
        Unread::TooSlow => ServiceError::body(&BodyRefused::Syntax(
            "The body did not come in time".to_owned(),
        )),
        Unread::Broken => ServiceError::body(&BodyRefused::Syntax(
            "The body ends early, or its framing is broken".to_owned(),
        )),
    };
    refusal.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_exactly() {
        assert!(find("/vault/sessions").is_some());
        for trick in [
            "/vault/sessions/",
            "//vault/sessions",
            "/vault//sessions",
            "/vault/./sessions",
            "/vault/x/../sessions",
            "/vault/%73essions",
            "/vault/sessions%00",
            "/VAULT/sessions",
            "vault/sessions",
            "*",
            "",
        ] {
            assert!(find(trick).is_none(), "{trick}");
        }
    }

    #[test]
    fn every_method_of_the_table_is_allowed_and_no_other() {
        let methods = [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "CONNECT",
        ];
        for route in TABLE {
            let allow = route.allow();
            let allowed: Vec<_> = allow.split(", ").collect();
            for method in methods {
                let known = route.endpoint(&method.parse().unwrap()).is_some();
                assert_eq!(known, allowed.contains(&method), "{method} {}", route.path);
            }
            assert_eq!(allowed.last(), Some(&"OPTIONS"));
        }
    }
}
