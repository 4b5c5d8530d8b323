use std::{error::Error, fmt};

/// What was expected of a JSON text, and where.
///
/// The words of [`serde_json::Error`] repeat the value that was found instead, which may be a token or
/// the name of a consumer.
#[derive(Debug)]
pub(crate) struct JsonMismatch(String);

impl JsonMismatch {
    pub(crate) fn new(cause: &serde_json::Error) -> Self {
        let text = cause.to_string();
        // What follows the last of these words is about the type and the position.
        Self(match text.rsplit_once(", expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            None => text,
        })
    }
}

impl fmt::Display for JsonMismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for JsonMismatch {}

#[cfg(test)]
mod tests {
    use crate::response::SessionCreated;

    use super::*;

    #[test]
    fn tells_what_is_missing_and_not_what_is_there() {
        for (body, expected) in [
            (
                r#"{"data":"hush, hush"}"#,
                "expected an object, the data of a session at line 1 column 20",
            ),
            (
                r#"{"status_code":"hush, expected hush"}"#,
                "expected u16 at line 1 column 36",
            ),
            (
                r#"{"data":{}}"#,
                "missing field `session_uri` at line 1 column 10",
            ),
            ("{", "EOF while parsing an object at line 1 column 1"),
        ] {
            let cause = serde_json::from_str::<SessionCreated>(body).unwrap_err();
            assert_eq!(JsonMismatch::new(&cause).to_string(), expected);
        }
    }
}
