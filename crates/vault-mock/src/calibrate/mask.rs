use super::caller::Caller;

/// Characters of the longest observation, and of the longest name in one.
const LIMIT: usize = 200;
const NAME: usize = 40;

/// A name out of an answer, such as a type of error or a claim, if it looks like one; else `?`.
pub(super) fn name(text: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let is_name = !text.is_empty() && text.len() <= NAME && text.bytes().all(is_plain);
    if is_name { text } else { "?" }
}

impl Caller {
    /// Cuts a text, and takes out whatever nobody else may read.
    pub(super) fn masked(&self, text: &str) -> String {
        let text = text.replace(|character: char| character.is_control(), " ");
        let text = without(&text, self.key.expose_secret(), |_| true);
        let text = without(&text, self.consumer.as_str(), |is_word| is_word);
        match text.char_indices().nth(LIMIT) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}

/// Takes a secret out of a text; `counts` decides by whether it stands there as a word.
fn without(text: &str, secret: &str, counts: fn(bool) -> bool) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(at) = rest.find(secret) {
        let (before, from) = rest.split_at(at);
        let after = &from[secret.len()..];
        let is_word =
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if counts(is_word) { "…" } else { secret });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use vault_sessions::{ApiKey, AppId, ConsumerId};

    use super::*;

    #[test]
    fn keys_go_anywhere_and_consumers_as_words() {
        let caller = Caller {
            base: "http://localhost".parse().unwrap(),
            key: ApiKey::new("sk_live_1").unwrap(),
            app: AppId::from_static("app"),
            consumer: ConsumerId::from_static("test"),
            connection: None,
        };
        assert_eq!(
            caller.masked("xsk_live_1x, test, latest\r\nat http://app"),
            "x…x, …, latest  at http://app"
        );
        assert_eq!(caller.masked(&"é".repeat(300)).chars().count(), 201);
    }

    #[test]
    fn what_is_no_name_is_not_shown() {
        assert_eq!(name("RequestValidationError"), "RequestValidationError");
        for text in ["", "a b", "e30.e30.x", "é", &"x".repeat(41)] {
            assert_eq!(name(text), "?", "{text}");
        }
    }
}
