use proptest::{option, prelude::*};

use super::{text::text, url::url};
use crate::request::ConsumerMetadata;

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
