use super::{
    argument::{ColorArgument, TextArgument, UrlArgument},
    object::body_object,
    writer::{ObjectWriter, WriteJson},
};
use crate::{
    open_object::open_object,
    values::{Color, Url},
};

body_object! {
    /// How the Hosted Vault looks.
    ///
    /// ```
    /// use vault_sessions::{Color, Theme};
    ///
    /// let theme = Theme::builder()
    ///     .vault_name("Intercom")
    ///     .primary_color(const { Color::from_static("#286efa") })
    ///     .build();
    /// assert_eq!(theme.vault_name.as_deref(), Some("Intercom"));
    /// ```
    pub struct Theme, "theme", builder ThemeBuilder {
        /// Link to the icon of the browser tab.
        favicon: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
        /// Link to the logo.
        logo: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
        /// Colour of buttons and links.
        primary_color: Color = impl ColorArgument => ColorArgument::into_value, as "A literal: `const { Color::from_static(\"#286efa\") }`; a text from elsewhere: `text.parse::<Color>()?`.";
        /// Background colour of the sidebar.
        sidepanel_background_color: Color = impl ColorArgument => ColorArgument::into_value, as "A literal: `const { Color::from_static(\"#286efa\") }`; a text from elsewhere: `text.parse::<Color>()?`.";
        /// Text colour of the sidebar.
        sidepanel_text_color: Color = impl ColorArgument => ColorArgument::into_value, as "A literal: `const { Color::from_static(\"#286efa\") }`; a text from elsewhere: `text.parse::<Color>()?`.";
        /// Name of the Vault, shown in the sidebar.
        vault_name: String = impl TextArgument => Into::into, as "A `&str` or a `String`, literal or not.";
        /// Link to the privacy policy, shown in the sidebar.
        privacy_url: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
        /// Link to the terms and conditions, shown in the sidebar.
        terms_url: Url = impl UrlArgument => UrlArgument::into_value, as "A literal: `const { Url::from_static(\"https://example.com\") }`; a text from elsewhere: `Url::new(text)?`.";
    }
}
