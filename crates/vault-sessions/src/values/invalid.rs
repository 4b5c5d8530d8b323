use std::{convert::Infallible, error::Error, fmt};

use super::message::Message;
use crate::error_debug::debug_as_display;

/// Why a text is not a valid value of one of this crate's types.
///
/// The message names the type, the rule and, where one byte is to blame, its position counted from
/// zero. The offending text itself is not repeated, because it may be a secret; only of an [`Action`]
/// it is, if it is one short word.
///
/// ```
/// use vault_sessions::ConsumerId;
///
/// let error = ConsumerId::new("user\r\nx-admin: 1").unwrap_err();
/// assert_eq!(error.position(), Some(4));
/// assert_eq!(
///     error.to_string(),
///     "invalid consumer ID: byte 4 is 0x0D; use 1 to 1024 visible ASCII characters, with spaces or tabs only inside",
/// );
/// ```
///
/// [`Action`]: super::Action
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidValue {
    kind: &'static str,
    rule: &'static str,
    problem: ValueProblem,
}

impl InvalidValue {
    pub(crate) const fn new(kind: &'static str, rule: &'static str, problem: ValueProblem) -> Self {
        Self {
            kind,
            rule,
            problem,
        }
    }

    /// Refuses a literal: in a const context the compiler stops and prints the message.
    #[track_caller]
    pub(crate) const fn refuse(self) -> ! {
        panic!("{}", self.message().as_str())
    }

    const fn message(&self) -> Message {
        Message::new(self.kind, self.rule, self.problem)
    }

    /// The offset in bytes of the first byte that breaks the rule, if one byte is to blame.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        match self.problem {
            ValueProblem::Byte { position, .. }
            | ValueProblem::Ends { position }
            | ValueProblem::Unknown { position, .. } => Some(position),
            ValueProblem::Empty
            | ValueProblem::TooLong { .. }
            | ValueProblem::Range
            | ValueProblem::Fraction
            | ValueProblem::NoScheme => None,
        }
    }

    /// What the text should be, such as `session length` or `URL`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The rule that the text breaks, as an instruction.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.message().as_str())
    }
}

debug_as_display!(InvalidValue);

impl Error for InvalidValue {}

/// For functions that take either a valid value or something that may become one:
/// `impl TryInto<ConsumerId, Error: Into<InvalidValue>>`.
impl From<Infallible> for InvalidValue {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueProblem {
    Empty,
    TooLong {
        length: usize,
        limit: usize,
    },
    Byte {
        position: usize,
        byte: u8,
    },
    Ends {
        position: usize,
    },
    Range,
    /// A duration that is not a whole number of seconds.
    Fraction,
    /// A URL that begins with its host or its path.
    NoScheme,
    /// None of a few names.
    Unknown {
        position: usize,
        word: Word,
        nearest: &'static str,
    },
}

/// A word that may be shown: a few letters, which no secret consists of. Of any other text, nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    bytes: [u8; Self::CAPACITY],
    length: u8,
}

impl Word {
    const CAPACITY: usize = 15;

    pub(super) fn of(text: &str) -> Self {
        let is_word = text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let shown = if is_word { text.as_bytes() } else { b"" };
        let mut bytes = [0; Self::CAPACITY];
        let length = match bytes.get_mut(..shown.len()) {
            Some(start) => {
                start.copy_from_slice(shown);
                shown.len()
            }
            None => 0,
        };
        Self {
            bytes,
            length: u8::try_from(length).unwrap_or_default(),
        }
    }

    pub(super) const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length as usize).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

impl ValueProblem {
    /// The byte at `position` breaks the rule, or the text ends there too early.
    pub(crate) const fn at(text: &[u8], position: usize) -> Self {
        if position < text.len() {
            let byte = text[position];
            Self::Byte { position, byte }
        } else {
            Self::Ends { position }
        }
    }
}

/// Finds a text that is empty, or longer than `limit` bytes.
pub(crate) const fn length_problem(text: &str, limit: usize) -> Option<ValueProblem> {
    let length = text.len();
    if length == 0 {
        Some(ValueProblem::Empty)
    } else if length > limit {
        Some(ValueProblem::TooLong { length, limit })
    } else {
        None
    }
}
