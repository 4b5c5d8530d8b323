use vault_sessions::ApiKey;

/// What [`ClientBuilder::api_key`](crate::ClientBuilder::api_key) takes: an [`ApiKey`].
///
/// It has one implementation, and is there for what the compiler says of anything else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an API key",
    label = "expected `ApiKey`",
    note = "for text write `ApiKey::new(text)?`, for the variable APIDECK_API_KEY `ApiKey::from_env()?`"
)]
pub trait ApiKeyArgument: Into<ApiKey> + sealed::Sealed {}

// The words above say it better.
#[diagnostic::do_not_recommend]
impl ApiKeyArgument for ApiKey {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for vault_sessions::ApiKey {}
}
