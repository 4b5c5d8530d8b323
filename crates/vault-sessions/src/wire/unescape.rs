//! A text as it reads once escapes are taken off.

/// What HTML and XML write for some characters.
pub(super) const ENTITIES: [(&str, u8); 5] = [
    ("&amp;", b'&'),
    ("&lt;", b'<'),
    ("&gt;", b'>'),
    ("&quot;", b'"'),
    ("&apos;", b'\''),
];

/// The bytes of a text, perhaps unescaped.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// Where each of them begins in the text, and where the text ends.
    pub(super) starts: Vec<usize>,
}

impl View {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes().to_vec();
        let starts = (0..=bytes.len()).collect();
        Self { bytes, starts }
    }

    /// The text without the escapes of JSON, without those of URIs and without those of HTML, as far as
    /// there are any.
    pub(super) fn unescaped(&self) -> Vec<Self> {
        let kinds: [Escape; 3] = [json, percent, reference];
        let views = kinds.into_iter().filter_map(|kind| self.without(kind));
        views.collect()
    }

    /// The text without escapes of one kind, if there are any.
    fn without(&self, escape: Escape) -> Option<Self> {
        let (mut bytes, mut starts, mut at) = (Vec::new(), Vec::new(), 0);
        while at < self.bytes.len() {
            let (byte, length) = escape(&self.bytes[at..]).unwrap_or((self.bytes[at], 1));
            bytes.push(byte);
            starts.push(self.starts[at]);
            at += length;
        }
        starts.push(self.starts[at]);
        (bytes.len() < self.bytes.len()).then_some(Self { bytes, starts })
    }
}

/// Reads the escape with which a text begins: the byte that it stands for, and its length.
type Escape = fn(&[u8]) -> Option<(u8, usize)>;

fn json(text: &[u8]) -> Option<(u8, usize)> {
    let rest = text.strip_prefix(b"\\")?;
    match rest.first()? {
        b'u' => Some((u8::try_from(number(rest.get(1..5)?, 16)?).ok()?, 6)),
        byte => byte.is_ascii_punctuation().then_some((*byte, 2)),
    }
}

fn percent(text: &[u8]) -> Option<(u8, usize)> {
    let digits = text.strip_prefix(b"%")?.get(..2)?;
    Some((u8::try_from(number(digits, 16)?).ok()?, 3))
}

fn reference(text: &[u8]) -> Option<(u8, usize)> {
    let mut entities = ENTITIES.iter();
    let named = entities.find(|(entity, _)| text.starts_with(entity.as_bytes()));
    named
        .map(|(entity, byte)| (*byte, entity.len()))
        .or_else(|| numeric_reference(text))
}

/// What HTML and XML can write for any character: `&#34;` or `&#x22;`.
pub(super) fn numeric_reference(text: &[u8]) -> Option<(u8, usize)> {
    let rest = text.strip_prefix(b"&#")?;
    let end = rest.iter().take(10).position(|&byte| byte == b';')?;
    let number = match &rest[..end] {
        [b'x' | b'X', digits @ ..] => number(digits, 16),
        digits => number(digits, 10),
    };
    Some((u8::try_from(number?).ok()?, 2 + end + 1))
}

pub(super) fn number(digits: &[u8], radix: u32) -> Option<u32> {
    u32::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()
}
