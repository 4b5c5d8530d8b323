//! Credentials do not leave the journal unless they are asked for.

use std::{borrow::Cow, collections::BTreeMap};

use percent_encoding::{CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::credentials::without_credentials;

pub(crate) const MASK: &str = "***";

/// How `{"` begins in base64url: every JWT starts with it.
const JWT: &str = "eyJ";

/// A path and query, without the token that a page's path ends with or another holds, and without what
/// a query says. What is no visible ASCII is percent-encoded: it may not steer a terminal.
pub(crate) fn masked_uri(uri: &str) -> Cow<'_, str> {
    const PAGE: &str = "/session/";
    let (path, query) = match uri.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (uri, None),
    };
    if path.starts_with(PAGE) {
        return Cow::Owned(format!("{PAGE}{MASK}"));
    }
    let path: Cow<'_, str> = utf8_percent_encode(path, CONTROLS).into();
    let path = masked_if_needed(path);
    match query {
        None => path,
        Some(query) => Cow::Owned(format!("{path}?{}", masked_query(query))),
    }
}

/// OAuth hands over its codes and states in queries, and a page what was typed into its form: names
/// stay, values go.
fn masked_query(query: &str) -> String {
    let name_of = |name: &str| masked_text(&utf8_percent_encode(name, CONTROLS).to_string());
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) => format!("{}={MASK}", name_of(name)),
        None => name_of(pair),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// A body that is no JSON: of a form the names of its fields, of anything else only its size.
pub(crate) fn masked_body(content_type: Option<&[u8]>, body: &[u8]) -> String {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    let is_form = content_type.is_some_and(|value| {
        let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
        essence.trim_ascii().eq_ignore_ascii_case(FORM)
    });
    match str::from_utf8(body) {
        Ok(form) if is_form && form.contains('=') => masked_query(form),
        _ => format!("{MASK} ({} bytes)", body.len()),
    }
}

/// A header's value as text; of a credential only its scheme, of a URL no value of its query, and no
/// token in any.
pub(crate) fn masked_header<'a>(name: &str, value: &'a [u8]) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(value);
    match (name, text.split_once(' '), text.split_once('?')) {
        ("authorization" | "proxy-authorization", Some((scheme, _)), _) => {
            Cow::Owned(format!("{scheme} {MASK}"))
        }
        _ if is_credential(name) => Cow::Borrowed(MASK),
        ("referer", _, Some((url, query))) => {
            Cow::Owned(format!("{}?{}", masked_text(url), masked_query(query)))
        }
        _ => masked_if_needed(text),
    }
}

/// An ID; a token that was sent in its place is none.
pub(crate) fn masked_id(id: &str) -> Cow<'_, str> {
    if id.contains(JWT) {
        without_tokens(id).into()
    } else {
        id.into()
    }
}

/// As [`masked_text`], without a copy of what has no sign of a credential.
fn masked_if_needed(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(JWT) || text.contains(['@', '%', '=', ':', ' ']) {
        Cow::Owned(masked_text(&text))
    } else {
        text
    }
}

/// A text without the JWTs in it, without the user information of a URL (RFC 3986 §3.2.1), without what
/// follows the name of a scheme, and without the value of what is called like a credential: a refusal may
/// quote the path or the header that held one, and a URL has them in its query.
///
/// Each is found also where it is percent-encoded, once or again.
pub(super) fn masked_text(text: &str) -> String {
    masked_decoding(text, 3)
}

fn masked_decoding(text: &str, times: u8) -> String {
    if times > 0
        && let Cow::Owned(decoded) = percent_decode_str(text).decode_utf8_lossy()
    {
        let shown = masked_decoding(&decoded, times - 1);
        if shown != decoded {
            return utf8_percent_encode(&shown, CONTROLS).to_string();
        }
    }
    masked_pairs(&without_credentials(&without_user_information(
        &without_tokens(text),
    )))
}

fn without_user_information(text: &str) -> String {
    const SCHEME_ENDS: &str = "://";
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find(SCHEME_ENDS) {
        let (before, url) = rest.split_at(position + SCHEME_ENDS.len());
        shown.push_str(before);
        rest = &url[user_information(url)..];
        shown.push_str(if rest.len() < url.len() { MASK } else { "" });
    }
    shown + rest
}

