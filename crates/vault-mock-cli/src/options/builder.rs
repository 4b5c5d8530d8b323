use std::{net::SocketAddr, time::Duration};

use vault_mock::{ActionEnforcement, AdminAccess, Clock, Secret, VaultBuilder, VaultServer};
use vault_sessions::{ApiKey, InvalidValue};

use super::{
    Options,
    connection::Seed,
    credential::credential,
    values::{Concealed, Moment},
};
use crate::announcement::Announcement;

impl Options {
    /// Configures a mock; what is generated is announced.
    pub(crate) fn builder(
        &mut self,
        announcement: &mut Announcement,
    ) -> Result<VaultBuilder, String> {
        let tenants = self.tenants.clone().unwrap_or_default();
        let api_key = self.api_key(announcement)?;
        let secret = self.secret(announcement)?;
        let mut server = self.clone();
        server.api_key = Some(Concealed(api_key.expose_secret().to_owned()));
        server.secret = Some(Concealed(text(&secret)));
        let mut builder = self.mock()?.api_key(api_key).secret(secret);
        for tenant in tenants {
            let app = tenant.app.clone();
            let in_tenant = |error| format!("tenant {app}: {error}");
            let mut options = tenant.within(server.clone());
            // Both are the server's if they are not its own, so that nothing is generated.
            let unheard = &mut Announcement::default();
            let api_key = options.api_key(unheard).map_err(in_tenant)?;
            let secret = options.secret(unheard).map_err(in_tenant)?;
            let options = options.mock().map_err(in_tenant)?;
            builder = builder.tenant(app, options.api_key(api_key).secret(secret));
        }
        Ok(builder)
    }

    /// Configures all but the credentials that may be generated.
    fn mock(&mut self) -> Result<VaultBuilder, String> {
        let mut builder = VaultServer::builder()
            .address(self.addr())
            .admin(self.admin()?)
            .clock(self.clock())
            .directives(self.directives.unwrap_or(true))
            .developer_corner(self.developer_corner.unwrap_or(true))
            .external_images(self.external_images.unwrap_or(false))
            .expiry_rule(self.expiry_rule.unwrap_or_default());
        if let Some(app) = self.app_id.take() {
            builder = builder.app_id(app);
        }
        if let Some(base) = self.public_base.take() {
            builder = builder.public_base(base);
        }
        if let Some(base) = self.api_base.take() {
            builder = builder.api_base(base);
        }
        if let Some(secret) = self.former_secret()? {
            builder = builder.former_secret(secret);
        }
        if let Some(seconds) = self.issued_at_tolerance {
            builder = builder.issued_at_tolerance(Duration::from_secs(seconds));
        }
        if let Some(validation) = self.validation {
            builder = builder.validation(validation);
        }
        if let Some(fault) = self.schema_fault {
            builder = builder.schema_fault(fault);
        }
        if let Some(dialect) = self.session_length_dialect {
            builder = builder.session_length_dialect(dialect);
        }
        if let Some(provider) = self.oauth_provider.take() {
            builder = builder.oauth_provider(provider);
        }
        if let Some(required) = self.oauth_confirmation {
            builder = builder.oauth_confirmation(required);
        }
        if let Some(seeds) = self.connections.take() {
            builder = builder.connections(seeds.into_iter().map(Seed::into_connection));
        }
        if self.enforce_actions == Some(true) {
            builder = builder.action_enforcement(ActionEnforcement::Enforced);
        }
        if let Some(requests) = self.request_limit {
            builder = builder.request_limit(requests);
        }
        if let Some(limit) = self.rate_limit {
            builder = builder.rate_limit(limit);
        }
        if let Some(bytes) = self.body_limit {
            builder = builder.body_limit(bytes);
        }
        if let Some(requests) = self.journal_capacity {
            builder = builder.journal_capacity(requests);
        }
        if let Some(consumers) = self.changed_consumers {
            builder = builder.changed_consumers(consumers);
        }
        Ok(builder)
    }

    /// Where to listen.
    pub(crate) fn addr(&self) -> SocketAddr {
        let default = || ([127, 0, 0, 1], 8080).into();
        self.addr.unwrap_or_else(default)
    }

    /// How long requests in flight may take after a signal.
    pub(crate) fn drain(&self) -> Duration {
        Duration::from_secs(self.drain.unwrap_or(10))
    }

    fn clock(&self) -> Clock {
        let clock = self.frozen_at.map_or_else(Clock::system, Moment::clock);
        if let Some(factor) = self.clock_scale {
            clock.scale(factor);
        }
        clock
    }

    fn api_key(&mut self, announcement: &mut Announcement) -> Result<ApiKey, String> {
        let file = self.api_key_file.as_deref();
        if let Some(key) = credential("api-key", self.api_key.take(), file)? {
            return ApiKey::new(key).map_err(|error| format!("--api-key: {error}"));
        }
        let key = vault_mock::random_api_key();
        announcement.add("api_key", key.expose_secret());
        Ok(key)
    }

    fn secret(&mut self, announcement: &mut Announcement) -> Result<Secret, String> {
        let file = self.secret_file.as_deref();
        let given = credential("secret", self.secret.take(), file)?;
        match (given, self.secret_seed) {
            (Some(_), Some(_)) => {
                Err("give either --secret or --secret-file, or --secret-seed".to_owned())
            }
            (Some(secret), None) => {
                Secret::new(secret).map_err(|error| format!("--secret: {error}"))
            }
            (None, Some(seed)) => Ok(Secret::from_seed(seed)),
            (None, None) => {
                let secret = Secret::random();
                announcement.add("secret", &text(&secret));
                Ok(secret)
            }
        }
    }

    fn former_secret(&mut self) -> Result<Option<Secret>, String> {
        let file = self.former_secret_file.as_deref();
        let secret = credential("former-secret", self.former_secret.take(), file)?;
        let secret = secret.map(Secret::new).transpose();
        secret.map_err(|error| format!("--former-secret: {error}"))
    }

    fn admin(&mut self) -> Result<AdminAccess, String> {
        let invalid = |error: InvalidValue| format!("--admin-token: {error}");
        let file = self.admin_token_file.as_deref();
        let token = credential("admin-token", self.admin_token.take(), file)?;
        let token = token.map(ApiKey::new).transpose().map_err(invalid)?;
        let access = match token {
            _ if self.admin == Some(false) => AdminAccess::off(),
            Some(token) => AdminAccess::token(token),
            None => AdminAccess::loopback(),
        };
        Ok(match self.admin_host.take() {
            Some(host) => access.host(host),
            None => access,
        })
    }
}

/// A secret as it is written: all that are made here are texts.
fn text(secret: &Secret) -> String {
    String::from_utf8_lossy(secret.expose_secret()).into_owned()
}
