//! The examples of the guide are run as they stand there.

use std::{fs, process::Command};

use crate::program::{directory, finish};

const GUIDE: &str = include_str!("../../../vault-mock/docs/other_languages.md");

/// What is printed after each example, to tell the outputs apart.
const MARK: &str = "=== end of an example ===";

#[test]
fn the_examples_do_what_the_guide_says() {
    let examples = examples();
    let script = examples
        .iter()
        .fold("exec 2>&1\n".to_owned(), |script, (commands, _)| {
            format!("{script}{commands}\necho '{MARK}'\n")
        });
    let directory = directory("guide");
    let path = directory.join("guide.sh");
    fs::write(&path, script).unwrap();

    let binaries = std::path::Path::new(env!("CARGO_BIN_EXE_vault-mock"))
        .parent()
        .unwrap();
    let search = std::env::var_os("PATH").unwrap_or_default();
    let search = std::env::join_paths(
        std::iter::once(binaries.to_owned()).chain(std::env::split_paths(&search)),
    );
    let mut shell = Command::new("bash");
    shell
        .args(["-eu", "-o", "pipefail", "-o", "monitor"])
        .arg(&path);
    shell.current_dir(&directory).env("PATH", search.unwrap());
    shell.env("VAULT_MOCK_LOG_LEVEL", "off");
    let finished = finish(&mut shell, "");
    let outputs: Vec<_> = finished.stdout.split(MARK).map(str::trim).collect();

    for ((commands, expected), output) in examples.iter().zip(&outputs) {
        if let Some(expected) = expected {
            assert!(
                is_like(output, expected),
                "{commands}\nprints\n{output}\ninstead of\n{expected}"
            );
        }
    }
    assert_eq!(
        outputs.len(),
        examples.len() + 1,
        "it stopped after: {:?}",
        outputs.last()
    );
    assert!(finished.status.success());
}

/// What is not included is neither read by anybody nor tested.
#[test]
fn every_page_is_part_of_the_documentation() {
    let guide = include_str!("../../../vault-mock/src/guide.rs");
    let pages = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../vault-mock/docs")).unwrap();
    for page in pages {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(guide.contains(&format!("\"../docs/{name}\"")), "{name}");
    }
}

/// Each block of commands, with the block of output that follows it.
fn examples() -> Vec<(&'static str, Option<&'static str>)> {
    let mut blocks = GUIDE.split("```").skip(1).step_by(2).peekable();
    let mut examples = Vec::new();
    while let Some(block) = blocks.next() {
        let commands = block
            .strip_prefix("sh\n")
            .expect("an output follows its commands");
        let output = blocks.next_if(|block| block.starts_with("text\n"));
        examples.push((
            commands,
            output.map(|output| output["text\n".len()..].trim()),
        ));
    }
    examples
}

/// Whether the texts agree line by line; `…` stands for the rest of a line.
fn is_like(output: &str, expected: &str) -> bool {
    output.lines().count() == expected.lines().count()
        && output
            .lines()
            .zip(expected.lines())
            .all(|(line, expected)| match expected.strip_suffix('…') {
                Some(start) => line.starts_with(start),
                None => line.trim_end() == expected,
            })
}
