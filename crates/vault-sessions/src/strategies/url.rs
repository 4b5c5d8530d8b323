use proptest::prelude::*;

use crate::values::Url;

/// Any absolute URL: web and app schemes, ports, user information, escapes, up to 8,192 bytes.
///
/// Needs the feature `proptest`.
pub fn url() -> impl Strategy<Value = Url> {
    let web = "(https?|HTTPS)://([a-z0-9]{1,8}@)?[a-z0-9]{1,10}(\\.[a-z]{2,6}){0,2}(:[0-9]{2,4})?";
    let rest = "(/([a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2}){0,8}){0,3}(\\?[a-z0-9=&/?]{0,10})?(#[a-z0-9]{0,6})?";
    prop_oneof![
        6 => (web, rest).prop_map(|(origin, rest)| origin + &rest),
        1 => "my[a-z0-9+.-]{0,7}:(//)?[a-z][a-z0-9/]{0,11}",
        1 => "https://\\[::[0-9a-f]{1,4}\\]/",
        1 => Just(format!("https://a/{:b<1$}", "", 8192 - "https://a/".len())),
    ]
    .prop_map(|text| Url::new(text).expect("made to be a URL"))
    .boxed()
}
