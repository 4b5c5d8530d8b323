use std::path::Path;

/// Where the values came from that are not from the command line, by the flags that they stand for.
#[derive(Clone, Default)]
pub(crate) struct Origins(Vec<(String, Origin)>);

#[derive(Clone)]
enum Origin {
    Variable(String),
    /// Path, line and column.
    File(String),
}

impl Origins {
    pub(super) fn add_variable(&mut self, flag: &str, variable: String) {
        self.0.push((flag.to_owned(), Origin::Variable(variable)));
    }

    pub(super) fn add_place(&mut self, flag: &str, place: String) {
        self.0.push((flag.to_owned(), Origin::File(place)));
    }

    /// Says what is wrong in the words of whoever gave the values: messages name flags, and here the flags
    /// become variables, or keys of the file with the place of the first.
    pub(crate) fn tell(&self, message: &str) -> String {
        let mut place = String::new();
        let words = message.split(' ').map(|word| {
            let flag = word.trim_end_matches([':', ',', ';']);
            let rest = &word[flag.len()..];
            match flag.strip_prefix("--").and_then(|name| self.of(name)) {
                None => word.to_owned(),
                Some((_, Origin::Variable(variable))) => format!("{variable}{rest}"),
                Some((name, Origin::File(at))) => {
                    if place.is_empty() {
                        place = format!("{at}: ");
                    }
                    format!("`{name}`{rest}")
                }
            }
        });
        let words: Vec<_> = words.collect();
        place + &words.join(" ")
    }

    fn of(&self, name: &str) -> Option<&(String, Origin)> {
        self.0.iter().find(|(flag, _)| flag == name)
    }
}

/// A file, to name a place in.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) bytes: &'a [u8],
}

impl Source<'_> {
    /// Path, line and column of a byte.
    pub(super) fn place(&self, offset: usize) -> String {
        let (line, column) = position(self.bytes, offset);
        format!("{}:{line}:{column}", self.path.display())
    }
}

/// Line and column of a byte, both counted from one; columns are characters.
fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(&bytes[..offset.min(bytes.len())]);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}
