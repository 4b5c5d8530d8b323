use vault_mock::{AdminAccess, Clock, Secret, VaultBuilder, VaultServer};
use vault_sessions::ApiKey;

use super::{Credential, MockOptions, ServerOptions, values::Moment};
use crate::{arguments::Serve, serve::Announcement};

impl Serve {
    /// Configures a mock; what is generated is announced.
    pub(crate) fn builder(&self, announcement: &mut Announcement) -> Result<VaultBuilder, String> {
        let server = &self.mock;
        let api_key = server.api_key()?.unwrap_or_else(|| {
            let key = vault_mock::random_api_key();
            announcement.add("api_key", key.expose_secret());
            key
        });
        let secret = server.secret.read()?.unwrap_or_else(|| {
            let secret = Secret::random();
            let text = String::from_utf8_lossy(secret.expose_secret());
            announcement.add("secret", &text);
            secret
        });
        let builder = VaultServer::builder()
            .address(self.server.addr())
            .admin(self.server.admin()?)
            .api_key(api_key)
            .secret(secret);
        // What tenants inherit; the rest is for each to say, or taken from the server's options.
        let shared = server.shared(builder)?;
        let former = server.former_secret()?;
        let mut builder = server.own(server, former.clone(), shared.clone());
        if let Some(app) = &server.app_id {
            builder = builder.app_id(app.clone());
        }
        for tenant in &self.tenants {
            let app = &tenant.app;
            let configured = tenant
                .options
                .tenant(server, former.clone(), shared.clone());
            let configured = configured
                .map_err(|error| tenant.origins.tell(&format!("tenant {app}: {error}")))?;
            builder = builder.tenant(app.clone(), configured);
        }
        Ok(builder)
    }
}

impl MockOptions {
    fn tenant(
        &self,
        server: &Self,
        former: Option<Secret>,
        mut builder: VaultBuilder,
    ) -> Result<VaultBuilder, String> {
        if let Some(key) = self.api_key()? {
            builder = builder.api_key(key);
        }
        if let Some(secret) = self.secret.read()? {
            builder = builder.secret(secret);
        }
        let former = self.former_secret()?.or(former);
        Ok(self.own(server, former, self.shared(builder)?))
    }

    fn shared(&self, mut builder: VaultBuilder) -> Result<VaultBuilder, String> {
        if let Some(base) = &self.public_base {
            builder = builder.public_base(base.clone());
        }
        if let Some(base) = &self.api_base {
            builder = builder.api_base(base.clone());
        }
        if let Some(connections) = &self.connections {
            builder = builder.connections(connections.clone());
        }
        let builder = self.settings.apply(builder);
        builder.map_err(|invalid| invalid.to_string())
    }

    /// The clock and the faults are each mock's own. Of former secrets there is one, which is passed
    /// because a pipe can be read only once.
    fn own(&self, server: &Self, former: Option<Secret>, builder: VaultBuilder) -> VaultBuilder {
        let mut builder = builder.clock(self.clock(server));
        if let Some(secret) = former {
            builder = builder.former_secret(secret);
        }
        if let Some(faults) = &self.faults {
            builder = builder.faults(faults.clone());
        }
        builder
    }

    fn clock(&self, server: &Self) -> Clock {
        let frozen_at = self.frozen_at.or(server.frozen_at);
        let clock = frozen_at.map_or_else(Clock::system, Moment::clock);
        if let Some(factor) = self.clock_scale.or(server.clock_scale) {
            clock.scale(factor);
        }
        clock
    }

    fn api_key(&self) -> Result<Option<ApiKey>, String> {
        let (given, file) = (self.api_key.as_ref(), self.api_key_file.as_deref());
        let credential = Credential::new("api-key", given, file)?;
        credential.map(Credential::key).transpose()
    }

    fn former_secret(&self) -> Result<Option<Secret>, String> {
        let given = self.former_secret.as_ref();
        let file = self.former_secret_file.as_deref();
        let credential = Credential::new("former-secret", given, file)?;
        credential.map(Credential::secret).transpose()
    }
}

impl ServerOptions {
    fn admin(&self) -> Result<AdminAccess, String> {
        let (given, file) = (self.admin_token.as_ref(), self.admin_token_file.as_deref());
        let token = Credential::new("admin-token", given, file)?;
        let token = token.map(Credential::key).transpose()?;
        let access = match token {
            _ if self.admin == Some(false) => AdminAccess::off(),
            Some(token) => AdminAccess::token(token),
            None => AdminAccess::default(),
        };
        Ok(match &self.admin_host {
            Some(host) => access.host(host.clone()),
            None => access,
        })
    }
}
