//! What the compiler says about a setter's argument of the wrong type: how to write the value.

use crate::{
    request::{ConsumerMetadata, Session, Settings, Theme},
    values::{ActionSet, ApiKey, AppId, Color, ConsumerId, SessionLength, Url},
};

macro_rules! arguments {
    ($( $name:ident for $value:ident, $what:literal { $($diagnostic:tt)* } )*) => {
        $(
            #[doc = concat!("What a setter takes for ", $what, ": [`", stringify!($value), "`] and nothing else.")]
            ///
            /// The trait exists for the sake of a clear compile error. Other crates cannot implement it.
            #[diagnostic::on_unimplemented($($diagnostic)*)]
            pub trait $name: sealed::Sealed {
                #[doc(hidden)]
                fn into_value(self) -> $value;
            }

            // Otherwise the compiler prints this macro as well as the words above.
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
        note = "for a literal write `const {{ SessionLength::from_minutes(30) }}`, for a text from elsewhere `text.parse::<SessionLength>()?`, for a `Duration` `SessionLength::try_from(duration)?`",
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
    SessionArgument for Session, "a session" {
        message = "`{Self}` is not a session",
        label = "expected `Session`",
        note = "a builder is finished by `.build()`: write `Session::builder().build()`",
    }
    ConsumerMetadataArgument for ConsumerMetadata, "metadata of the consumer" {
        message = "`{Self}` is not metadata of a consumer",
        label = "expected `ConsumerMetadata`",
        note = "a builder is finished by `.build()`: write `ConsumerMetadata::builder().build()`",
        note = "for an `Option` write `.maybe(value, SessionBuilder::consumer_metadata)`",
    }
    SettingsArgument for Settings, "settings" {
        message = "`{Self}` is not a session's settings",
        label = "expected `Settings`",
        note = "a builder is finished by `.build()`: write `Settings::builder().build()`",
        note = "for an `Option` write `.maybe(value, SessionBuilder::settings)`",
    }
    ThemeArgument for Theme, "a theme" {
        message = "`{Self}` is not a theme",
        label = "expected `Theme`",
        note = "a builder is finished by `.build()`: write `Theme::builder().build()`",
        note = "for an `Option` write `.maybe(value, SessionBuilder::theme)`",
    }
    BoolArgument for bool, "a switch" {
        message = "`{Self}` is not a `bool`",
        label = "expected `true` or `false`",
        note = "for a literal write `true` or `false`, for a text from elsewhere `text.parse::<bool>()?`",
        note = "for an `Option` write `.maybe(value, SettingsBuilder::show_logs)`, with this setter for `show_logs`",
    }
    ApiKeyArgument for ApiKey, "an API key" {
        message = "`{Self}` is not an API key",
        label = "expected `ApiKey`",
        note = "for a text, literal or not, write `ApiKey::new(text)?`, for the variable APIDECK_API_KEY `ApiKey::from_env()?`",
    }
}

/// What [`SettingsBuilder::allow_actions`](crate::SettingsBuilder::allow_actions) takes: an [`ActionSet`],
/// an array, a slice or a `Vec` of actions, or one action.
///
/// The trait exists for the sake of a clear compile error: implement `Into<ActionSet>` instead.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of actions",
    label = "expected an `ActionSet` or actions",
    note = "for literals write `[Action::Disable, Action::Delete]`, for a text from elsewhere `text.parse::<Action>()?`",
    note = "for an `Option` write `.maybe(value, SettingsBuilder::allow_actions)`"
)]
pub trait ActionSetArgument: Into<ActionSet> {}

#[diagnostic::do_not_recommend]
impl<T: Into<ActionSet>> ActionSetArgument for T {}

/// What a setter takes for text: a `String`, a `&str`, and whatever else is `Into<String>`.
///
/// The trait exists for the sake of a clear compile error: implement `Into<String>` instead.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "expected a `&str` or a `String`",
    note = "for a number or another value that can be shown write `value.to_string()`",
    note = "for an `Option` write `.maybe(value, ThemeBuilder::vault_name)`, with this setter for `vault_name`"
)]
pub trait TextArgument: Into<String> {}

#[diagnostic::do_not_recommend]
impl<T: Into<String>> TextArgument for T {}

mod sealed {
    pub trait Sealed {}
}
