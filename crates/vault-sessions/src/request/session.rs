use std::{collections::BTreeMap, convert::identity};

use serde_json::Value;

use super::{
    argument::UrlArgument,
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
        consumer_metadata: ConsumerMetadata = ConsumerMetadata => identity, as "From literals or texts from elsewhere: `ConsumerMetadata::builder().account_name(name).build()`.";
        /// Where the consumer goes after the session.
        redirect_uri: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
        /// What the Hosted Vault shows and allows.
        settings: Settings = Settings => identity, as "From literals or values from elsewhere: `Settings::builder().session_length(length).build()`.";
        /// How the Hosted Vault looks.
        theme: Theme = Theme => identity, as "From literals or texts from elsewhere: `Theme::builder().vault_name(name).build()`.";
        /// Any JSON object; the service passes it on with the consumer's connections.
        ///
        /// The setter takes pairs of a name and a value, such as a [`serde_json::Map`].
        #[arbitrary(with = maybe_members)]
        custom_consumer_settings: BTreeMap<String, Value> =
            impl IntoIterator<Item = (String, Value)> => BTreeMap::from_iter, as "A literal: `[(\"plan\".to_owned(), Value::from(\"pro\"))]`; a text from elsewhere: `serde_json::from_str::<Map<String, Value>>(text)?`.";
    }
}

body_object! {
    /// What the consumer card shows.
    pub struct ConsumerMetadata, "metadata of the consumer", builder ConsumerMetadataBuilder {
        /// Name of the account, typically the consumer's company.
        account_name: String = impl Into<String> => Into::into, as "A `&str` or a `String`, literal or not.";
        /// Name of the person.
        user_name: String = impl Into<String> => Into::into, as "A `&str` or a `String`, literal or not.";
        /// E-mail address of the person; the service does not check its form.
        email: String = impl Into<String> => Into::into, as "A `&str` or a `String`, literal or not.";
        /// Link to a picture of the person or the account.
        image: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
    }
}
