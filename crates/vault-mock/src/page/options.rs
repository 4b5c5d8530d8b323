use crate::builder::VaultBuilder;

impl VaultBuilder {
    /// Whether the Hosted Vault page has a corner for developers, with the session's claims, the
    /// clock, faults and the journal; by default it has. Needs the feature `page`.
    ///
    /// It is for those who may use the admin API: by default for a browser on the same machine. They
    /// see every request in the journal, move the clock and inject faults; everybody else gets the
    /// page without it.
    pub fn developer_corner(mut self, shown: bool) -> Self {
        self.settings.rules.developer_corner = shown;
        self
    }

    /// Whether the Hosted Vault page loads the logo, the icons and the picture that a session names
    /// by URL; by default it loads nothing from elsewhere and shows initials.
    ///
    /// A `data:` URL is always shown. Needs the feature `page`.
    pub fn external_images(mut self, loaded: bool) -> Self {
        self.settings.rules.external_images = loaded;
        self
    }
}
