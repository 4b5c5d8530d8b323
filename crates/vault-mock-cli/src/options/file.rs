use std::{fs::File, io::Read, path::Path};

use super::Options;
use crate::arguments::{Healthcheck, Serve};

/// Bytes of the largest configuration file.
const LIMIT: u64 = 1024 * 1024;

impl Serve {
    /// Puts flags and variables over what the file says.
    pub(crate) fn resolve(self) -> Result<Options, String> {
        match self.config {
            Some(path) => Ok(self.options.over(read(&path)?)),
            None => Ok(self.options),
        }
    }
}

impl Healthcheck {
    /// The options of the mock that is asked: those that say how to reach it.
    pub(crate) fn resolve(self) -> Result<Options, String> {
        let options = Options {
            addr: self.addr,
            port_file: self.port_file,
            tls: self.tls,
            ca_out: self.ca_out,
            ..Options::default()
        };
        let config = self.config;
        Serve { config, options }.resolve()
    }
}

fn read(path: &Path) -> Result<Options, String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot read {shown}: {error}"))?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("{shown} is larger than {LIMIT} bytes"));
    }
    let at = |offset, message: &str| {
        let (line, column) = position(&bytes, offset);
        // Some messages of the parser go over several lines.
        let message = message.trim_end().replace('\n', "; ");
        format!("{shown}:{line}:{column}: {message}")
    };
    let text =
        str::from_utf8(&bytes).map_err(|error| at(error.valid_up_to(), "it is not UTF-8"))?;
    // The error's own text quotes the line, which may hold a secret.
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        at(offset, error.message())
    })
}

/// Line and column of a byte, both counted from one; columns are characters.
fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(&bytes[..offset.min(bytes.len())]);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}
