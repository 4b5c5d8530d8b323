use std::cmp::Reverse;

/// The known name that a misspelt one is nearest to. Of several that are equally near it is the longest,
/// which has the most letters in common.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    let nearest = known.min_by_key(|known| (distance(name, known), Reverse(known.len())));
    nearest.unwrap_or_default()
}

/// The number of characters to insert, leave out or replace (Levenshtein).
fn distance(found: &str, known: &str) -> usize {
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (index, byte) in found.bytes().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in known.bytes().enumerate() {
            let replaced = diagonal + usize::from(!byte.eq_ignore_ascii_case(&other));
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[known.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_to_change() {
        for (found, known, expected) in [
            ("times", "times", 0),
            ("Times", "times", 0),
            ("tmes", "times", 1),
            ("timess", "times", 1),
            ("", "times", 5),
            ("x", "", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(found, known), expected, "{found} {known}");
        }
        assert_eq!(nearest("tmes", ["by", "times"].into_iter()), "times");
        assert_eq!(nearest("bdy", ["by", "body"].into_iter()), "body");
    }
}
