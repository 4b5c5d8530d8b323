use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::{
    answer, confirmation, connections, consent, error::ServiceError, logs, mappings, resources,
    sessions, token,
};
use crate::{
    oauth,
    router::{Call, Route},
};

pub(crate) type Endpoint = fn(&Call<'_>) -> Result<Response<Bytes>, ServiceError>;

/// Every path of the mock; the one that is asked for most comes first.
pub(crate) static TABLE: &[Route<Endpoint>] = &[
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
        methods: &[("GET", health)],
    },
];

/// `GET /health`: the mock is up, and not about to stop.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every endpoint of the table has this signature"
)]
fn health(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let (status, said) = if call.vault.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining")
    } else {
        (StatusCode::OK, "ok")
    };
    Ok(answer::json(status, &json!({ "status": said })))
}
