//! Events for whoever listens with `tracing`; no credential is part of one.

use crate::journal::Recorded;

#[cfg(feature = "tracing")]
pub(crate) fn ended(entry: &Recorded) {
    if let Some(status) = entry.status() {
        tracing::info!(
            method = %entry.method(),
            path = %visible(&entry.path()),
            status = status.as_u16(),
            app_id = entry.app_id(),
            consumer_id = entry.consumer_id(),
            "answered"
        );
    } else {
        tracing::info!(
            method = %entry.method(),
            path = %visible(&entry.path()),
            app_id = entry.app_id(),
            consumer_id = entry.consumer_id(),
            "{}",
            entry.outcome()
        );
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn ended(_: &Recorded) {}

/// A text in which control characters, and those that change the direction of others, are escaped: a
/// log is read on a terminal.
#[cfg(feature = "tracing")]
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_graphic() {
            shown.push(character);
        } else {
            shown.extend(character.escape_debug());
        }
    }
    shown
}

#[cfg(all(test, feature = "tracing"))]
mod tests {
    #[test]
    fn what_moves_or_hides_is_escaped() {
        assert_eq!(super::visible("/a%20/\u{e9}"), "/a%20/\u{e9}");
        let hostile = "/\u{1b}[2J\u{9b}\u{202e}\u{2066}\u{200f}\u{7f}\n";
        assert_eq!(
            super::visible(hostile),
            r"/\u{1b}[2J\u{9b}\u{202e}\u{2066}\u{200f}\u{7f}\n"
        );
    }
}
