use std::{error::Error, path::Path};

use vault_mock::{InvalidTls, Tls};

use super::{ServerOptions, secrecy::without_password};
use crate::files;

impl ServerOptions {
    /// What to speak TLS with, if at all.
    pub(crate) fn tls(&self) -> Result<Option<Tls>, String> {
        if self.tls != Some(true) {
            return match self.needs_tls() {
                Some(flag) => Err(format!("--{flag} needs --tls true")),
                None => Ok(None),
            };
        }
        let generated_only = [
            ("ca-out", self.ca_out.is_some()),
            ("tls-names", self.tls_names.is_some()),
        ];
        let generated_only = generated_only.into_iter().find(|(_, given)| *given);
        match (&self.tls_certificate, &self.tls_key, generated_only) {
            (Some(_), Some(_), Some((flag, _))) => Err(format!(
                "--{flag} is for a certificate that is made at the start, not for --tls-certificate"
            )),
            (Some(certificate), Some(key), None) => of_files(certificate, key).map(Some),
            (None, None, _) => Ok(Some(match &self.tls_names {
                Some(names) => {
                    Tls::generated_for(names.iter().map(String::as_str)).map_err(|invalid| {
                        let why = names
                            .iter()
                            .fold(cause(&invalid), |why, name| without_password(&why, name));
                        format!("--tls-names: {why}")
                    })?
                }
                None => Tls::generated(),
            })),
            _ => Err("give both --tls-certificate and --tls-key".to_owned()),
        }
    }

    fn needs_tls(&self) -> Option<&'static str> {
        let given = [
            ("ca-out", self.ca_out.is_some()),
            ("tls-names", self.tls_names.is_some()),
            ("tls-certificate", self.tls_certificate.is_some()),
            ("tls-key", self.tls_key.is_some()),
        ];
        let found = given.into_iter().find(|(_, is_given)| *is_given);
        found.map(|(flag, _)| flag)
    }
}

fn of_files(certificate: &Path, key: &Path) -> Result<Tls, String> {
    let certificates = files::read_text("tls-certificate", certificate)?;
    let key = files::read_text("tls-key", key)?;
    let tls = Tls::from_pem(&certificates, &key);
    tls.map_err(|invalid| format!("--tls-certificate and --tls-key: {}", cause(&invalid)))
}

/// What is wrong, in particular.
fn cause(invalid: &InvalidTls) -> String {
    let source = invalid.source();
    source.map_or_else(|| invalid.to_string(), ToString::to_string)
}
