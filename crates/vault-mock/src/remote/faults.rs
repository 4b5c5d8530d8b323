use http::Method;
use serde::{Deserialize, de::Error as _};
use serde_json::json;
use vault_sessions::{AppId, ConsumerId};

use super::{caller::RemoteCaller, error::RemoteError};
use crate::{
    argument::BehaviourArgument,
    fault::{Behaviour, Scope},
};

/// What goes wrong with the answers of a mock that runs elsewhere: what [`Faults`](crate::Faults) is
/// in process.
#[derive(Clone, Debug)]
pub struct Faults(RemoteCaller);

impl Faults {
    pub(super) fn new(caller: RemoteCaller) -> Self {
        Self(caller)
    }

    /// Lets everybody's requests meet these faults from now on, instead of what was injected for
    /// everybody before.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn inject(&self, behaviour: impl BehaviourArgument) -> Result<(), RemoteError> {
        self.inject_for(Scope::everybody(), behaviour).await
    }

    /// Lets the requests of a scope meet these faults from now on, instead of what was injected for
    /// the same scope before.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn inject_for(
        &self,
        scope: Scope,
        behaviour: impl BehaviourArgument,
    ) -> Result<(), RemoteError> {
        let body = json!({
            "behaviour": behaviour.into().to_string(),
            "app_id": scope.app_id().map(AppId::as_str),
            "consumer_id": scope.consumer_id().map(ConsumerId::as_str),
            "method": scope.method().map(Method::as_str),
        });
        self.0.tell(Method::PUT, "/faults", Some(&body)).await
    }

    /// Ends all faults.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn clear(&self) -> Result<(), RemoteError> {
        self.0.tell(Method::DELETE, "/faults", None).await
    }

    /// Ends the faults of a scope.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn clear_for(&self, scope: &Scope) -> Result<(), RemoteError> {
        let mut query = form_urlencoded::Serializer::new("/faults?".to_owned());
        let query = if *scope == Scope::everybody() {
            query.append_pair("scope", "everybody")
        } else {
            let app = scope.app_id().map(|app| ("app_id", app.as_str()));
            let consumer = scope.consumer_id().map(|id| ("consumer_id", id.as_str()));
            let method = scope.method().map(|method| ("method", method.as_str()));
            query.extend_pairs([app, consumer, method].into_iter().flatten())
        };
        self.0.tell(Method::DELETE, &query.finish(), None).await
    }

    /// What is injected at present, in the order of injection.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn injected(&self) -> Result<Vec<(Scope, Behaviour)>, RemoteError> {
        let listed: Listed = self.0.get("/faults").await?;
        let faults = listed.faults.into_iter();
        Ok(faults
            .map(|fault| (fault.scope(), fault.behaviour))
            .collect())
    }
}

#[derive(Deserialize)]
struct Listed {
    faults: Vec<Injected>,
}

#[derive(Deserialize)]
struct Injected {
    app_id: Option<AppId>,
    consumer_id: Option<ConsumerId>,
    #[serde(deserialize_with = "read_method")]
    method: Option<Method>,
    #[serde(deserialize_with = "read_behaviour")]
    behaviour: Behaviour,
}

impl Injected {
    fn scope(&self) -> Scope {
        let mut scope = Scope::everybody();
        if let Some(app) = &self.app_id {
            scope = scope.and_app(app.clone());
        }
        if let Some(consumer) = &self.consumer_id {
            scope = scope.and_consumer(consumer.clone());
        }
        if let Some(method) = &self.method {
            scope = scope.and_method(method.clone());
        }
        scope
    }
}

fn read_method<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Method>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

fn read_behaviour<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Behaviour, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}
