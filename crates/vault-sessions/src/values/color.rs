use std::fmt;

use super::{
    invalid::{InvalidValue, ValueProblem},
    text::{read_from_json, read_from_text, write_as_text},
};

const KIND: &str = "color";
const RULE: &str = "write `#` and 3, 4, 6 or 8 hexadecimal digits, as in `#286efa`";

/// A colour of the theme in hexadecimal notation: `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`.
///
/// The notation of CSS Color 4 §5.2, which is the one the API's examples use. The text is kept as
/// written, so `#FFF` and `#ffffff` are different values.
///
/// ```
/// use vault_sessions::Color;
///
/// const PRIMARY: Color = Color::from_static("#286efa");
/// assert_eq!(PRIMARY.rgba(), [0x28, 0x6e, 0xfa, 0xff]);
/// assert_eq!("#ggg".parse::<Color>().unwrap_err().position(), Some(1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Color {
    text: [u8; 9],
    length: u8,
}

impl Color {
    /// Checks a text as a colour.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the rule and the position of the first byte that breaks it.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        let text = text.as_ref();
        match problem(text) {
            None => Ok(Self::from_checked(text)),
            Some(problem) => Err(InvalidValue::new(KIND, RULE, problem)),
        }
    }

    /// Takes a literal; in a `const`, a bad one does not compile.
    ///
    /// # Panics
    ///
    /// If the text is not a colour. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_static(text: &'static str) -> Self {
        match problem(text) {
            None => Self::from_checked(text),
            Some(problem) => InvalidValue::new(KIND, RULE, problem).refuse(),
        }
    }

    /// The text as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }

    /// Red, green, blue and opacity, each from 0 to 255; a colour without opacity is opaque.
    #[must_use]
    pub fn rgba(&self) -> [u8; 4] {
        let digits = &self.text[1..usize::from(self.length)];
        let mut channels = [0, 0, 0, 255];
        let width = if digits.len() < 6 { 1 } else { 2 };
        for (channel, pair) in channels.iter_mut().zip(digits.chunks(width)) {
            let high = hexadecimal(pair[0]);
            let low = pair.get(1).map_or(high, |&digit| hexadecimal(digit));
            *channel = high << 4 | low;
        }
        channels
    }

    const fn from_checked(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut stored = [0; 9];
        let mut position = 0;
        while position < bytes.len() {
            stored[position] = bytes[position];
            position += 1;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be nine bytes at most"
        )]
        let length = bytes.len() as u8;
        Self {
            text: stored,
            length,
        }
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Color({self})")
    }
}

read_from_text!(Color);
read_from_json!(Color, r##"a string such as "#286efa""##);
write_as_text!(Color);

const fn problem(text: &str) -> Option<ValueProblem> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Some(ValueProblem::Empty);
    }
    let mut position = 0;
    while position < bytes.len() {
        let fits = match position {
            0 => bytes[0] == b'#',
            1..=8 => bytes[position].is_ascii_hexdigit(),
            _ => false,
        };
        if !fits {
            return Some(ValueProblem::at(bytes, position));
        }
        position += 1;
    }
    match position {
        4 | 5 | 7 | 9 => None,
        _ => Some(ValueProblem::at(bytes, position)),
    }
}

fn hexadecimal(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_notation() {
        for (text, rgba) in [
            ("#286efa", [0x28, 0x6e, 0xfa, 0xff]),
            ("#FFFFFF", [0xff; 4]),
            ("#0f8", [0x00, 0xff, 0x88, 0xff]),
            ("#0f8c", [0x00, 0xff, 0x88, 0xcc]),
            ("#01020304", [1, 2, 3, 4]),
        ] {
            let color: Color = text.parse().unwrap();
            assert_eq!(color.rgba(), rgba, "{text}");
            assert_eq!(color.as_str(), text);
        }
    }

    #[test]
    fn names_the_position() {
        for (text, position) in [
            ("286efa", Some(0)),
            ("#", Some(1)),
            ("#12", Some(3)),
            ("#12345", Some(6)),
            ("#1234567", Some(8)),
            ("#123456789", Some(9)),
            ("#12g", Some(3)),
            ("#é", Some(1)),
            ("", None),
        ] {
            let error = text.parse::<Color>().unwrap_err();
            assert_eq!(error.position(), position, "{text:?}: {error}");
        }
    }
}
