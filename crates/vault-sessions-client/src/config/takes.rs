//! What the compiler says of a value that is no API key or base URI yet, such as a literal.

use vault_sessions::{ApiKey, wire::BaseUri};

use crate::builder::ClientBuilder;

/// What [`ClientBuilder::api_key`] takes: an [`ApiKey`].
///
/// It has one implementation, and is there for what the compiler says of anything else.
#[diagnostic::on_unimplemented(
    message = "the API key must be an `ApiKey`, not `{T}`",
    label = "this is not checked to be an API key yet",
    note = "for text, write `ApiKey::new(text)?`; for the variable APIDECK_API_KEY, `ApiKey::from_env()?`"
)]
pub trait TakesApiKey<T>: Sealed {
    #[doc(hidden)]
    fn api_key(value: T) -> ApiKey;
}

/// What [`ClientBuilder::base_uri`] takes: a [`BaseUri`].
///
/// It has one implementation, and is there for what the compiler says of anything else.
#[diagnostic::on_unimplemented(
    message = "the base URI must be a `BaseUri`, not `{T}`",
    label = "this is not checked to be a base URI yet",
    note = "for text, literal or not, write `text.parse()?`, as in `.base_uri(\"http://127.0.0.1:8080\".parse()?)`"
)]
pub trait TakesBaseUri<T>: Sealed {
    #[doc(hidden)]
    fn base_uri(value: T) -> BaseUri;
}

impl TakesApiKey<ApiKey> for ClientBuilder {
    fn api_key(value: ApiKey) -> ApiKey {
        value
    }
}

impl TakesBaseUri<BaseUri> for ClientBuilder {
    fn base_uri(value: BaseUri) -> BaseUri {
        value
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::builder::ClientBuilder {}
}

use sealed::Sealed;
