//! One definition of what a checked text value can do.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde_core::de::{self, Visitor};

/// Gives a newtype over `Cow<'static, str>` its constructors and conversions.
///
/// The type names its kind, the instruction that completes an error message, and the `const fn` that
/// finds the problem in a text.
macro_rules! text_value {
    ($name:ident, kind: $kind:literal, expected: $expected:literal, rule: $rule:expr, check: $check:expr) => {
        impl $name {
            #[doc = concat!("Checks a text as ", $kind, ".")]
            ///
            /// # Errors
            ///
            /// [`InvalidValue`] names the rule and the position of the first byte that breaks it.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
                let text = text.into();
                match $check(&text) {
                    None => Ok(Self(Cow::Owned(text))),
                    Some(problem) => Err(InvalidValue::new($kind, $rule, problem)),
                }
            }

            /// Takes a literal; in a `const`, a bad one does not compile.
            ///
            /// # Panics
            ///
            /// If the text breaks the rule. In a `const` that is a compile error.
            #[must_use]
            #[track_caller]
            pub const fn from_static(text: &'static str) -> Self {
                match $check(text) {
                    None => Self(Cow::Borrowed(text)),
                    Some(problem) => InvalidValue::new($kind, $rule, problem).refuse(),
                }
            }

            /// The text as it goes on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        /// Lets you look up a map with these keys by their text.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        $crate::values::read_from_text!($name);
        $crate::values::text::read_from_json!($name, $expected);
        $crate::values::text::write_as_text!($name);

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0.into_owned()
            }
        }
    };
}

pub(super) use text_value;

/// Implements the conversions from a text by calling the type's `new`, which checks it.
macro_rules! read_from_text {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> Result<Self, $crate::InvalidValue> {
                Self::new(text)
            }
        }

        $crate::values::try_from_str!($name);

        impl TryFrom<String> for $name {
            type Error = $crate::InvalidValue;

            fn try_from(text: String) -> Result<Self, $crate::InvalidValue> {
                Self::new(text)
            }
        }
    };
}

pub(crate) use read_from_text;

/// Implements `TryFrom<&str>` by `FromStr`.
macro_rules! try_from_str {
    ($name:ident) => {
        impl TryFrom<&str> for $name {
            type Error = $crate::InvalidValue;

            fn try_from(text: &str) -> Result<Self, $crate::InvalidValue> {
                text.parse()
            }
        }
    };
}

pub(crate) use try_from_str;

/// Parses a type from a JSON string. Of any other JSON the error says what was expected.
macro_rules! read_from_json {
    ($name:ident, $expected:literal) => {
        impl<'de> serde_core::Deserialize<'de> for $name {
            fn deserialize<D: serde_core::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::values::text::TextVisitor::new($expected))
            }
        }
    };
}

pub(super) use read_from_json;

/// Displays a type, and writes it to JSON, as what its `as_str` returns.
macro_rules! write_as_text {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl serde_core::Serialize for $name {
            fn serialize<S: serde_core::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(super) use write_as_text;

/// Reads a checked value from a JSON string, without an extra copy.
pub(super) struct TextVisitor<T> {
    expected: &'static str,
    value: PhantomData<T>,
}

impl<T> TextVisitor<T> {
    /// The error about any other JSON says that it expected `expected`.
    pub(super) fn new(expected: &'static str) -> Self {
        Self {
            expected,
            value: PhantomData,
        }
    }
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}
