//! What the compiler says about a setter's argument of the wrong type: how to write the value.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    request::{ConsumerMetadata, Session, Settings, Theme},
    values::{ActionSet, ApiKey, AppId, Color, ConsumerId, SessionLength, UnifiedApi, Url},
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
        message = "expected an app ID, found `{Self}`",
        label = "expected `AppId`",
        note = "for a literal write `const {{ AppId::from_static(\"..\") }}`, for a text from elsewhere `AppId::new(text)?`",
        note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<AppId>()?`",
    }
    ConsumerIdArgument for ConsumerId, "a consumer ID" {
        message = "expected a consumer ID, found `{Self}`",
        label = "expected `ConsumerId`",
        note = "for a literal write `const {{ ConsumerId::from_static(\"..\") }}`, for a text from elsewhere `ConsumerId::new(text)?`",
        note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<ConsumerId>()?`",
    }
    SessionLengthArgument for SessionLength, "a session length" {
        message = "expected a session length, found `{Self}`",
        label = "expected `SessionLength`",
        note = "for a literal write `const {{ SessionLength::from_minutes(30) }}`, for a text from elsewhere `text.parse::<SessionLength>()?`, for a `Duration` `SessionLength::try_from(duration)?`",
        note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<SessionLength>()?`",
        note = "for an `Option` in `Settings` write `.maybe(value, SettingsBuilder::session_length)`",
    }
    ColorArgument for Color, "a color" {
        message = "expected a color, found `{Self}`",
        label = "expected `Color`",
        note = "for a literal write `const {{ Color::from_static(\"#286efa\") }}`, for a text from elsewhere `text.parse::<Color>()?`",
        note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<Color>()?`",
        note = "for an `Option` write `.maybe(value, |builder, value| builder.SETTER(value))`, with this setter's name for `SETTER`",
    }
    UrlArgument for Url, "a URL" {
        message = "expected a URL, found `{Self}`",
        label = "expected `Url`",
        note = "for a literal write `const {{ Url::from_static(\"https://example.com\") }}`, for a text from elsewhere `Url::new(text)?`",
        note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<Url>()?`",
        note = "for an `Option` write `.maybe(value, |builder, value| builder.SETTER(value))`, with this setter's name for `SETTER`",
    }
    UnifiedApiArgument for UnifiedApi, "a Unified API" {
        message = "expected a Unified API, found `{Self}`",
        label = "expected `UnifiedApi`",
        note = "for a literal write `UnifiedApi::Crm`, for a text from elsewhere `UnifiedApi::new(text)`",
        note = "for an `Option` write `.maybe(value, SettingsBuilder::unified_api)`",
    }
    SessionArgument for Session, "a session" {
        message = "expected a session, found `{Self}`",
        label = "expected `Session`",
        note = "for a builder add `.build()` after the last setter",
        note = "settings, a theme and metadata go into a session: `Session::builder().settings(settings).build()`",
        note = "for an `Option` write `session.unwrap_or_default()`",
    }
    ConsumerMetadataArgument for ConsumerMetadata, "metadata of the consumer" {
        message = "expected metadata of a consumer, found `{Self}`",
        label = "expected `ConsumerMetadata`",
        note = "for a builder add `.build()` after the last setter",
        note = "for an `Option` write `.maybe(value, SessionBuilder::consumer_metadata)`",
    }
    SettingsArgument for Settings, "settings" {
        message = "expected settings, found `{Self}`",
        label = "expected `Settings`",
        note = "for a builder add `.build()` after the last setter",
        note = "for an `Option` write `.maybe(value, SessionBuilder::settings)`",
    }
    ThemeArgument for Theme, "a theme" {
        message = "expected a theme, found `{Self}`",
        label = "expected `Theme`",
        note = "for a builder add `.build()` after the last setter",
        note = "for an `Option` write `.maybe(value, SessionBuilder::theme)`",
    }
    BoolArgument for bool, "a switch" {
        message = "expected a `bool`, found `{Self}`",
        label = "expected `true` or `false`",
        note = "for a literal write `true` or `false`, for a text from elsewhere `text.parse::<bool>()?`",
        note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<bool>()?`",
        note = "for an `Option` write `.maybe(value, |builder, value| builder.SETTER(value))`, with this setter's name for `SETTER`",
    }
    ApiKeyArgument for ApiKey, "an API key" {
        message = "expected an API key, found `{Self}`",
        label = "expected `ApiKey`",
        note = "for a text, literal or not, write `ApiKey::new(text)?`, for the variable APIDECK_API_KEY `ApiKey::from_env()?`",
        note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<ApiKey>()?`",
    }
}

/// What [`SettingsBuilder::allow_actions`](crate::SettingsBuilder::allow_actions) takes: an [`ActionSet`],
/// an array, a slice or a `Vec` of actions, or one action.
///
/// The trait exists for the sake of a clear compile error: implement `Into<ActionSet>` instead.
#[diagnostic::on_unimplemented(
    message = "expected a set of actions, found `{Self}`",
    label = "expected an `ActionSet` or actions",
    note = "for literals write `[Action::Disable, Action::Delete]`, for a text from elsewhere `text.parse::<Action>()?`",
    note = "after `collect()`, `parse()` or `into()` name the type: `text.parse::<Action>()?`",
    note = "for an `Option` in `Settings` write `.maybe(value, SettingsBuilder::allow_actions)`"
)]
pub trait ActionSetArgument: Into<ActionSet> {}

#[diagnostic::do_not_recommend]
impl<T: Into<ActionSet>> ActionSetArgument for T {}

/// What [`SettingsBuilder::unified_apis`](crate::SettingsBuilder::unified_apis) takes: any iterator of
/// [`UnifiedApi`]s.
///
/// The trait is there for its words in a compile error: implement `IntoIterator` instead.
#[diagnostic::on_unimplemented(
    message = "expected Unified APIs, found `{Self}`",
    label = "expected an iterator of `UnifiedApi`s",
    note = "for literals write `[UnifiedApi::Crm]`, for texts from elsewhere `texts.into_iter().map(UnifiedApi::from)`",
    note = "for one more write `.unified_api(UnifiedApi::Crm)`",
    note = "for an `Option` write `.maybe(value, SettingsBuilder::unified_apis)`"
)]
pub trait UnifiedApisArgument: IntoIterator<Item = UnifiedApi> {}

#[diagnostic::do_not_recommend]
impl<T: IntoIterator<Item = UnifiedApi>> UnifiedApisArgument for T {}

/// What a setter takes for text: a `String`, a `&str`, and whatever else is `Into<String>`.
///
/// The trait exists for the sake of a clear compile error: implement `Into<String>` instead.
#[diagnostic::on_unimplemented(
    message = "expected text, found `{Self}`",
    label = "expected a `&str` or a `String`",
    note = "for a number or another value that can be shown write `value.to_string()`",
    note = "a text is taken as it is, without `parse()` or `into()`",
    note = "for an `Option` write `.maybe(value, |builder, value| builder.SETTER(value))`, with this setter's name for `SETTER`"
)]
pub trait TextArgument: Into<String> {}

#[diagnostic::do_not_recommend]
impl<T: Into<String>> TextArgument for T {}

/// What [`SessionBuilder::custom_consumer_settings`](crate::SessionBuilder::custom_consumer_settings)
/// takes: a [`serde_json::Map`], and any other iterator of pairs of a name and a value.
///
/// The trait is there for its words in a compile error: implement `IntoIterator` instead.
#[diagnostic::on_unimplemented(
    message = "expected the members of a JSON object, found `{Self}`",
    label = "expected a `serde_json::Map` or pairs of a name and a value",
    note = "for literals write `[(\"plan\", \"pro\")]`, or `[(\"plan\", json!(\"pro\")), (\"seats\", json!(5))]` if their types differ",
    note = "for a `Value`, such as `json!({{..}})`, write `serde_json::from_value::<Map<String, Value>>(value)?`, for a text `serde_json::from_str::<Map<String, Value>>(text)?`",
    note = "for an `Option` write `.maybe(value, SessionBuilder::custom_consumer_settings)`"
)]
pub trait MembersArgument: IntoIterator<Item: sealed::Member> {}

#[diagnostic::do_not_recommend]
impl<T: IntoIterator<Item: sealed::Member>> MembersArgument for T {}

pub(super) fn into_members(argument: impl MembersArgument) -> BTreeMap<String, Value> {
    let members = argument.into_iter();
    members.map(sealed::Member::into_member).collect()
}

mod sealed {
    use serde_json::Value;

    pub trait Sealed {}

    pub trait Member {
        fn into_member(self) -> (String, Value);
    }

    impl<N: Into<String>, V: Into<Value>> Member for (N, V) {
        fn into_member(self) -> (String, Value) {
            (self.0.into(), self.1.into())
        }
    }
}
