use serde_json::Value;

use super::{
    check::{DEFAULT_LENGTH, check},
    members::Members,
    mode::{SessionLengthDialect, Validation},
    violation::BodyRefused,
};

/// A request body that the API describes.
pub(crate) struct Body<'a> {
    members: Option<Members<'a>>,
    length: i64,
}

impl<'a> Body<'a> {
    /// Reads a body; no body at all counts as `{}`.
    pub(crate) fn read(
        bytes: &'a [u8],
        validation: Validation,
        dialect: SessionLengthDialect,
    ) -> Result<Self, BodyRefused> {
        if bytes.is_empty() {
            return Ok(Self {
                members: None,
                length: DEFAULT_LENGTH,
            });
        }
        let text = text(bytes)?;
        let value: Value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        let length = check(&value, validation, dialect).map_err(BodyRefused::Violations)?;
        let members = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        Ok(Self {
            members: Some(members),
            length,
        })
    }

    /// When a session that begins at `issued_at` ends; both in seconds since the epoch.
    pub(crate) fn expires_at(&self, issued_at: u64) -> u64 {
        issued_at.saturating_add_signed(self.length)
    }

    /// Writes the members of the object, without its braces, and without those that the service adds
    /// itself.
    pub(crate) fn write_members(&self, out: &mut Vec<u8>) {
        if let Some(members) = &self.members {
            members.write(out);
        }
    }
}

/// Reads a body as JSON.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, BodyRefused> {
    serde_json::from_str(text(bytes)?).map_err(|error| syntax(&error))
}

fn text(bytes: &[u8]) -> Result<&str, BodyRefused> {
    str::from_utf8(bytes).map_err(|error| {
        let position = error.valid_up_to();
        BodyRefused::Syntax(format!("The body is not UTF-8 at byte {position}"))
    })
}

fn syntax(error: &serde_json::Error) -> BodyRefused {
    BodyRefused::Syntax(format!("The body is not JSON: {error}"))
}
