use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    argument::{
        ConsumerMetadataArgument, MembersArgument, SettingsArgument, TextArgument, ThemeArgument,
        UrlArgument, into_members,
    },
    object::body_object,
    settings::Settings,
    theme::Theme,
    writer::{ObjectWriter, WriteJson},
};
#[cfg(feature = "arbitrary")]
use crate::arbitrary::maybe_members;
use crate::{open_object::open_object, values::Url};

body_object! {
    /// The body of `POST /vault/sessions`: who the consumer is, and how the Vault looks and behaves.
    ///
    /// ```
    /// use vault_sessions::{Session, SessionLength, Settings, Url};
    ///
    /// let session = Session::builder()
    ///     .redirect_uri(Url::from_static("https://mysaas.com/dashboard"))
    ///     .settings(Settings::builder().session_length(SessionLength::from_minutes(30)).build())
    ///     .build();
    /// assert_eq!(
    ///     serde_json::to_string(&session)?,
    ///     r#"{"redirect_uri":"https://mysaas.com/dashboard","settings":{"session_length":"30m"}}"#,
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Session, "session", builder SessionBuilder {
        /// Name and picture of the consumer, shown on the consumer card.
        consumer_metadata: ConsumerMetadata = impl ConsumerMetadataArgument => ConsumerMetadataArgument::into_value, as "From literals or texts from elsewhere: `ConsumerMetadata::builder().account_name(name).build()`.";
        /// Where the consumer goes after the session.
        redirect_uri: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
        /// What the Hosted Vault shows and allows.
        settings: Settings = impl SettingsArgument => SettingsArgument::into_value, as "From literals or values from elsewhere: `Settings::builder().session_length(length).build()`.";
        /// How the Hosted Vault looks.
        theme: Theme = impl ThemeArgument => ThemeArgument::into_value, as "From literals or texts from elsewhere: `Theme::builder().vault_name(name).build()`.";
        /// Any JSON object; the service passes it on with the consumer's connections.
        ///
        /// The setter takes a [`serde_json::Map`], and any pairs of a name and a value.
        #[arbitrary(with = maybe_members)]
        #[by(read_values, WrittenMembers)]
        custom_consumer_settings: BTreeMap<String, Value> =
            impl MembersArgument => into_members, as "A literal: `[(\"plan\", \"pro\")]`; a `Value` or a text from elsewhere: `serde_json::from_value::<Map<String, Value>>(value)?`, `serde_json::from_str::<Map<String, Value>>(text)?`.";
    }
}

body_object! {
    /// What the consumer card shows.
    pub struct ConsumerMetadata, "metadata of the consumer", builder ConsumerMetadataBuilder {
        /// Name of the account, typically the consumer's company.
        account_name: String = impl TextArgument => Into::into, as "A `&str` or a `String`, literal or not.";
        /// Name of the person.
        user_name: String = impl TextArgument => Into::into, as "A `&str` or a `String`, literal or not.";
        /// E-mail address of the person; the service does not check its form.
        email: String = impl TextArgument => Into::into, as "A `&str` or a `String`, literal or not.";
        /// Link to a picture of the person or the account.
        image: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
    }
}
