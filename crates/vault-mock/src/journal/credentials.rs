//! Credentials within a text, told by the words before them.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::mask::{MASK, is_credential};

/// A text without the credentials that follow the name of an authentication scheme (RFC 9110 §11.4),
/// and without the values of what is written like a header, or like a member of JSON.
pub(super) fn without_credentials(text: &str) -> String {
    without_fields(&without_schemes(text))
}

fn without_schemes(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find(char::is_whitespace) {
        let (before, after) = rest.split_at(position);
        let is_name = |char: char| char.is_ascii_alphanumeric() || char == '-';
        let word = before.rsplit(|char| !is_name(char)).next();
        let value = after.trim_start();
        shown.push_str(before);
        shown.push_str(&after[..after.len() - value.len()]);
        rest = value;
        if let Some(end) = credentials(word.unwrap_or_default(), value) {
            shown.push_str(if end == 0 { "" } else { MASK });
            rest = &value[end..];
        }
    }
    shown + rest
}

/// The length of the credentials that a text begins with after a word, if the word is a scheme.
fn credentials(word: &str, value: &str) -> Option<usize> {
    const ONE: [&str; 3] = ["bearer", "dpop", "ntlm"];
    /// These are words of English, too, unless they begin with a capital.
    const ONE_IF_CAPITAL: [&str; 2] = ["basic", "negotiate"];
    const SEVERAL: [&str; 3] = ["digest", "hoba", "aws4-hmac-sha256"];
    let is_one_of = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(word));
    let is_capital = word.starts_with(|char: char| char.is_ascii_uppercase());
    let ends = |char: char| char.is_whitespace() || "\"'`\\,;<>".contains(char);
    let one = value.find(ends).unwrap_or(value.len());
    let is_pair = || {
        let decoded = STANDARD.decode(&value[..one]);
        decoded.is_ok_and(|pair| pair.contains(&b':'))
    };
    if is_capital && is_one_of(&SEVERAL) {
        Some(value.find(['\r', '\n']).unwrap_or(value.len()))
    } else if is_one_of(&ONE) || (is_one_of(&ONE_IF_CAPITAL) && (is_capital || is_pair())) {
        Some(one)
    } else {
        None
    }
}

fn without_fields(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find(':') {
        let (before, value) = rest.split_at(position + 1);
        shown.push_str(before);
        rest = value;
        let before = before[..position].trim_end();
        let quoted = before.trim_end_matches(['"', '\'', '\\']);
        let is_name = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        let name = quoted.trim_end_matches(is_name);
        // What stands in a JSON pointer is told of, and not told.
        let (is_pointer, name) = (name.ends_with('/'), &quoted[name.len()..]);
        let is_member = quoted.len() < before.len();
        if !is_credential(name) || (is_pointer && !is_member) {
            continue;
        }
        let field = value.trim_start_matches([' ', '\t', '"', '\'', '\\']);
        let ends = ['"', '\'', '\\', '\r', '\n'];
        let end = if is_member && field.starts_with(['{', '[']) {
            // What it holds may have texts of its own.
            field.len()
        } else if is_member || is_header(name) {
            field.find(ends).unwrap_or(field.len())
        } else {
            // Of a sentence it is the last word, and what follows is more of it than one word.
            let end = field.find(|char: char| char.is_whitespace() || ",;)".contains(char));
            let end = end.or_else(|| field.find(ends)).unwrap_or(field.len());
            if field[end..].starts_with(' ') {
                0
            } else {
                end
            }
        };
        shown.push_str(&value[..value.len() - field.len()]);
        let scheme = field[..end].split_once(' ').map(|(scheme, _)| scheme);
        let has_scheme = name.to_ascii_lowercase().ends_with("authorization");
        if let Some(scheme) = scheme.filter(|_| has_scheme) {
            shown.push_str(scheme);
            shown.push(' ');
        }
        shown.push_str(if end == 0 { "" } else { MASK });
        rest = &field[end..];
    }
    shown + rest
}

/// Whether a name that is not quoted is that of a header or a setting, and not the last word of a sentence.
fn is_header(name: &str) -> bool {
    const ALONE: [&str; 6] = [
        "authorization",
        "cookie",
        "password",
        "passwd",
        "pwd",
        "apikey",
    ];
    name.contains(['-', '_']) || ALONE.iter().any(|alone| alone.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_scheme_a_header_or_a_member_is_masked() {
        for (text, shown) in [
            ("Bearer SECRET", "Bearer ***"),
            ("no bearer  SECRET, sorry", "no bearer  ***, sorry"),
            ("'Basic SECRET='", "'Basic ***'"),
            ("of basic dXNlcjpTRUNSRVQ= x", "of basic *** x"),
            ("(DPoP SECRET) NTLM SECRET", "(DPoP *** NTLM ***"),
            (
                "Digest username=\"SECRET\", response=\"SECRET\"\nnext",
                "Digest ***\nnext",
            ),
            ("Authorization: Basic SECRET", "Authorization: Basic ***"),
            ("authorization:SECRET", "authorization:***"),
            (
                "curl -H 'Proxy-Authorization: Token SECRET' https://a",
                "curl -H 'Proxy-Authorization: Token ***' https://a",
            ),
            ("Set-Cookie: a=SECRET; b=SECRET\nx", "Set-Cookie: ***\nx"),
            ("cookie: a=SECRET", "cookie: ***"),
            ("x-api-key: SECRET", "x-api-key: ***"),
            ("password: SECRET SECRET", "password: ***"),
            ("at /a, api_key : SECRET", "at /a, api_key : ***"),
            ("token: SECRET, sorry", "token: ***, sorry"),
            ("token:SECRET", "token:***"),
            (
                r#"sent {"password": "SECRET", "a": 1}"#,
                r#"sent {"password": "***", "a": 1}"#,
            ),
            (
                r#"sent {\"token\":\"SECRET\"}"#,
                r#"sent {\"token\":\"***\"}"#,
            ),
            (r#"{"credentials":{"a":"SECRET"}}"#, r#"{"credentials":***"#),
        ] {
            assert_eq!(without_credentials(text), shown);
            assert_eq!(without_credentials(shown), shown, "masked again");
        }
    }

    #[test]
    fn what_is_no_credential_stays() {
        for text in [
            "a basic plan, to negotiate a digest of it",
            "the bearer",
            "Bearer ",
            "no token: it is too short",
            "/settings/client-secret: is not a field of the API",
            "https://a:80/b at 12:30",
            "",
        ] {
            assert_eq!(without_credentials(text), text);
        }
    }
}
