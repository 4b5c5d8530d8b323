use std::sync::{Arc, OnceLock};

use vault_mock::calibrate::Calibration;
use vault_sessions::{
    ApiKey, AppId, ConsumerId, CreateSession, Session, SessionLength, Settings, wire::BaseUri,
};
use vault_sessions_client::{Client, RetryPolicy, Transport};

use super::Calibrate;
use crate::files;

/// The service that is asked: through our client, and through its transport for what the client's
/// types forbid.
pub(super) struct Service {
    client: Client,
    transport: Transport,
    base: BaseUri,
    key: ApiKey,
    app: AppId,
    consumer: ConsumerId,
}

impl Service {
    pub(super) fn new(arguments: &Calibrate) -> Result<Self, String> {
        let (Some(base), Some(app), Some(consumer)) = (
            arguments.base_uri.clone(),
            arguments.app_id.clone(),
            arguments.consumer_id.clone(),
        ) else {
            return Err("give --base-uri, --app-id and --consumer-id".to_owned());
        };
        let key = arguments.key()?;
        let seen = Arc::new(OnceLock::new());
        let see = Arc::clone(&seen);
        let builder = Client::builder()
            .api_key(key.clone())
            .base_uri(base.clone())
            // What passes by itself is waited for by the questions, at their own rate.
            .retry(RetryPolicy::default().max_attempts(3))
            .layer(move |transport: Transport| {
                let _ = see.set(transport.clone());
                transport
            });
        let builder = if arguments.allow_plain_http {
            builder.allow_plain_http()
        } else {
            builder
        };
        let builder = match &arguments.cacert {
            Some(path) => builder.root_certificates(files::read_text("cacert", path)?),
            None => builder,
        };
        let client = builder.build().map_err(|error| {
            if error.is_insecure() {
                "--base-uri: the API key would go unencrypted over plain http to another machine; use \
                 https, or add --allow-plain-http"
                    .to_owned()
            } else {
                error.to_string()
            }
        })?;
        let transport = seen.get().cloned();
        Ok(Self {
            client,
            transport: transport.ok_or("the client has no transport")?,
            base,
            key,
            app,
            consumer,
        })
    }

    /// Opens a session as any user of our client does, which tells in plain words what is wrong with
    /// address, certificate or key. With any of these it makes no sense to ask anything.
    pub(super) async fn preflight(&self) -> Result<(), String> {
        let length = const { SessionLength::from_hours(1) };
        let settings = Settings::builder().session_length(length).build();
        let request = CreateSession::builder()
            .app_id(self.app.clone())
            .consumer_id(self.consumer.clone())
            .session(Session::builder().settings(settings).build())
            .build();
        let Err(error) = self.client.create_session(&request).await else {
            return Ok(());
        };
        let is_redirect = error.status().is_some_and(|status| status.is_redirection());
        if error.is_tls() {
            return Err(format!("{error}; --cacert names an authority of your own"));
        }
        if error.is_connect() || error.is_unauthorized() || is_redirect {
            return Err(error.to_string());
        }
        // Whatever else is odd about the service, the questions are to find out.
        Ok(())
    }

    pub(super) fn calibration(&self, arguments: &Calibrate) -> Calibration {
        let mut calibration = Calibration::new(
            self.transport.clone(),
            self.base.clone(),
            self.key.clone(),
            self.app.clone(),
            self.consumer.clone(),
        )
        .requests_per_second(arguments.rate);
        if !arguments.only.is_empty() {
            calibration = calibration.only(arguments.only.iter().copied());
        }
        if arguments.quick {
            calibration = calibration.quick();
        }
        match &arguments.allow_changes {
            Some(connection) => calibration.allow_changes(connection.clone()),
            None => calibration,
        }
    }
}
