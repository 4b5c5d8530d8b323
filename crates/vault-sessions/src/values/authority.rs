//! The authority of a URL (RFC 3986 §3.2): who, where, and at which port.

use super::{
    invalid::ValueProblem,
    url::{escape_problem, is_name},
};

/// Checks the authority that begins at `start`, and finds its end.
pub(super) const fn authority_end(
    bytes: &[u8],
    start: usize,
    needs_host: bool,
) -> Result<usize, ValueProblem> {
    let (mut end, mut host) = (start, start);
    while end < bytes.len() && !matches!(bytes[end], b'/' | b'?' | b'#') {
        if bytes[end] == b'@' {
            if host > start {
                return Err(ValueProblem::at(bytes, end));
            }
            host = end + 1;
        }
        end += 1;
    }
    if host > start
        && let Some(problem) = name_problem(bytes, start, host - 1, true)
    {
        return Err(problem);
    }
    let port = if host < end && bytes[host] == b'[' {
        match address_end(bytes, host + 1) {
            Ok(port) => port,
            Err(problem) => return Err(problem),
        }
    } else {
        let mut port = host;
        while port < end && bytes[port] != b':' {
            port += 1;
        }
        if port == host && needs_host {
            return Err(ValueProblem::at(bytes, host));
        }
        match name_problem(bytes, host, port, false) {
            Some(problem) => return Err(problem),
            None => port,
        }
    };
    match port_problem(bytes, port, end) {
        Some(problem) => Err(problem),
        None => Ok(end),
    }
}

/// A registered name, or user information, which may have colons.
const fn name_problem(
    bytes: &[u8],
    start: usize,
    end: usize,
    colons: bool,
) -> Option<ValueProblem> {
    let mut position = start;
    while position < end {
        match bytes[position] {
            b':' if colons => {}
            b'%' => {
                if let Some(problem) = escape_problem(bytes, position) {
                    return Some(problem);
                }
            }
            byte if is_name(byte) => {}
            _ => return Some(ValueProblem::at(bytes, position)),
        }
        position += 1;
    }
    None
}

/// Nothing, or a colon and a number up to 65535, which may be left out.
const fn port_problem(bytes: &[u8], colon: usize, end: usize) -> Option<ValueProblem> {
    let (mut position, mut port) = (colon, 0_u32);
    while position < end {
        let byte = bytes[position];
        if position == colon {
            if byte != b':' {
                return Some(ValueProblem::at(bytes, position));
            }
        } else {
            if !byte.is_ascii_digit() {
                return Some(ValueProblem::at(bytes, position));
            }
            port = port * 10 + (byte - b'0') as u32;
            if port > 65_535 {
                return Some(ValueProblem::at(bytes, position));
            }
        }
        position += 1;
    }
    None
}

/// Checks an IPv6 address (RFC 3986 §3.2.2), and finds the end of its brackets.
const fn address_end(bytes: &[u8], start: usize) -> Result<usize, ValueProblem> {
    let (mut position, mut groups, mut digits, mut has_gap) = (start, 0, 0, false);
    while position < bytes.len() {
        match bytes[position] {
            b']' => {
                let groups = groups + (digits > 0) as u32;
                return match groups {
                    8 if !has_gap => Ok(position + 1),
                    0..=7 if has_gap => Ok(position + 1),
                    _ => Err(ValueProblem::at(bytes, position)),
                };
            }
            b'.' if digits > 0 && has_room_for_dotted(groups, has_gap) => {
                return dotted_end(bytes, position - digits);
            }
            b':' => {
                let is_double = position + 1 < bytes.len() && bytes[position + 1] == b':';
                // A colon follows a group, unless it begins a gap at the start.
                if (digits == 0 && !(is_double && position == start)) || (is_double && has_gap) {
                    return Err(ValueProblem::at(bytes, position));
                }
                groups += (digits > 0) as u32;
                digits = 0;
                if is_double {
                    has_gap = true;
                    position += 1;
                } else if position + 1 >= bytes.len() || !bytes[position + 1].is_ascii_hexdigit() {
                    return Err(ValueProblem::at(bytes, position + 1));
                }
            }
            byte if byte.is_ascii_hexdigit() && digits < 4 && groups < 8 => digits += 1,
            _ => return Err(ValueProblem::at(bytes, position)),
        }
        position += 1;
    }
    Err(ValueProblem::at(bytes, position))
}

/// Whether the last 32 bits may follow: after six groups, or fewer where a gap stands for the others.
const fn has_room_for_dotted(groups: u32, has_gap: bool) -> bool {
    if has_gap { groups < 6 } else { groups == 6 }
}

/// The last 32 bits of an address in decimal, up to the end of the brackets.
const fn dotted_end(bytes: &[u8], start: usize) -> Result<usize, ValueProblem> {
    let (mut position, mut octets, mut octet, mut digits) = (start, 1, 0_u32, 0);
    while position < bytes.len() {
        match bytes[position] {
            b']' if octets == 4 && digits > 0 => return Ok(position + 1),
            b'.' if octets < 4 && digits > 0 => {
                octets += 1;
                octet = 0;
                digits = 0;
            }
            byte if byte.is_ascii_digit() && (digits == 0 || octet > 0) => {
                octet = octet * 10 + (byte - b'0') as u32;
                digits += 1;
                if octet > 255 {
                    return Err(ValueProblem::at(bytes, position));
                }
            }
            _ => return Err(ValueProblem::at(bytes, position)),
        }
        position += 1;
    }
    Err(ValueProblem::at(bytes, position))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::prelude::*;

    use super::*;

    fn is_address(text: &str) -> bool {
        let brackets = format!("{text}]");
        address_end(brackets.as_bytes(), 0).is_ok_and(|end| end == brackets.len())
    }

    #[test]
    fn addresses_are_those_of_the_standard_library() {
        for text in [
            "::",
            "::1",
            "1::",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "::1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4",
            "1::5:6:1.2.3.4",
            "",
            ":",
            ":::",
            "1",
            "1:",
            ":1",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::",
            "12345::",
            "g::",
            "::1.2.3",
            "::1.2.3.4.5",
            "::256.1.1.1",
            "::01.2.3.4",
            "1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "fe80::1%25a",
        ] {
            assert_eq!(is_address(text), text.parse::<Ipv6Addr>().is_ok(), "{text}");
        }
    }

    #[test]
    fn groups_beside_a_gap_are_counted_as_the_standard_library_does() {
        let groups = |count| vec!["1"; count].join(":");
        for (before, after) in (0..=8).flat_map(|before| (0..=8).map(move |after| (before, after)))
        {
            let (before, after) = (groups(before), groups(after));
            for tail in ["", "1.2.3.4", ":1.2.3.4"] {
                for gap in ["", ":", "::"] {
                    let text = format!("{before}{gap}{after}{tail}");
                    assert_eq!(
                        is_address(&text),
                        text.parse::<Ipv6Addr>().is_ok(),
                        "{text}"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_address_is_one(bits: u128) {
            prop_assert!(is_address(&Ipv6Addr::from(bits).to_string()));
        }

        #[test]
        fn what_is_nearly_an_address_is_judged_as_the_standard_library_does(
            text in "([0-9a-f]{0,5}:{1,2}){0,9}([0-9a-f]{0,4}|([0-9]{1,3}\\.){2,4}[0-9]{0,3})"
        ) {
            prop_assert_eq!(is_address(&text), text.parse::<Ipv6Addr>().is_ok());
        }
    }
}
