use std::fmt;

use askama::Template;

use super::{
    contrast::{Rgb, WHITE, mix, readable, readable_pair},
    session::PageSession,
};

/// Bytes of the longest text that is looked at as a colour.
const LIMIT: usize = 64;

const PRIMARY: Rgb = [0x3f, 0x4f, 0xd8];
const SIDE: Rgb = [0xec, 0xee, 0xf6];
const SIDE_TEXT: Rgb = [0x1c, 0x20, 0x33];

/// The panels of `page.css`, light and dark, that accents are read on.
const LIGHT: Rgb = [0xf6, 0xf7, 0xf9];
const DARK: Rgb = [0x19, 0x1c, 0x22];

/// The session's colours as a stylesheet, mended where the text could not be read.
#[derive(Template)]
#[template(path = "theme.css", escape = "none")]
pub(super) struct PageTheme {
    side: Hex,
    on_side: Hex,
    primary: Hex,
    on_primary: Hex,
    accent_on_light: Hex,
    accent_on_dark: Hex,
}

impl PageTheme {
    pub(super) fn of(session: PageSession<'_>) -> Self {
        Self::new(|name| color(session, name))
    }

    /// The colours of a session that names none.
    pub(super) fn plain() -> Self {
        Self::new(|_| None)
    }

    fn new(named: impl Fn(&str) -> Option<Rgb>) -> Self {
        let primary = named("primary_color").unwrap_or(PRIMARY);
        let side = named("sidepanel_background_color").unwrap_or(SIDE);
        let side_text = named("sidepanel_text_color").unwrap_or(SIDE_TEXT);
        let (on_side, side) = readable_pair(side_text, side);
        let (on_primary, button) = readable_pair(WHITE, primary);
        Self {
            side: Hex(side),
            on_side: Hex(on_side),
            primary: Hex(button),
            on_primary: Hex(on_primary),
            accent_on_light: Hex(readable(primary, LIGHT)),
            accent_on_dark: Hex(readable(primary, DARK)),
        }
    }
}

/// The tab's icon: initials on the primary colour.
#[derive(Template)]
#[template(path = "icon.svg", escape = "html")]
pub(super) struct Icon {
    background: Hex,
    text: Hex,
    initials: String,
}

impl Icon {
    pub(super) fn of(session: PageSession<'_>) -> Self {
        Self::new(PageTheme::of(session), session.vault_name())
    }

    /// The icon of a session that says nothing.
    pub(super) fn plain() -> Self {
        Self::new(PageTheme::plain(), "Vault")
    }

    fn new(theme: PageTheme, name: &str) -> Self {
        Self {
            background: theme.primary,
            text: theme.on_primary,
            initials: initials(name),
        }
    }
}

/// The first letters of the first two words, or a bullet.
pub(super) fn initials(name: &str) -> String {
    let words = name.split_whitespace();
    let letters = words.filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let initials: String = letters.take(2).flat_map(char::to_uppercase).collect();
    if initials.is_empty() {
        "•".to_owned()
    } else {
        initials
    }
}

/// A colour of the theme in any notation of CSS; what is transparent lies on white.
fn color(session: PageSession<'_>, name: &str) -> Option<Rgb> {
    let text = session.text("theme", name)?;
    if text.len() > LIMIT {
        return None;
    }
    let [red, green, blue, opacity] = csscolorparser::parse(text).ok()?.to_rgba8();
    Some(mix(WHITE, [red, green, blue], f32::from(opacity) / 255.0))
}

/// A colour in the notation `#rrggbb`.
struct Hex(Rgb);

impl fmt::Display for Hex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn initials_are_letters_in_any_script() {
        for (name, initials) in [
            ("Intercom", "I"),
            ("my vault of things", "MV"),
            ("<script>alert(1)", "S"),
            ("متجر الأمل", "ما"),
            ("…  !", "•"),
            ("", "•"),
        ] {
            assert_eq!(super::initials(name), initials, "{name}");
        }
    }
}
