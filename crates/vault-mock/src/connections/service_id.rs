use std::{borrow::Cow, error::Error, fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// Bytes allowed in an ID; the longest ones in use have about forty.
const LIMIT: usize = 100;

/// The ID of a service that a connection leads to, such as `salesforce`.
///
/// One to 100 ASCII letters, digits, hyphens and underscores: what the service's own IDs consist of,
/// and what a path segment carries as it is.
///
/// ```
/// use vault_mock::connections::ServiceId;
///
/// const SALESFORCE: ServiceId = ServiceId::from_static("salesforce");
/// assert!(ServiceId::new("..").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(Cow<'static, str>);

impl ServiceId {
    /// Reads an ID.
    ///
    /// # Errors
    ///
    /// The text is empty, too long, or has a character that no service ID has.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidServiceId> {
        let id = id.into();
        if is_valid(&id) {
            Ok(Self(Cow::Owned(id)))
        } else {
            Err(InvalidServiceId(()))
        }
    }

    /// Takes a literal; in a `const`, a bad one does not compile.
    ///
    /// # Panics
    ///
    /// The text is not a service ID.
    #[must_use]
    pub const fn from_static(id: &'static str) -> Self {
        assert!(
            is_valid(id),
            "a service ID needs 1 to 100 ASCII letters, digits, hyphens or underscores"
        );
        Self(Cow::Borrowed(id))
    }

    /// The ID as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for ServiceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

const fn is_valid(id: &str) -> bool {
    let bytes = id.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if !matches!(bytes[index], b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_') {
            return false;
        }
        index += 1;
    }
    !bytes.is_empty() && bytes.len() <= LIMIT
}

impl fmt::Display for ServiceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for ServiceId {
    type Err = InvalidServiceId;

    fn from_str(id: &str) -> Result<Self, InvalidServiceId> {
        Self::new(id)
    }
}

/// A text that is not a [`ServiceId`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidServiceId(());

impl fmt::Display for InvalidServiceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "invalid service ID: use 1 to 100 ASCII letters, digits, hyphens or underscores",
        )
    }
}

impl Error for InvalidServiceId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_services_are_called_and_no_path() {
        for good in ["salesforce", "google-drive", "sage_200", "360learning"] {
            assert_eq!(ServiceId::new(good).unwrap().as_str(), good);
        }
        let long = "x".repeat(101);
        for bad in ["", ".", "..", "a/b", "a%2eb", "a\0", "a b", "é", &long] {
            assert!(ServiceId::new(bad).is_err(), "{bad:?}");
        }
    }
}
