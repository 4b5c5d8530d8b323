use super::{
    argument::{AppIdArgument, ConsumerIdArgument, SessionArgument},
    create_session::CreateSession,
    session::Session,
    state::{Given, HasAppId, HasConsumerId, LacksAppId, LacksConsumerId, Missing},
};
use crate::values::{AppId, ConsumerId};

/// Builds a [`CreateSession`]; `A` and `C` say whether app ID and consumer ID are set.
///
/// Each is [`Missing`] or [`Given`]. A builder is `Clone` and its type can be named, so a library can
/// set the app once and let its callers set the rest. It needs the feature `builder`, which is on by
/// default.
///
/// ```
/// use vault_sessions::{AppId, ConsumerId, CreateSession, CreateSessionBuilder, Given, Missing};
///
/// struct Vault {
///     base: CreateSessionBuilder<Given<AppId>, Missing>,
/// }
///
/// impl Vault {
///     fn request(&self, consumer: ConsumerId) -> CreateSession {
///         self.base.clone().consumer_id(consumer).build()
///     }
/// }
/// # let vault = Vault { base: CreateSession::builder().app_id(const { AppId::from_static("app") }) };
/// # assert_eq!(vault.request(ConsumerId::new("c").unwrap()).app_id().as_str(), "app");
/// ```
// The generated builder is kept inside `build`, because compile errors about it name generated types.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before `.build()`, and a setter returns it changed"]
pub struct CreateSessionBuilder<A = Missing, C = Missing> {
    app_id: A,
    consumer_id: C,
    session: Session,
}

impl<A, C> CreateSessionBuilder<A, C> {
    /// A literal: `const { AppId::from_static("my-app") }`; a text from elsewhere: `AppId::new(text)?`.
    ///
    /// Sets the app, sent as `x-apideck-app-id`. Setting it twice does not compile.
    pub fn app_id(self, app_id: impl AppIdArgument) -> CreateSessionBuilder<Given<AppId>, C>
    where
        A: LacksAppId,
    {
        CreateSessionBuilder {
            app_id: Given::new(app_id.into_value()),
            consumer_id: self.consumer_id,
            session: self.session,
        }
    }

    /// A literal: `const { ConsumerId::from_static("account:12345") }`; a text from elsewhere:
    /// `ConsumerId::new(text)?`.
    ///
    /// Sets the consumer, sent as `x-apideck-consumer-id`. Setting it twice does not compile.
    pub fn consumer_id(
        self,
        consumer_id: impl ConsumerIdArgument,
    ) -> CreateSessionBuilder<A, Given<ConsumerId>>
    where
        C: LacksConsumerId,
    {
        CreateSessionBuilder {
            app_id: self.app_id,
            consumer_id: Given::new(consumer_id.into_value()),
            session: self.session,
        }
    }

    /// From literals or values from elsewhere: `Session::builder().settings(settings).build()`.
    ///
    /// Sets the body. Without it the body is `{}`, and the service's defaults apply.
    pub fn session(self, session: impl SessionArgument) -> Self {
        let session = session.into_value();
        Self { session, ..self }
    }

    /// The finished request.
    pub fn build(self) -> CreateSession
    where
        A: HasAppId,
        C: HasConsumerId,
    {
        CreateSession::generated_builder()
            .app_id(self.app_id.into_inner())
            .consumer_id(self.consumer_id.into_inner())
            .session(self.session)
            .finish()
    }
}

impl CreateSession {
    /// Starts a request; it needs an app ID and a consumer ID to be built.
    ///
    /// Needs the feature `builder`, which is on by default.
    pub fn builder() -> CreateSessionBuilder {
        CreateSessionBuilder {
            app_id: Missing::new(),
            consumer_id: Missing::new(),
            session: Session::default(),
        }
    }
}
