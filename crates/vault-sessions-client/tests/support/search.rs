//! Looks for secrets in texts, also encoded and in part.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// Bytes of a secret that are already too many to show.
const PART: usize = 8;

/// The lines of `text` with a part of one of `secrets`, and how it appears there.
pub(crate) fn find(text: &str, secrets: &[&str]) -> Vec<String> {
    let text = text.to_lowercase();
    let forms = secrets.iter().flat_map(|secret| forms(secret));
    let found = forms.filter(|form| text.contains(&form.to_lowercase()));
    let describe = |form: String| {
        let mut lines = text
            .lines()
            .filter(|line| line.contains(&form.to_lowercase()));
        format!("`{form}` is in: {}", lines.next().unwrap_or_default())
    };
    found.map(describe).collect()
}

fn forms(secret: &str) -> Vec<String> {
    let mut forms: Vec<_> = secret.as_bytes().windows(PART).flat_map(shown).collect();
    // What comes before in the encoded text shifts the bits.
    for shift in 0..3 {
        let encoded = STANDARD_NO_PAD.encode(format!("{}{secret}", &"   "[..shift]));
        let own = &encoded[4..encoded.len() - 4];
        forms.extend(own.as_bytes().windows(PART * 4 / 3).flat_map(shown));
    }
    forms
}

/// Bytes as text, as hexadecimal digits and as the numbers that `Debug` makes of them.
fn shown(bytes: &[u8]) -> [String; 3] {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut digits = String::new();
    for byte in bytes {
        write!(digits, "{byte:02x}").unwrap();
    }
    let numbers = format!("{bytes:?}");
    [text, digits, numbers.trim_matches(['[', ']']).to_owned()]
}
