use serde::{Deserialize, de::Error};
use vault_mock::fault::Behaviour;
use vault_sessions::AppId;

use super::Options;

/// An app with a mock of its own: `[[tenants]]`, in the file alone.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(super) app: AppId,
    options: Options,
}

impl Tenant {
    /// What goes wrong for this app from the start on.
    pub(crate) fn faults(&mut self) -> Option<(AppId, Behaviour)> {
        let faults = self.options.faults.take()?;
        Some((self.app.clone(), faults))
    }

    /// All options of the tenant; those that it does not have itself are the server's.
    pub(super) fn within(self, server: Options) -> Options {
        self.options.over(Options {
            app_id: None,
            faults: None,
            tenants: None,
            // They have been read into the credentials.
            api_key_file: None,
            secret_file: None,
            secret_seed: None,
            ..server
        })
    }
}

impl<'de> Deserialize<'de> for Tenant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut options = Options::deserialize(deserializer)?;
        let app = options.app_id.take();
        let app = app.ok_or_else(|| D::Error::custom("a tenant needs an `app-id`"))?;
        match of_the_server(&options) {
            Some(name) => Err(D::Error::custom(format!(
                "`{name}` belongs to the whole server, not to a tenant"
            ))),
            None => Ok(Self { app, options }),
        }
    }
}

/// An option that only the server as a whole can have.
fn of_the_server(options: &Options) -> Option<&'static str> {
    let given = [
        ("addr", options.addr.is_some()),
        ("port-file", options.port_file.is_some()),
        ("tls", options.tls.is_some()),
        ("ca-out", options.ca_out.is_some()),
        ("tls-names", options.tls_names.is_some()),
        ("tls-certificate", options.tls_certificate.is_some()),
        ("tls-key", options.tls_key.is_some()),
        ("directives", options.directives.is_some()),
        ("admin", options.admin.is_some()),
        ("admin-token", options.admin_token.is_some()),
        ("admin-token-file", options.admin_token_file.is_some()),
        ("admin-host", options.admin_host.is_some()),
        ("drain", options.drain.is_some()),
        ("log-level", options.log_level.is_some()),
        ("log-format", options.log_format.is_some()),
        ("tenants", options.tenants.is_some()),
    ];
    let found = given.into_iter().find(|(_, is_given)| *is_given);
    found.map(|(name, _)| name)
}
