use super::invalid::ValueProblem;

/// The text of an [`InvalidValue`](super::InvalidValue), written without `format!`, which a `const`
/// cannot call: the compiler says the same about a literal as an error says about any other text.
pub(super) struct Message {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Message {
    /// Room for the longest kind, two numbers and the longest rule; what does not fit is cut off.
    const CAPACITY: usize = 256;

    pub(super) const fn new(kind: &str, rule: &str, problem: ValueProblem) -> Self {
        let message = Self {
            bytes: [0; Self::CAPACITY],
            length: 0,
        };
        let message = message.text("invalid ").text(kind).text(": ");
        message.problem(problem).text("; ").text(rule)
    }

    pub(super) const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "invalid value",
        }
    }

    const fn problem(self, problem: ValueProblem) -> Self {
        match problem {
            ValueProblem::Empty => self.text("it is empty"),
            ValueProblem::TooLong { length, limit } => {
                let message = self.number(length).text(" bytes are more than the ");
                message.number(limit).text(" allowed")
            }
            ValueProblem::Byte { position, byte } => {
                self.text("byte ").number(position).text(" is ").byte(byte)
            }
            ValueProblem::Ends { position } => self.text("it ends at byte ").number(position),
            ValueProblem::Range => self.text("it is out of range"),
            ValueProblem::Fraction => self.text("it is not a whole number of seconds"),
            ValueProblem::NoScheme => self.text("the scheme is missing"),
            ValueProblem::Unknown { word, nearest, .. } => {
                let word = word.as_str();
                let message = if word.is_empty() {
                    self.text("it")
                } else {
                    self.text("`").text(word).text("`")
                };
                let message = message.text(" is unknown, the nearest known one is `");
                message.text(nearest).text("`")
            }
        }
    }

    /// A visible character as itself, any other in hexadecimal.
    const fn byte(self, byte: u8) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        if byte.is_ascii_graphic() {
            return self.text("`").push(byte).text("`");
        }
        let (high, low) = (byte >> 4, byte & 0xF);
        self.text("0x")
            .push(DIGITS[high as usize])
            .push(DIGITS[low as usize])
    }

    const fn number(self, number: usize) -> Self {
        let message = if number < 10 {
            self
        } else {
            self.number(number / 10)
        };
        #[expect(clippy::cast_possible_truncation, reason = "one decimal digit")]
        let digit = (number % 10) as u8;
        message.push(b'0' + digit)
    }

    const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            self = self.push(bytes[index]);
            index += 1;
        }
        self
    }

    const fn push(mut self, byte: u8) -> Self {
        if self.length < Self::CAPACITY {
            self.bytes[self.length] = byte;
            self.length += 1;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::invalid::Word;

    fn message(problem: ValueProblem) -> String {
        Message::new("app ID", "use fewer", problem)
            .as_str()
            .to_owned()
    }

    #[test]
    fn names_kind_problem_and_rule() {
        for (problem, expected) in [
            (ValueProblem::Empty, "it is empty"),
            (
                ValueProblem::TooLong {
                    length: usize::MAX,
                    limit: 1_024,
                },
                "18446744073709551615 bytes are more than the 1024 allowed",
            ),
            (
                ValueProblem::Byte {
                    position: 0,
                    byte: b'`',
                },
                "byte 0 is ```",
            ),
            (
                ValueProblem::Byte {
                    position: 109,
                    byte: 0xC3,
                },
                "byte 109 is 0xC3",
            ),
            (ValueProblem::Ends { position: 10 }, "it ends at byte 10"),
            (ValueProblem::Range, "it is out of range"),
            (
                ValueProblem::Fraction,
                "it is not a whole number of seconds",
            ),
            (ValueProblem::NoScheme, "the scheme is missing"),
            (
                ValueProblem::Unknown {
                    position: 0,
                    word: Word::of("dissable"),
                    nearest: "disable",
                },
                "`dissable` is unknown, the nearest known one is `disable`",
            ),
            (
                ValueProblem::Unknown {
                    position: 0,
                    word: Word::of("sk_live"),
                    nearest: "delete",
                },
                "it is unknown, the nearest known one is `delete`",
            ),
        ] {
            let expected = format!("invalid app ID: {expected}; use fewer");
            assert_eq!(message(problem), expected);
        }
    }

    #[test]
    fn is_cut_off_where_it_would_be_endless() {
        let rule = "x".repeat(1_000);
        let message = Message::new("app ID", &rule, ValueProblem::Empty);
        assert_eq!(message.as_str().len(), Message::CAPACITY);
        assert!(
            message
                .as_str()
                .starts_with("invalid app ID: it is empty; xxx")
        );
    }
}
