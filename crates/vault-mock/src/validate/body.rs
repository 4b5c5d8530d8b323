use super::{
    check::{DEFAULT_LENGTH, check},
    json::{Json, Object},
    members,
    requests::not_an_object,
    violation::BodyRefused,
};
use crate::rules::{SessionLengthDialect, Validation};

/// A request body that the API describes.
pub(crate) struct Body<'a> {
    text: &'a str,
    members: Object<'a>,
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
                text: "{}",
                members: Object::default(),
                length: DEFAULT_LENGTH,
            });
        }
        let text = text(bytes)?;
        let json = read(text)?;
        let length = check(&json, validation, dialect).map_err(BodyRefused::Violations)?;
        Ok(Self {
            text,
            members: object(json)?,
            length,
        })
    }

    /// When a session that begins at `issued_at` ends; both in seconds since the epoch.
    pub(crate) fn expires_at(&self, issued_at: u64) -> u64 {
        issued_at.saturating_add_signed(self.length)
    }

    /// Bytes of the text, which its members never exceed.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Writes the members of the object, without its braces, and without those that the service adds
    /// itself.
    pub(crate) fn write_members(&self, out: &mut Vec<u8>) {
        members::write(self.text, &self.members, out);
    }
}

/// Reads a body as a JSON object.
pub(crate) fn parse(bytes: &[u8]) -> Result<Object<'_>, BodyRefused> {
    object(read(text(bytes)?)?)
}

fn object(json: Json<'_>) -> Result<Object<'_>, BodyRefused> {
    match json {
        Json::Object(members) => Ok(members),
        other => Err(not_an_object(&other)),
    }
}

fn read(text: &str) -> Result<Json<'_>, BodyRefused> {
    serde_json::from_str(text).map_err(|error| syntax(&error))
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
