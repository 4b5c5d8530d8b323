use std::{fmt, str::FromStr};

use crate::rules::InvalidName;

/// A name of a machine as DNS has it, such as `vault.test`: neither scheme nor port nor wildcard.
///
/// Upper and lower case are one, and so are a name with and without the dot of the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

impl HostName {
    pub(super) fn is(&self, host: &str) -> bool {
        self.0.eq_ignore_ascii_case(host)
    }
}

impl FromStr for HostName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name = text.strip_suffix('.').unwrap_or(text);
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_known);
        if name.split('.').all(is_label) {
            Ok(Self(name.to_ascii_lowercase()))
        } else {
            let example = "the name alone, without scheme and port, such as vault.test";
            Err(InvalidName::new("host name", text, example))
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_without_regard_to_case_and_the_root() {
        for text in ["vault.test", "Vault.TEST", "vault.test."] {
            let name: HostName = text.parse().unwrap();
            assert_eq!(name.to_string(), "vault.test");
            assert!(name.is("VAULT.test"));
        }
        for text in ["mock", "mock_1", "a-b.svc.cluster.local", "10.1.2.3"] {
            assert_eq!(text.parse::<HostName>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_no_request_can_name_is_refused_with_an_example() {
        for text in [
            "",
            ".",
            "a b",
            " mock",
            "mock:8080",
            "mock:",
            "http://mock",
            "mock/",
            "user@mock",
            "*.test",
            ".test",
            "a..test",
            "a,b",
            "[::1]",
            "m\u{fc}ll.test",
        ] {
            let error = text.parse::<HostName>().unwrap_err().to_string();
            let expected = format!("invalid host name `{text}`: write the name alone, ");
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
