use std::fmt;

use http::Method;
use vault_sessions::{AppId, AppIdArgument, ConsumerId, ConsumerIdArgument};

/// Which requests a script or plan is for: everybody's, those of an app, of a consumer, or of one
/// consumer of one app, and of these all, or those with one method.
///
/// Where several fit a request, the narrowest one counts: both IDs before the consumer's, the
/// consumer's before the app's, and of the same IDs the one with the method.
///
/// A CORS preflight, which a browser sends by itself and without IDs, meets only the faults of a
/// scope with the method OPTIONS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    app: Option<AppId>,
    consumer: Option<ConsumerId>,
    method: Option<Method>,
}

impl Scope {
    /// Everybody's requests.
    #[must_use]
    pub fn everybody() -> Self {
        Self::default()
    }

    /// The requests of an app.
    #[must_use]
    pub fn app(app: impl AppIdArgument) -> Self {
        Self::everybody().and_app(app)
    }

    /// The requests of a consumer, whatever the app.
    #[must_use]
    pub fn consumer(consumer: impl ConsumerIdArgument) -> Self {
        Self::everybody().and_consumer(consumer)
    }

    /// Narrows the scope to an app.
    #[must_use]
    pub fn and_app(mut self, app: impl AppIdArgument) -> Self {
        self.app = Some(app.into_value());
        self
    }

    /// Narrows the scope to a consumer.
    #[must_use]
    pub fn and_consumer(mut self, consumer: impl ConsumerIdArgument) -> Self {
        self.consumer = Some(consumer.into_value());
        self
    }

    /// Narrows the scope to a method.
    ///
    /// ```
    /// use http::Method;
    /// use vault_mock::{Vault, fault::{Fault, Scope}};
    ///
    /// let vault = Vault::builder().build();
    /// let preflights = Scope::everybody().and_method(Method::OPTIONS);
    /// vault.faults().inject_for(preflights, Fault::status(503));
    /// ```
    #[must_use]
    pub fn and_method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// The app, if the scope has one.
    #[must_use]
    pub fn app_id(&self) -> Option<&AppId> {
        self.app.as_ref()
    }

    /// The consumer, if the scope has one.
    #[must_use]
    pub fn consumer_id(&self) -> Option<&ConsumerId> {
        self.consumer.as_ref()
    }

    /// The method, if the scope has one.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// How narrow the scope is if it has these IDs and this method.
    pub(super) fn fits(&self, app: &str, consumer: &str, method: &Method) -> Option<u8> {
        let app_fits = self.app.as_ref().is_none_or(|own| own.as_str() == app);
        let consumer_fits = self
            .consumer
            .as_ref()
            .is_none_or(|own| own.as_str() == consumer);
        let method_fits = self.method.as_ref().is_none_or(|own| own == method);
        let narrowness = u8::from(self.method.is_some())
            + 2 * u8::from(self.app.is_some())
            + 4 * u8::from(self.consumer.is_some());
        (app_fits && consumer_fits && method_fits).then_some(narrowness)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.app, &self.consumer) {
            (None, None) => formatter.write_str("everybody"),
            (Some(app), None) => write!(formatter, "app {app}"),
            (None, Some(consumer)) => write!(formatter, "consumer {consumer}"),
            (Some(app), Some(consumer)) => write!(formatter, "consumer {consumer} of app {app}"),
        }?;
        match &self.method {
            None => Ok(()),
            Some(method) => write!(formatter, ", {method} only"),
        }
    }
}
