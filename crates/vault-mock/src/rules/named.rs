use std::{error::Error, fmt};

/// A text that is not the name of any value of a switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidName {
    switch: &'static str,
    text: String,
    names: &'static str,
}

impl InvalidName {
    pub(crate) fn new(switch: &'static str, text: &str, names: &'static str) -> Self {
        let text = text.to_owned();
        Self {
            switch,
            text,
            names,
        }
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            switch,
            text,
            names,
        } = self;
        write!(formatter, "invalid {switch} `{text}`: write {names}")
    }
}

impl Error for InvalidName {}

/// Gives each value of an enum the text that it is written as, on the wire or in flags and files.
///
/// What stands before the type is the visibility of `ALL`; then come what an [`InvalidName`] calls the
/// type, and what it says to write.
macro_rules! named {
    ($all:vis $type:ident, $kind:literal, $advice:literal, { $($value:ident: $name:literal),+ $(,)? }) => {
        impl $type {
            /// Every value.
            $all const ALL: [Self; [$($name),+].len()] = [$(Self::$value),+];

            pub(crate) const NAMES: [&'static str; Self::ALL.len()] = [$($name),+];

            /// The text that it is written as.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::rules::InvalidName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match Self::NAMES.iter().position(|name| *name == text) {
                    Some(index) => Ok(Self::ALL[index]),
                    None => Err($crate::rules::InvalidName::new($kind, text, $advice)),
                }
            }
        }
    };
}
pub(crate) use named;
