use http::Method;

use crate::calibrate::{
    caller::{also, with, without},
    question::{Ask, Question, table},
    read::{created, outcome},
};

const APP: &str = "x-apideck-app-id";
const CONSUMER: &str = "x-apideck-consumer-id";
const KEY: &str = "authorization";

/// What is said to those who have no key, or another one, or do not say for whom they ask.
pub(super) const CALLERS: &[Question] = table! {
    /// No `Authorization`
    "no-key" => Ask::Request(|caller| without(caller.create("{}"), KEY), created);
    /// A key that nobody has
    "wrong-key" => Ask::Request(
        |caller| with(caller.create("{}"), KEY, "Bearer vault-mock-calibrate"),
        created
    );
    /// Another scheme than `Bearer`
    "other-scheme" => Ask::Request(
        |caller| with(caller.create("{}"), KEY, "Basic dmF1bHQ6bW9jaw=="),
        created
    );
    /// No app ID
    "no-app" => Ask::Request(|caller| without(caller.create("{}"), APP), created);
    /// An empty app ID
    "empty-app" => Ask::Request(|caller| with(caller.create("{}"), APP, ""), created);
    /// The ID of an app that does not exist
    "other-app" => Ask::Request(
        |caller| with(caller.create("{}"), APP, "vaultMockCalibrateOther"),
        created
    );
    /// No consumer ID
    "no-consumer" => Ask::Request(|caller| without(caller.create("{}"), CONSUMER), created);
    /// An empty consumer ID, as the older Node.js SDK sends it
    "empty-consumer" => Ask::Request(|caller| with(caller.create("{}"), CONSUMER, ""), created);
    /// Two consumer IDs; only asked of a list, because a session would create a consumer of both
    "two-consumers" => Ask::Request(
        |caller| {
            let request = caller.with_key(Method::GET, "/vault/connections");
            also(request, CONSUMER, "vault-mock-calibrate")
        },
        outcome
    );
    /// Two app IDs
    "two-apps" => Ask::Request(
        |caller| also(caller.create("{}"), APP, "vaultMockCalibrateOther"),
        created
    );
};
