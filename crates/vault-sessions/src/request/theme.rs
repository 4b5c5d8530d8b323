use std::convert::identity;

use super::{
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
        favicon: Url = Url => identity,
        /// Link to the logo.
        logo: Url = Url => identity,
        /// Colour of buttons and links.
        primary_color: Color = Color => identity,
        /// Background colour of the sidebar.
        sidepanel_background_color: Color = Color => identity,
        /// Text colour of the sidebar.
        sidepanel_text_color: Color = Color => identity,
        /// Name of the Vault, shown in the sidebar.
        vault_name: String = impl Into<String> => Into::into,
        /// Link to the privacy policy, shown in the sidebar.
        privacy_url: Url = Url => identity,
        /// Link to the terms and conditions, shown in the sidebar.
        terms_url: Url = Url => identity,
    }
}
