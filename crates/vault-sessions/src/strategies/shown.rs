use proptest::{option, prelude::*};

use super::values::{color, text, url};
use crate::request::{ConsumerMetadata, Theme};

/// Any consumer metadata; each member may be absent or empty.
///
/// Needs the feature `proptest`.
pub fn consumer_metadata() -> impl Strategy<Value = ConsumerMetadata> {
    let text = || option::of(text());
    (text(), text(), text(), option::of(url()))
        .prop_map(|(account_name, user_name, email, image)| ConsumerMetadata {
            account_name,
            user_name,
            email,
            image,
            ..ConsumerMetadata::default()
        })
        .boxed()
}

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
