//! The grammar of an HTTP field value, which IDs and keys travel in.

use super::invalid::{ValueProblem, length_problem};

/// Checks `text` against RFC 9110 §5.5, without the obsolete non-ASCII bytes.
///
/// White space at either end is refused because every HTTP parser strips it: the value that arrives
/// would not be the value that was sent.
pub(super) const fn problem(text: &str, limit: usize) -> Option<ValueProblem> {
    if let Some(problem) = length_problem(text, limit) {
        return Some(problem);
    }
    let bytes = text.as_bytes();
    let last = bytes.len() - 1;
    let mut position = 0;
    while position <= last {
        let byte = bytes[position];
        let inner = position > 0 && position < last;
        if !(byte.is_ascii_graphic() || (inner && (byte == b' ' || byte == b'\t'))) {
            return Some(ValueProblem::Byte { position, byte });
        }
        position += 1;
    }
    None
}

/// Checks `text` as a bearer credential: a field value without white space inside.
pub(crate) fn bearer_problem(text: &str, limit: usize) -> Option<ValueProblem> {
    // Tokens are long. Without an early exit the compiler looks at many bytes at once.
    let is_visible = text
        .bytes()
        .fold(true, |visible, byte| visible & byte.is_ascii_graphic());
    if is_visible {
        return length_problem(text, limit);
    }
    problem(text, limit).or_else(|| {
        let position = text.find([' ', '\t'])?;
        Some(ValueProblem::at(text.as_bytes(), position))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_first_byte_that_no_header_can_carry() {
        for (text, position) in [
            (" a", 0),
            ("a ", 1),
            ("a\nb", 1),
            ("a\0", 1),
            ("é", 0),
            ("ab\u{200F}c", 2),
            ("a\x7F", 1),
        ] {
            let byte = text.as_bytes()[position];
            assert_eq!(
                problem(text, 10),
                Some(ValueProblem::Byte { position, byte }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn accepts_the_forms_in_use() {
        for text in [
            "test-consumer",
            "account:12345",
            "elon@musk.com",
            "a b\tc",
            "x",
        ] {
            assert_eq!(problem(text, 64), None, "{text:?}");
        }
    }

    #[test]
    fn is_bounded() {
        let too_long = ValueProblem::TooLong {
            length: 11,
            limit: 10,
        };
        assert_eq!(problem("abcdefghijk", 10), Some(too_long));
        assert_eq!(problem("abcdefghij", 10), None);
        assert_eq!(problem("", 10), Some(ValueProblem::Empty));
    }
}