/// The length of what stands before the `@` of a URL's authority. A password may hold by mistake what ends
/// an authority; that is told by the port that is none, and looked for nearby.
fn user_information(url: &str) -> usize {
    const NEARBY: usize = 256;
    let ends = |char: char| char.is_whitespace() || "\"'<>/?#\\".contains(char);
    let authority = url.split(ends).next().unwrap_or_default();
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    let has_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let end = match authority.rfind('@') {
        None if !has_port && !authority.ends_with(']') => {
            let nearby = url.char_indices().nth(NEARBY);
            let nearby = &url[..nearby.map_or(url.len(), |(end, _)| end)];
            let ends = |char: char| char.is_whitespace() || "\"'<>".contains(char);
            nearby.split(ends).next().and_then(|text| text.rfind('@'))
        }
        end => end,
    };
    end.unwrap_or(0)
}

/// As [`masked_text`], of `name=value` alone.
fn masked_pairs(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('=') {
        let (before, value) = rest.split_at(position + 1);
        shown.push_str(before);
        rest = value;
        let is_name = |char: char| char.is_ascii_alphanumeric() || "-_.%[]".contains(char);
        let name = before[..position].rsplit(|char| !is_name(char)).next();
        if name.is_some_and(is_credential) {
            let ends = |char: char| char.is_whitespace() || "&#;,'\"".contains(char);
            let end = value.find(ends).unwrap_or(value.len());
            shown.push_str(if end == 0 { "" } else { MASK });
            rest = &value[end..];
        }
    }
    shown + rest
}

fn without_tokens(text: &str) -> String {
    let is_token = |byte: char| byte.is_ascii_alphanumeric() || "-_.%".contains(byte);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(JWT) {
        let token = &rest[start..];
        let end = token.find(|char| !is_token(char)).unwrap_or(token.len());
        shown.push_str(&rest[..start]);
        // A dot may be encoded more than once.
        let is_jwt = token[..end].contains(['.', '%']);
        shown.push_str(if is_jwt { MASK } else { &token[..end] });
        rest = &token[end..];
    }
    shown + rest
}

/// A JSON value without the JWTs in its texts, and in the names of its members.
pub(super) fn masked_texts(value: Value) -> Value {
    match value {
        Value::String(text) => masked_text(&text).into(),
        Value::Array(items) => items.into_iter().map(masked_texts).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            // In one order, whatever the dependency graph has switched on.
            let sorted: BTreeMap<_, _> = members
                .map(|(name, member)| (masked_text(&name), masked_texts(member)))
                .collect();
            sorted.into_iter().collect()
        }
        other => other,
    }
}

/// A JSON value whose members that are called like a credential are masked, however deep, and so are
/// the JWTs in every other text.
pub(crate) fn masked_json(mut value: Value) -> Value {
    mask_members(&mut value);
    masked_texts(value)
}

/// As [`masked_json`], of what stands at a JSON pointer: its names are those of members, too.
pub(crate) fn masked_at(pointer: &str, value: &Value) -> Value {
    if pointer.split('/').any(is_credential) && !value.is_null() {
        MASK.into()
    } else {
        masked_json(value.clone())
    }
}

fn mask_members(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_credential(name) && !member.is_null() {
                    *member = Value::from(MASK);
                } else {
                    mask_members(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_members),
        _ => {}
    }
}

