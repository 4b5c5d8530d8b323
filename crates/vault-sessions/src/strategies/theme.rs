use proptest::{option, prelude::*};

use super::{color::color, text::text, url::url};
use crate::request::Theme;

/// Any theme; each member may be absent.
///
/// Needs the feature `proptest`.
pub fn theme() -> impl Strategy<Value = Theme> {
    let (link, color) = (|| option::of(url()), || option::of(color()));
    let links = (link(), link(), link(), link());
    let colors = (color(), color(), color());
    (links, colors, option::of(text()))
        .prop_map(|(links, colors, vault_name)| {
            let (favicon, logo, privacy_url, terms_url) = links;
            let (primary_color, sidepanel_background_color, sidepanel_text_color) = colors;
            Theme {
                favicon,
                logo,
                primary_color,
                sidepanel_background_color,
                sidepanel_text_color,
                vault_name,
                privacy_url,
                terms_url,
                ..Theme::default()
            }
        })
        .boxed()
}
