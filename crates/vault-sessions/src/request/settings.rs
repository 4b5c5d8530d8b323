use super::{
    argument::{
        ActionSetArgument, BoolArgument, SessionLengthArgument, UnifiedApiArgument,
        UnifiedApisArgument,
    },
    object::body_object,
    writer::{ObjectWriter, WriteJson},
};
use crate::{
    open_object::open_object,
    values::{ActionSet, SessionLength, UnifiedApi},
};

body_object! {
    /// What the Hosted Vault shows and allows during the session.
    ///
    /// ```
    /// use vault_sessions::{Action, Settings, SettingsBuilder, SessionLength, UnifiedApi};
    ///
    /// let from_configuration: Option<SessionLength> = None;
    /// let mut settings = Settings::builder()
    ///     .allow_actions([Action::Reauthorize, Action::Disable])
    ///     .maybe(from_configuration, SettingsBuilder::session_length);
    /// for api in [UnifiedApi::Crm, UnifiedApi::Ats] {
    ///     settings = settings.unified_api(api);
    /// }
    /// assert_eq!(
    ///     serde_json::to_string(&settings.build())?,
    ///     r#"{"unified_apis":["crm","ats"],"allow_actions":["reauthorize","disable"]}"#,
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Settings, "settings", builder SettingsBuilder {
        /// The categories of integrations to show; empty or absent means all.
        ///
        /// The setter takes any iterator; [`unified_api`](SettingsBuilder::unified_api) adds one.
        unified_apis: Vec<UnifiedApi> =
            impl UnifiedApisArgument => Vec::from_iter, as "A literal: `[UnifiedApi::Crm, UnifiedApi::Ats]`; texts from elsewhere: `texts.into_iter().map(UnifiedApi::from)`.";
        /// Hide the configurable resources of a connection; the service's default is `false`.
        hide_resource_settings: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// Show a banner that says this is a test environment; the service's default is `false`.
        sandbox_mode: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// Show only a connection's settings, without navigation; the service's default is `false`.
        isolation_mode: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// How long the session lives; the service's default is one hour.
        session_length: SessionLength = impl SessionLengthArgument => SessionLengthArgument::into_value, as "A literal: `const { SessionLength::from_minutes(30) }`; a text from elsewhere: `text.parse::<SessionLength>()?`.";
        /// Show the page with request logs; the service's default is `true`.
        show_logs: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// Show the page with suggested integrations; the service's default is `false`.
        show_suggestions: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// Show the sidebar; the service's default is `true`.
        show_sidebar: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// Return to the redirect URI as soon as a connection is ready; the service's default is
        /// `false`.
        auto_redirect: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// Hide Apideck's guides to connections; the service's default is `false`.
        hide_guides: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
        /// What the consumer may do with a connection. Absent allows every action, an empty set none.
        ///
        /// The setter takes an [`ActionSet`], an array, a slice or a `Vec` of actions, or one action.
        allow_actions: ActionSet = impl ActionSetArgument => Into::into, as "A literal: `[Action::Reauthorize, Action::Disable]`; texts from elsewhere: `texts.into_iter().map(str::parse).collect::<Result<Vec<Action>, _>>()?`.";
        /// Hide the card with name and picture of the consumer.
        ///
        /// The Hosted Vault page reads it, but the API's document does not name it: the service may
        /// refuse it.
        hide_consumer_card: bool = impl BoolArgument => BoolArgument::into_value, as "`true` or `false`.";
    }
}

impl SettingsBuilder {
    /// A literal: `UnifiedApi::Crm`; a text from elsewhere: `UnifiedApi::from(text)`.
    ///
    /// Adds one category to those shown.
    pub fn unified_api(mut self, api: impl UnifiedApiArgument) -> Self {
        let apis = self.0.unified_apis.get_or_insert_default();
        apis.push(api.into_value());
        self
    }
}