pub(super) fn is_credential(name: &str) -> bool {
    const MARKS: [&str; 13] = [
        "token",
        "secret",
        "passw",
        "passphrase",
        "pwd",
        "credential",
        "authorization",
        "cookie",
        "apikey",
        "accesskey",
        "privatekey",
        "jwt",
        "sessionuri",
    ];
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    MARKS.iter().any(|mark| name.contains(mark))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_hides_its_token_and_a_query_its_values() {
        assert_eq!(masked_uri("/vault/sessions"), "/vault/sessions");
        assert_eq!(masked_uri("/session/SECRET/logs"), "/session/***");
        assert_eq!(masked_uri("/a/eyJh.eyJi.c/d?e"), "/a/***/d?e");
        assert_eq!(masked_uri("/session/SECRET?code=SECRET"), "/session/***");
        assert_eq!(
            masked_uri("/vault/callback?state=SECRET&code=SECRET&x"),
            "/vault/callback?state=***&code=***&x"
        );
    }

    #[test]
    fn headers_keep_the_scheme_only() {
        assert_eq!(
            masked_header("authorization", b"Bearer SECRET"),
            "Bearer ***"
        );
        assert_eq!(masked_header("authorization", b"SECRET"), "***");
        assert_eq!(
            masked_header("proxy-authorization", b"Basic SECRET"),
            "Basic ***"
        );
        assert_eq!(masked_header("cookie", b"a=SECRET; b=SECRET"), "***");
        assert_eq!(masked_header("x-apideck-app-id", b"app"), "app");
        for name in [
            "x-vault-mock-token",
            "x-api-key",
            "set-cookie",
            "x-client-secret",
        ] {
            assert_eq!(masked_header(name, b"SECRET SECRET"), "***", "{name}");
        }
        assert_eq!(
            masked_header("referer", b"http://a/session/eyJh.eyJi.c?code=SECRET"),
            "http://a/session/***?code=***"
        );
        assert_eq!(masked_header("x-note", b"of eyJh.eyJi.c"), "of ***");
    }

    #[test]
    fn a_body_that_is_no_json_shows_at_most_the_names_of_its_fields() {
        let form = Some(&b"application/x-www-form-urlencoded; charset=utf-8"[..]);
        assert_eq!(
            masked_body(form, b"field-api_key=SECRET&action=save"),
            "field-api_key=***&action=***"
        );
        assert_eq!(masked_body(form, b"SECRET"), "*** (6 bytes)");
        assert_eq!(masked_body(form, b"a=\xFFSECRET"), "*** (9 bytes)");
        assert_eq!(masked_body(None, b"key=SECRET"), "*** (10 bytes)");
    }

    #[test]
    fn what_steers_a_terminal_is_percent_encoded() {
        for (uri, shown) in [
            ("/a\u{202e}b", "/a%E2%80%AEb"),
            ("/a\u{9b}31m", "/a%C2%9B31m"),
            ("/a\u{7f}", "/a%7F"),
            (
                "/a?b\u{2066}=SECRET&\u{2067}",
                "/a?b%E2%81%A6=***&%E2%81%A7",
            ),
        ] {
            assert_eq!(masked_uri(uri), shown);
        }
    }

    #[test]
    fn a_token_inside_a_text_is_masked() {
        assert_eq!(
            masked_text("no '/a/eyJh.eyJi.c-_', eyJ, x"),
            "no '/a/***', eyJ, x"
        );
        assert_eq!(masked_text("eyJh.eyJi.c"), "***");
    }

    #[test]
    fn a_credential_is_found_where_it_is_percent_encoded() {
        let token = "eyJh.eyJi.c-_";
        let every = |text: &str| -> String {
            let bytes = text.bytes();
            bytes.map(percent_encoding::percent_encode_byte).collect()
        };
        for encoded in [
            token.replace('.', "%2E"),
            token.replace('.', "%2e"),
            token.replace('.', "%252E"),
            every(token),
            every(&every(token)),
        ] {
            let path = format!("/a/{encoded}/b");
            assert_eq!(masked_uri(&path), "/a/***/b", "{path}");
            assert_eq!(masked_text(&format!("no '{path}'")), "no '/a/***/b'");
            let referer = format!("http://a{path}?x=1");
            assert_eq!(
                masked_header("referer", referer.as_bytes()),
                "http://a/a/***/b?x=***"
            );
        }
        // What is not masked stays as it came, and what steers a terminal does not come back.
        assert_eq!(masked_uri("/a%20b/%2E/%ff/50%"), "/a%20b/%2E/%ff/50%");
        assert_eq!(masked_uri("/%0a%1b/eyJh%2Eb"), "/%0A%1B/***");
        assert_eq!(masked_uri("/%ff/eyJh%2Eb"), "/%EF%BF%BD/***");
        let often = format!("/{}", token.replace('.', "%2525252525252E"));
        assert_eq!(masked_uri(&often), "/***");
        assert_eq!(
            masked_text("https://a/?access%5Ftoken=SECRET"),
            "https://a/?access_token=***"
        );
        assert_eq!(masked_text("Bearer%20SECRET"), "Bearer ***");
    }

    #[test]
    fn a_token_in_any_text_of_a_json_is_masked() {
        let refusal = json!({
            "detail": { "eyJh.eyJi.c": ["no eyJh.eyJi.c", 1, null] },
            "token": "of a pointer",
        });
        assert_eq!(
            masked_texts(refusal),
            json!({ "detail": { "***": ["no ***", 1, null] }, "token": "of a pointer" })
        );
    }

    #[test]
    fn members_called_like_a_credential_are_masked_at_any_depth() {
        let value = json!({
            "redirect_uri": "https://a/?session=eyJh.eyJi.c", "eyJh.eyJi.c": ["eyJh.eyJi.c"],
            "data": { "session_token": "SECRET", "session_uri": "SECRET" },
            "settings": [{ "client-secret": { "x": "SECRET" }, "apiKey": "SECRET", "url": "u" }],
            "confirm_token": null,
            "Password": "SECRET", "credentials": ["SECRET"], "authorization": "SECRET",
            "private-key": "SECRET", "api_key": "SECRET", "privateKey": "SECRET", "passwd": "SECRET",
            "cookie": "SECRET", "Set-Cookie": ["SECRET"], "note": "Bearer SECRET",
            "header": "Authorization: Basic SECRET",
            "Pass-Phrase": "SECRET", "db_pwd": "SECRET", "aws access key": "SECRET", "jwt": "SECRET",
            "session_length": "1h", "auth_type": "oauth2", "bypass": true,
        });
        assert_eq!(
            masked_json(value),
            json!({
                "redirect_uri": "https://a/?session=***", "***": ["***"],
                "data": { "session_token": "***", "session_uri": "***" },
                "settings": [{ "client-secret": "***", "apiKey": "***", "url": "u" }],
                "confirm_token": null,
                "Password": "***", "credentials": "***", "authorization": "***",
                "private-key": "***", "api_key": "***", "privateKey": "***", "passwd": "***",
                "cookie": "***", "Set-Cookie": "***", "note": "Bearer ***",
                "header": "Authorization: Basic ***",
                "Pass-Phrase": "***", "db_pwd": "***", "aws access key": "***", "jwt": "***",
                "session_length": "1h", "auth_type": "oauth2", "bypass": true,
            })
        );
    }

    #[test]
    fn a_credential_in_a_url_or_a_form_inside_a_text_is_masked() {
        for (text, shown) in [
            (
                "https://a/?page=2&access_token=SECRET==&x=1#token=SECRET",
                "https://a/?page=2&access_token=***&x=1#token=***",
            ),
            (
                "https://a/?to=https://b/?api_key=SECRET",
                "https://a/?to=https://b/?api_key=***",
            ),
            (
                "say 'password=SECRET', please",
                "say 'password=***', please",
            ),
            ("token=&b==c", "token=&b==c"),
        ] {
            assert_eq!(masked_text(text), shown);
        }
    }

    #[test]
    fn the_user_information_of_a_url_is_masked() {
        for (text, shown) in [
            ("https://SE:CRET@a/b?c", "https://***@a/b?c"),
            ("https://SECRET@a:80, and b@c", "https://***@a:80, and b@c"),
            ("'https://a@SE@b' x@y", "'https://***@b' x@y"),
            ("https://a:SE/CR?E#T@b", "https://***@b"),
            (
                "https://a:80/@b https://a/@b",
                "https://a:80/@b https://a/@b",
            ),
            (
                "https://[::1]:80/@b http://[::1]/@b",
                "https://[::1]:80/@b http://[::1]/@b",
            ),
            (
                "https://a/?to=ftp://b:SECRET@c",
                "https://a/?to=ftp://***@c",
            ),
            ("a:b@c :// ://", "a:b@c :// ://"),
        ] {
            assert_eq!(masked_text(text), shown);
        }
        assert_eq!(masked_uri("/to/http://a:SECRET@b"), "/to/http://***@b");
        assert_eq!(masked_header("from", b"http://a:SECRET@b"), "http://***@b");
    }

    #[test]
    fn a_json_pointer_names_what_stands_there() {
        let value = json!({ "a": "SECRET" });
        for pointer in [
            "/settings/password",
            "/credentials/0/value",
            "/x/client-secret",
        ] {
            assert_eq!(masked_at(pointer, &value), json!("***"), "{pointer}");
        }
        assert_eq!(masked_at("/password", &Value::Null), Value::Null);
        assert_eq!(masked_at("/settings", &value), value);
    }
}
