use bytes::Bytes;
use http::{Method, Response};

use super::{
    asked::Asked, confirmation, connections, consent, error::ServiceError, health, logs, mappings,
    resources, sessions, token,
};
use crate::oauth;

/// What a path answers to. `{}` stands for one segment.
pub(super) struct Route {
    pub(super) path: &'static str,
    methods: &'static [(&'static str, Endpoint)],
}

type Endpoint = fn(&Asked<'_>) -> Result<Response<Bytes>, ServiceError>;

/// Every path of the mock; the one that is asked for most comes first.
pub(super) static TABLE: &[Route] = &[
    Route {
        path: "/vault/sessions",
        methods: &[("POST", sessions::create)],
    },
    Route {
        path: "/vault/connections",
        methods: &[("GET", connections::list)],
    },
    Route {
        path: "/vault/connections/{}/{}",
        methods: &[
            ("GET", connections::one),
            ("PATCH", connections::update),
            ("DELETE", connections::delete),
        ],
    },
    Route {
        path: "/vault/connections/{}/{}/token",
        methods: &[("POST", token::exchange)],
    },
    Route {
        path: "/vault/connections/{}/{}/import",
        methods: &[("POST", token::import)],
    },
    Route {
        path: "/vault/connections/{}/{}/validate",
        methods: &[("POST", token::validate)],
    },
    Route {
        path: "/vault/connections/{}/{}/confirm",
        methods: &[("POST", confirmation::confirm)],
    },
    Route {
        path: "/vault/connections/{}/{}/callback-state",
        methods: &[("POST", confirmation::callback_state)],
    },
    Route {
        path: "/vault/connections/{}/{}/consent",
        methods: &[("GET", consent::list), ("PATCH", consent::update)],
    },
    Route {
        path: "/vault/connections/{}/{}/{}/config",
        methods: &[
            ("GET", resources::configuration),
            ("PATCH", resources::configure),
        ],
    },
    Route {
        path: "/vault/connections/{}/{}/{}/schema",
        methods: &[("GET", resources::schema)],
    },
    Route {
        path: "/vault/connections/{}/{}/{}/example",
        methods: &[("GET", resources::example)],
    },
    Route {
        path: "/vault/connections/{}/{}/{}/custom-fields",
        methods: &[("GET", resources::custom_fields)],
    },
    Route {
        path: "/vault/connections/{}/{}/{}/custom-mappings",
        methods: &[("GET", mappings::of_resource)],
    },
    Route {
        path: "/vault/custom-mappings/{}/{}",
        methods: &[("GET", mappings::list)],
    },
    Route {
        path: "/vault/custom-mappings/{}/{}/{}",
        methods: &[
            ("GET", mappings::one),
            ("POST", mappings::create),
            ("PATCH", mappings::update),
            ("DELETE", mappings::delete),
        ],
    },
    Route {
        path: "/vault/logs",
        methods: &[("GET", logs::list)],
    },
    Route {
        path: "/vault/authorize/{}/{}",
        methods: &[("GET", oauth::authorize)],
    },
    Route {
        path: "/vault/callback",
        methods: &[("GET", oauth::callback)],
    },
    Route {
        path: "/vault/revoke/{}/{}",
        methods: &[("GET", oauth::revoke)],
    },
    Route {
        path: oauth::PROVIDER_PATH,
        methods: &[("GET", oauth::provider)],
    },
    Route {
        path: "/health",
        methods: &[("GET", health::health)],
    },
];

/// Methods and paths of all endpoints.
#[cfg(test)]
pub(crate) fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().flat_map(|route| {
        let methods = route.methods.iter();
        methods.map(|(method, _)| (*method, route.path))
    })
}

impl Route {
    /// What answers to a method; HEAD is answered as GET is (RFC 9110 §9.3.2), and the server leaves
    /// the body out.
    pub(super) fn endpoint(&self, method: &Method) -> Option<Endpoint> {
        let method = match method.as_str() {
            "HEAD" => "GET",
            method => method,
        };
        let mut methods = self.methods.iter();
        methods
            .find(|(name, _)| *name == method)
            .map(|(_, endpoint)| *endpoint)
    }

    /// The value of `Allow` (RFC 9110 §10.2.1).
    pub(super) fn allow(&self) -> String {
        let mut allow = String::new();
        for (method, _) in self.methods {
            allow.push_str(method);
            allow.push_str(if *method == "GET" { ", HEAD, " } else { ", " });
        }
        allow.push_str("OPTIONS");
        allow
    }
}
