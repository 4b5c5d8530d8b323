use std::{fs::File, io::Read, path::Path};

use super::values::Concealed;
use crate::arguments::SecretSource;
use vault_mock::Secret;

/// Bytes of the largest file that a credential is read from.
const LIMIT: u64 = 64 * 1024;

/// Finds a credential that is given as it is, or by the file that holds it; `name` is its flag.
pub(super) fn credential(
    name: &str,
    given: Option<Concealed>,
    file: Option<&Path>,
) -> Result<Option<String>, String> {
    match (given, file) {
        (Some(_), Some(_)) => Err(format!("give either --{name} or --{name}-file")),
        (Some(Concealed(text)), None) => Ok(Some(text)),
        (None, Some(path)) => match read(path) {
            Ok(text) => Ok(Some(text)),
            Err(why) => Err(format!("--{name}-file: {}: {why}", path.display())),
        },
        (None, None) => Ok(None),
    }
}

/// Reads the secret of a command that cannot do without.
pub(crate) fn read_secret(source: SecretSource) -> Result<Option<Secret>, String> {
    let secret = credential("secret", source.secret, source.secret_file.as_deref())?;
    let secret = secret.map(Secret::new).transpose();
    secret.map_err(|error| format!("--secret: {error}"))
}

/// Reads a text without the line break at its end.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut text = String::new();
    let length = file.take(LIMIT + 1).read_to_string(&mut text);
    let length = length.map_err(|error| error.to_string())?;
    if length as u64 > LIMIT {
        return Err(format!("it is larger than {LIMIT} bytes"));
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
