use super::{session::Session, writer::WriteJson};
use crate::values::{AppId, ConsumerId};

/// A complete request to open a Vault session: the app, the consumer, and the session's body.
///
/// It always has both IDs. Without one, `build` does not compile:
///
/// ```compile_fail,E0277
/// # use vault_sessions::{AppId, CreateSession};
/// CreateSession::builder().app_id(const { AppId::from_static("my-app") }).build();
/// ```
///
/// and the compiler says why: *a session needs a consumer ID (`x-apideck-consumer-id`)*.
///
/// ```
/// use vault_sessions::{AppId, ConsumerId, CreateSession};
///
/// let request = CreateSession::builder()
///     .app_id(const { AppId::from_static("my-app") })
///     .consumer_id(const { ConsumerId::from_static("account:12345") })
///     .build();
/// assert_eq!(request.body(), b"{}");
/// ```
///
/// The builder needs the feature `builder`, which is on by default. The request implements
/// `arbitrary::Arbitrary` with the feature `arbitrary`, and proptest's `Arbitrary` with the feature
/// `proptest`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[cfg_attr(
    feature = "builder",
    derive(typed_builder::TypedBuilder),
    builder(
        builder_method(vis = "pub(super)", name = generated_builder),
        builder_type(name = GeneratedBuilder, vis = "pub(super)"),
        build_method(vis = "pub(super)", name = finish)
    )
)]
pub struct CreateSession {
    app_id: AppId,
    consumer_id: ConsumerId,
    session: Session,
}

impl CreateSession {
    /// The path of the endpoint below the service's base URI: `/vault/sessions`.
    pub const PATH: &'static str = "/vault/sessions";

    /// The app, sent as `x-apideck-app-id`.
    #[must_use]
    pub fn app_id(&self) -> &AppId {
        &self.app_id
    }

    /// The consumer, sent as `x-apideck-consumer-id`.
    #[must_use]
    pub fn consumer_id(&self) -> &ConsumerId {
        &self.consumer_id
    }

    /// What is sent in the body.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The body: compact JSON in UTF-8, the same bytes that `serde_json` makes of the session.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(1024);
        self.write_body(&mut body);
        body
    }

    /// Appends the body to a buffer that the caller may reuse.
    pub fn write_body(&self, out: &mut Vec<u8>) {
        self.session.write_json(out);
    }
}
