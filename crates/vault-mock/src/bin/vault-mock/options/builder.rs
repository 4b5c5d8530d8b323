use std::{net::SocketAddr, time::Duration};

use vault_mock::{ActionEnforcement, AdminAccess, Builder, Clock, Secret, VaultMock};
use vault_sessions::{ApiKey, InvalidValue};

use super::{Options, credential::credential, values::Moment};
use crate::announcement::Announcement;

impl Options {
    /// Configures a mock; what is generated is announced.
    pub(crate) fn builder(&mut self, announcement: &mut Announcement) -> Result<Builder, String> {
        let mut builder = VaultMock::builder()
            .address(self.addr())
            .api_key(self.api_key(announcement)?)
            .secret(self.secret(announcement)?)
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
        if let Some(mode) = self.validation {
            builder = builder.validation(mode.into());
        }
        if let Some(dialect) = self.session_length_dialect {
            builder = builder.session_length_dialect(dialect.into());
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
        if let Some(secret) = credential("secret", self.secret.take(), file)? {
            return Secret::new(secret).map_err(|error| format!("--secret: {error}"));
        }
        let secret = Secret::random();
        announcement.add("secret", &String::from_utf8_lossy(secret.expose_secret()));
        Ok(secret)
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
