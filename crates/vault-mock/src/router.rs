//! From a method and a path to an endpoint: one way for the API, the admin API and the page.

use std::fmt::Write;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, header::ALLOW};

use crate::{api, fault::TokenAge, identity::Head, vault::Vault};

/// A path, and what answers to its methods. `{}` stands for one segment.
pub(crate) struct Route<E: 'static> {
    pub(crate) path: &'static str,
    pub(crate) methods: &'static [(&'static str, E)],
}

/// Where a request leads.
pub(crate) enum Found<'a, E> {
    Endpoint(E, Captures<'a>),
    /// `OPTIONS`, which every path answers to.
    Options(Allow),
    NotAllowed(Allow),
}

/// The methods that a path answers to, as `Allow` lists them (RFC 9110 §10.2.1).
#[derive(Debug, PartialEq)]
pub(crate) struct Allow(String);

/// Finds the endpoint for a request; `None` if the table has no such path.
///
/// Paths are compared segment by segment, and exactly: `//`, a trailing slash and percent-encoded
/// letters make other paths, which nobody knows. HEAD is answered as GET is (RFC 9110 §9.3.2).
pub(crate) fn find<'a, E: Copy>(
    table: &[Route<E>],
    method: &Method,
    path: &'a str,
) -> Option<Found<'a, E>> {
    let matches = |route| Some((route, captures(route, path)?));
    let (route, captures): (&Route<E>, _) = table.iter().find_map(matches)?;
    Some(if *method == Method::OPTIONS {
        Found::Options(Allow::of(route))
    } else if let Some(endpoint) = route.endpoint(method) {
        Found::Endpoint(endpoint, captures)
    } else {
        Found::NotAllowed(Allow::of(route))
    })
}

fn captures<'a, E>(route: &Route<E>, path: &'a str) -> Option<Captures<'a>> {
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
    segments.next().is_none().then_some(captures)
}

impl<E: Copy> Route<E> {
    fn endpoint(&self, method: &Method) -> Option<E> {
        let method = match method.as_str() {
            "HEAD" => "GET",
            method => method,
        };
        let mut methods = self.methods.iter();
        methods
            .find(|(name, _)| *name == method)
            .map(|(_, endpoint)| *endpoint)
    }
}

impl Allow {
    fn of<E>(route: &Route<E>) -> Self {
        let mut allow = String::new();
        for (method, _) in route.methods {
            let also = if *method == "GET" { ", HEAD" } else { "" };
            write!(allow, "{method}{also}, ").expect("a string takes every text");
        }
        allow.push_str("OPTIONS");
        Self(allow)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The header.
    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::try_from(&self.0).expect("names of methods are ASCII");
        (ALLOW, value)
    }

    /// The answer to `OPTIONS`.
    pub(crate) fn options(&self) -> Response<Bytes> {
        let mut response = api::no_content();
        response.headers_mut().extend([self.header()]);
        response
    }
}

/// A request on its way to an endpoint.
pub(crate) struct Call<'a> {
    pub(crate) vault: &'a Vault,
    pub(crate) head: &'a Head,
    pub(crate) body: &'a Bytes,
    /// How the token is to be wrong that a session gets.
    pub(crate) token_age: Option<TokenAge>,
    pub(crate) captures: Captures<'a>,
}

impl Call<'_> {
    /// The segment of the path that stands where the table has its `index`th `{}`.
    pub(crate) fn segment(&self, index: usize) -> &str {
        self.captures.segments[index]
    }
}

/// The segments of the path that stand where the table has `{}`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Captures<'a> {
    segments: [&'a str; 3],
    count: usize,
}

impl<'a> Captures<'a> {
    fn push(&mut self, segment: &'a str) {
        self.segments[self.count] = segment;
        self.count += 1;
    }
}

/// Methods and paths of a table.
#[cfg(test)]
pub(crate) fn listed<E>(
    table: &'static [Route<E>],
) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.iter().flat_map(|route| {
        let methods = route.methods.iter();
        methods.map(|(method, _)| (*method, route.path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    static TABLE: [Route<u8>; 3] = [
        Route {
            path: "/vault/sessions",
            methods: &[("POST", 1)],
        },
        Route {
            path: "/vault/{}/sessions",
            methods: &[("GET", 2), ("DELETE", 3)],
        },
        Route {
            path: "/{}",
            methods: &[("GET", 4)],
        },
    ];

    fn found<'a>(method: &str, path: &'a str) -> Option<Found<'a, u8>> {
        find(&TABLE, &method.parse().unwrap(), path)
    }

    #[test]
    fn paths_are_compared_exactly() {
        assert!(found("POST", "/vault/sessions").is_some());
        for trick in [
            "/vault/sessions/",
            "//vault/sessions",
            "/vault//sessions/",
            "/vault/./sessions/x",
            "/vault/%73essions",
            "/vault/sessions%00",
            "/VAULT/sessions",
            "vault/sessions",
            "*",
            "",
        ] {
            assert!(found("POST", trick).is_none(), "{trick}");
        }
    }

    #[test]
    fn a_segment_is_captured() {
        let Some(Found::Endpoint(2, captures)) = found("GET", "/vault/a%2Fb/sessions") else {
            panic!("the table has it");
        };
        assert_eq!(captures.segments[0], "a%2Fb");
    }

    #[test]
    fn every_method_of_the_table_is_allowed_and_no_other() {
        for (path, allow) in [
            ("/vault/sessions", "POST, OPTIONS"),
            ("/vault/x/sessions", "GET, HEAD, DELETE, OPTIONS"),
            ("/x", "GET, HEAD, OPTIONS"),
        ] {
            let methods = [
                "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "OPTIONS",
            ];
            for method in methods {
                let refused = match found(method, path).unwrap() {
                    Found::Endpoint(..) => None,
                    Found::Options(listed) => {
                        assert_eq!(listed.as_str(), allow);
                        None
                    }
                    Found::NotAllowed(listed) => Some(listed),
                };
                let is_listed = allow.split(", ").any(|listed| listed == method);
                assert_eq!(refused.is_none(), is_listed, "{method} {path}");
                assert!(refused.is_none_or(|listed| listed.as_str() == allow));
            }
        }
    }
}
