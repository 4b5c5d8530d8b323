use std::fmt::Write;

/// Lines of both texts that are compared with each other: beyond it all of them count as changed.
const LIMIT: usize = 1_000_000;

/// Lines of context before and after a change.
const CONTEXT: usize = 1;

/// How two texts differ line by line, as `diff -U1` shows it, without the `@@` lines: texts this short
/// need no line numbers.
pub(super) fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let edits = edits(&old, &new);
    let mut text = String::new();
    for (index, (kind, line)) in edits.iter().enumerate() {
        let around = index.saturating_sub(CONTEXT)..edits.len().min(index + CONTEXT + 1);
        if edits[around].iter().any(|(kind, _)| *kind != ' ') {
            let _ = writeln!(text, "{kind}{line}");
        }
    }
    text
}

/// Each line, with `' '` if both texts have it, `'-'` if only the old one, `'+'` if only the new one.
fn edits<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let same = old.iter().zip(new).take_while(|(one, other)| one == other);
    let prefix = same.count();
    let (head, old, new) = (&old[..prefix], &old[prefix..], &new[prefix..]);
    let same = old.iter().rev().zip(new.iter().rev());
    let suffix = same.take_while(|(one, other)| one == other).count();
    let (old, tail) = old.split_at(old.len() - suffix);
    let new = &new[..new.len() - suffix];

    let mut edits: Vec<_> = head.iter().map(|line| (' ', *line)).collect();
    if old.len().saturating_mul(new.len()) > LIMIT {
        edits.extend(old.iter().map(|line| ('-', *line)));
        edits.extend(new.iter().map(|line| ('+', *line)));
    } else {
        between(old, new, &mut edits);
    }
    edits.extend(tail.iter().map(|line| (' ', *line)));
    edits
}

/// Keeps the longest common subsequence of lines.
fn between<'a>(old: &[&'a str], new: &[&'a str], edits: &mut Vec<(char, &'a str)>) {
    let width = new.len() + 1;
    // The length of it for the rest of both, from each pair of lines on.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            edits.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]
        {
            edits.push(('-', old[i]));
            i += 1;
        } else {
            edits.push(('+', new[j]));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_shown_with_the_line_before_and_after() {
        for (expected, found, shown) in [
            ("a", "a", ""),
            ("a", "b", "-a\n+b\n"),
            ("", "b", "+b\n"),
            ("a\nb\nc\nd", "a\nb\nx\nd", " b\n-c\n+x\n d\n"),
            ("a\nb\nc", "a\nc", " a\n-b\n c\n"),
            ("a\n1\n2\n3\nb", "x\n1\n2\n3\ny", "-a\n+x\n 1\n 3\n-b\n+y\n"),
            ("a\n1\n2\nb", "x\n1\n2\ny", "-a\n+x\n 1\n 2\n-b\n+y\n"),
        ] {
            assert_eq!(difference(expected, found), shown, "{expected:?} {found:?}");
        }
    }

    #[test]
    fn huge_texts_cost_no_more_than_their_lines() {
        let (one, other) = ("a\n".repeat(100_000), "b\n".repeat(100_000));
        assert_eq!(difference(&one, &other).lines().count(), 200_000);
    }
}
