//! What the compiler says of a setter's argument that is of another type: how to write the value.

use crate::values::{AppId, Color, ConsumerId, SessionLength, Url};

macro_rules! arguments {
    ($( $name:ident for $value:ident, $what:literal { $($diagnostic:tt)* } )*) => {
        $(
            #[doc = concat!("What a setter takes for ", $what, ": a [`", stringify!($value), "`] and nothing else.")]
            ///
            /// The trait is there for its words in a compile error. Other crates cannot implement it.
            #[diagnostic::on_unimplemented($($diagnostic)*)]
            pub trait $name: sealed::Sealed {
                #[doc(hidden)]
                fn into_value(self) -> $value;
            }

            // Otherwise the compiler prints this macro beside the words above.
            #[diagnostic::do_not_recommend]
            impl $name for $value {
                fn into_value(self) -> $value {
                    self
                }
            }

            impl sealed::Sealed for $value {}
        )*
    };
}

arguments! {
    AppIdArgument for AppId, "an app ID" {
        message = "`{Self}` is not an app ID",
        label = "expected `AppId`",
        note = "for a literal write `const {{ AppId::from_static(\"..\") }}`, for a text from elsewhere `AppId::new(text)?`",
    }
    ConsumerIdArgument for ConsumerId, "a consumer ID" {
        message = "`{Self}` is not a consumer ID",
        label = "expected `ConsumerId`",
        note = "for a literal write `const {{ ConsumerId::from_static(\"..\") }}`, for a text from elsewhere `ConsumerId::new(text)?`",
    }
    SessionLengthArgument for SessionLength, "a session length" {
        message = "`{Self}` is not a session length",
        label = "expected `SessionLength`",
        note = "for a literal write `const {{ SessionLength::from_minutes(30) }}`, for a text from elsewhere `text.parse::<SessionLength>()?`",
        note = "for an `Option` write `.maybe(value, SettingsBuilder::session_length)`",
    }
    ColorArgument for Color, "a color" {
        message = "`{Self}` is not a color",
        label = "expected `Color`",
        note = "for a literal write `const {{ Color::from_static(\"#286efa\") }}`, for a text from elsewhere `text.parse::<Color>()?`",
        note = "for an `Option` write `.maybe(value, ThemeBuilder::primary_color)`",
    }
    UrlArgument for Url, "a URL" {
        message = "`{Self}` is not a URL",
        label = "expected `Url`",
        note = "for a literal write `const {{ Url::from_static(\"https://example.com\") }}`, for a text from elsewhere `Url::new(text)?`",
        note = "for an `Option` write `.maybe(value, SessionBuilder::redirect_uri)`",
    }
}

mod sealed {
    pub trait Sealed {}
}
