use std::{error::Error, fmt};

/// A text that names none of the values a switch has.
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

/// Gives each value of a switch the name by which flags, files and the admin API call it.
macro_rules! named {
    ($switch:ident, $kind:literal, $names:literal, { $($value:ident: $name:literal),+ }) => {
        impl std::fmt::Display for $switch {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(match self {
                    $(Self::$value => $name,)+
                })
            }
        }

        impl std::str::FromStr for $switch {
            type Err = $crate::rules::InvalidName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($name => Ok(Self::$value),)+
                    _ => Err($crate::rules::InvalidName::new($kind, text, $names)),
                }
            }
        }
    };
}
pub(crate) use named;
