use serde_json::Value;
use vault_sessions::SessionLength;

use super::{check::check, members::Members, violation::BodyRefused};

/// A request body that the API describes.
pub(crate) struct Body {
    members: Option<Members>,
    length: SessionLength,
}

impl Body {
    /// Reads a body; no body at all counts as `{}`.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, BodyRefused> {
        if bytes.is_empty() {
            return Ok(Self {
                members: None,
                length: SessionLength::DEFAULT,
            });
        }
        let text = str::from_utf8(bytes).map_err(|error| {
            let position = error.valid_up_to();
            BodyRefused::Syntax(format!("The body is not UTF-8 at byte {position}"))
        })?;
        let value: Value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        let length = check(&value).map_err(BodyRefused::Violations)?;
        let members = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        Ok(Self {
            members: Some(members),
            length,
        })
    }

    /// How long the session lives.
    pub(crate) fn session_length(&self) -> SessionLength {
        self.length
    }

    /// Writes the members of the object, without its braces.
    pub(crate) fn write_members(&self, out: &mut Vec<u8>) {
        if let Some(members) = &self.members {
            members.write(out);
        }
    }
}

fn syntax(error: &serde_json::Error) -> BodyRefused {
    BodyRefused::Syntax(format!("The body is not JSON: {error}"))
}
