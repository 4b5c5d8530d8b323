use std::{error::Error, fmt};

/// Why a text is not a valid value of one of this crate's types.
///
/// The message names the type, the rule and, where one byte is to blame, its position counted from
/// zero. The offending text itself is never repeated: it may be a secret.
///
/// ```
/// use vault_sessions::ConsumerId;
///
/// let error = ConsumerId::new("user\r\nx-admin: 1").unwrap_err();
/// assert_eq!(error.position(), Some(4));
/// assert_eq!(
///     error.to_string(),
///     "invalid consumer ID: byte 4 is 0x0D; use visible ASCII characters, with spaces or tabs only inside",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    kind: &'static str,
    rule: &'static str,
    problem: Problem,
}

impl InvalidValue {
    pub(crate) const fn new(kind: &'static str, rule: &'static str, problem: Problem) -> Self {
        Self {
            kind,
            rule,
            problem,
        }
    }

    /// The offset in bytes of the first byte that breaks the rule, if one byte is to blame.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        match self.problem {
            Problem::Byte { position, .. } | Problem::Ends { position } => Some(position),
            Problem::Empty | Problem::TooLong { .. } | Problem::Range => None,
        }
    }

    /// The rule that the text breaks, as an instruction.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "invalid {}: ", self.kind)?;
        match self.problem {
            Problem::Empty => formatter.write_str("it is empty")?,
            Problem::TooLong { length, limit } => {
                write!(
                    formatter,
                    "{length} bytes are more than the {limit} allowed"
                )?;
            }
            Problem::Byte { position, byte } if byte.is_ascii_graphic() => {
                write!(formatter, "byte {position} is `{}`", char::from(byte))?;
            }
            Problem::Byte { position, byte } => {
                write!(formatter, "byte {position} is 0x{byte:02X}")?;
            }
            Problem::Ends { position } => write!(formatter, "it ends at byte {position}")?,
            Problem::Range => formatter.write_str("it is out of range")?,
        }
        write!(formatter, "; {}", self.rule)
    }
}

impl Error for InvalidValue {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Empty,
    TooLong { length: usize, limit: usize },
    Byte { position: usize, byte: u8 },
    Ends { position: usize },
    Range,
}

/// Finds a text that is empty, or longer than `limit` bytes.
pub(crate) const fn length_problem(text: &str, limit: usize) -> Option<Problem> {
    let length = text.len();
    if length == 0 {
        Some(Problem::Empty)
    } else if length > limit {
        Some(Problem::TooLong { length, limit })
    } else {
        None
    }
}

/// Stops compilation, in a const context, with the rule as the message.
pub(crate) const fn require(problem: Option<Problem>, sentence: &'static str) {
    assert!(problem.is_none(), "{}", sentence);
}
