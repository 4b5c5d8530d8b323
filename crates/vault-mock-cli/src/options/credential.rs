use std::path::{Path, PathBuf};

use clap::Args;
use vault_mock::Secret;
use vault_sessions::ApiKey;

use super::values::{Concealed, Seed};
use crate::files;

/// What tokens are signed with.
#[derive(Args, Clone, Default)]
pub(crate) struct SecretSource {
    /// Secret to sign tokens with. Mocks with the same secret verify each other's tokens. Other users
    /// can see it in the list of processes: prefer the variable or --secret-file
    #[arg(long)]
    pub(crate) secret: Option<Concealed>,

    /// File with the secret; one line break at its end is ignored
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,

    /// Number to derive the secret from, for tests only: mocks with the same number share the secret,
    /// and anybody who knows the number can sign tokens
    #[arg(long, value_name = "NUMBER")]
    pub(crate) secret_seed: Option<Seed>,
}

impl SecretSource {
    /// The secret, if there is one.
    pub(crate) fn read(&self) -> Result<Option<Secret>, String> {
        let given = Credential::new("secret", self.secret.as_ref(), self.secret_file.as_deref())?;
        match (given, self.secret_seed) {
            (Some(Credential::Given(..)), Some(_)) => {
                Err("give either --secret or --secret-seed".to_owned())
            }
            (Some(Credential::File(..)), Some(_)) => {
                Err("give either --secret-file or --secret-seed".to_owned())
            }
            (Some(credential), None) => credential.secret().map(Some),
            (None, seed) => Ok(seed.map(|Seed(number)| Secret::from_seed(number))),
        }
    }
}

/// A key, secret or token, and the flag that it came by.
pub(crate) enum Credential<'a> {
    Given(&'static str, &'a Concealed),
    File(&'static str, &'a Path),
}

impl<'a> Credential<'a> {
    /// Finds a credential that is given as it is, or by the file that holds it; `name` is its flag.
    pub(crate) fn new(
        name: &'static str,
        given: Option<&'a Concealed>,
        file: Option<&'a Path>,
    ) -> Result<Option<Self>, String> {
        match (given, file) {
            (Some(_), Some(_)) => Err(format!("give either --{name} or --{name}-file")),
            (Some(text), None) => Ok(Some(Self::Given(name, text))),
            (None, Some(path)) => Ok(Some(Self::File(name, path))),
            (None, None) => Ok(None),
        }
    }

    pub(crate) fn secret(self) -> Result<Secret, String> {
        match self {
            Self::Given(name, Concealed(text)) => {
                Secret::new(text.as_str()).map_err(|invalid| format!("--{name}: {invalid}"))
            }
            Self::File(name, path) => {
                Secret::from_file(path).map_err(|error| format!("--{name}-file: {error}"))
            }
        }
    }

    /// A key or token: unlike a secret it is sent in headers.
    pub(crate) fn key(self) -> Result<ApiKey, String> {
        match self {
            Self::Given(name, Concealed(text)) => {
                ApiKey::new(text.clone()).map_err(|invalid| format!("--{name}: {invalid}"))
            }
            Self::File(name, path) => {
                let secret = Self::File(name, path).secret()?;
                let text = str::from_utf8(secret.expose_secret()).map_err(|invalid| {
                    format!("byte {} is no ASCII character", invalid.valid_up_to())
                });
                let key = text.and_then(|text| {
                    ApiKey::new(text.to_owned()).map_err(|invalid| invalid.to_string())
                });
                key.map_err(|why| files::problem(&format!("{name}-file"), path, why))
            }
        }
    }
}
