//! The straight line to the body of the example, for it alone: what writing can cost at least.

use serde_json::Value;
use vault_sessions::{Action, Session};

/// Appends a session whose members are all there, without extra ones.
///
/// # Panics
///
/// A member is missing, or a text needs escapes.
pub fn write(session: &Session, out: &mut Vec<u8>) {
    fn text(out: &mut Vec<u8>, key: &str, value: &str) {
        out.extend_from_slice(key.as_bytes());
        quoted(out, value);
    }
    fn switch(out: &mut Vec<u8>, key: &str, value: Option<bool>) {
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(if value == Some(true) {
            b"true"
        } else {
            b"false"
        });
    }
    let metadata = session.consumer_metadata.as_ref().unwrap();
    let settings = session.settings.as_ref().unwrap();
    let theme = session.theme.as_ref().unwrap();
    text(
        out,
        "{\"consumer_metadata\":{\"account_name\":",
        metadata.account_name.as_deref().unwrap(),
    );
    text(
        out,
        ",\"user_name\":",
        metadata.user_name.as_deref().unwrap(),
    );
    text(out, ",\"email\":", metadata.email.as_deref().unwrap());
    text(
        out,
        ",\"image\":",
        metadata.image.as_ref().unwrap().as_str(),
    );
    text(
        out,
        "},\"redirect_uri\":",
        session.redirect_uri.as_ref().unwrap().as_str(),
    );
    out.extend_from_slice(b",\"settings\":{\"unified_apis\":[");
    list(
        out,
        settings
            .unified_apis
            .as_ref()
            .unwrap()
            .iter()
            .map(AsRef::as_ref),
    );
    switch(
        out,
        "],\"hide_resource_settings\":",
        settings.hide_resource_settings,
    );
    switch(out, ",\"sandbox_mode\":", settings.sandbox_mode);
    switch(out, ",\"isolation_mode\":", settings.isolation_mode);
    text(out, ",\"session_length\":", "30m");
    switch(out, ",\"show_logs\":", settings.show_logs);
    switch(out, ",\"show_suggestions\":", settings.show_suggestions);
    switch(out, ",\"show_sidebar\":", settings.show_sidebar);
    switch(out, ",\"auto_redirect\":", settings.auto_redirect);
    switch(out, ",\"hide_guides\":", settings.hide_guides);
    out.extend_from_slice(b",\"allow_actions\":[");
    let actions = settings.allow_actions.as_ref().unwrap();
    list(out, actions.iter().map(Action::as_str));
    text(
        out,
        "]},\"theme\":{\"favicon\":",
        theme.favicon.as_ref().unwrap().as_str(),
    );
    text(out, ",\"logo\":", theme.logo.as_ref().unwrap().as_str());
    text(
        out,
        ",\"primary_color\":",
        theme.primary_color.as_ref().unwrap().as_str(),
    );
    let background = theme.sidepanel_background_color.as_ref().unwrap();
    text(out, ",\"sidepanel_background_color\":", background.as_str());
    let foreground = theme.sidepanel_text_color.as_ref().unwrap();
    text(out, ",\"sidepanel_text_color\":", foreground.as_str());
    text(
        out,
        ",\"vault_name\":",
        theme.vault_name.as_deref().unwrap(),
    );
    text(
        out,
        ",\"privacy_url\":",
        theme.privacy_url.as_ref().unwrap().as_str(),
    );
    text(
        out,
        ",\"terms_url\":",
        theme.terms_url.as_ref().unwrap().as_str(),
    );
    out.extend_from_slice(b"},\"custom_consumer_settings\":");
    let custom = session.custom_consumer_settings.as_ref().unwrap();
    members(out, custom.iter());
    out.push(b'}');
}

fn list<'a>(out: &mut Vec<u8>, items: impl Iterator<Item = &'a str>) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        quoted(out, item);
    }
}

fn members<'a>(out: &mut Vec<u8>, members: impl Iterator<Item = (&'a String, &'a Value)>) {
    out.push(b'{');
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        quoted(out, name);
        out.push(b':');
        tree(out, value);
    }
    out.push(b'}');
}

fn tree(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::String(text) => quoted(out, text),
        Value::Object(object) => members(out, object.iter()),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                tree(out, item);
            }
            out.push(b']');
        }
        other => unreachable!("the example has no {other}"),
    }
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    let escapes = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    let found = text
        .bytes()
        .fold(false, |found, byte| found | escapes(byte));
    assert!(!found, "the example has no escapes");
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}
