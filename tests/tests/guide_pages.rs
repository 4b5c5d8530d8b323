//! Every page of the mock's guide, and its README, as a reader pastes them: a fresh crate with exactly
//! the lines of `Cargo.toml` that the page gives, and each example as a program of its own, which runs.
//!
//! All pages share one target folder, that of the workspace, so that their dependencies are built once.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

#[test]
#[ignore = "builds and runs some twenty programs; `.ci/run` does"]
fn every_example_runs_as_pasted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut pages = vec![root.join("crates/vault-mock/README.md")];
    let guide = fs::read_dir(root.join("crates/vault-mock/docs")).unwrap();
    pages.extend(guide.map(|entry| entry.unwrap().path()));
    pages.sort();
    let mut examples = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let programs: Vec<_> = blocks(&text, "rust").collect();
        if programs.is_empty() {
            continue;
        }
        examples += programs.len();
        let name = page.file_stem().unwrap().to_str().unwrap();
        let dependencies = blocks(&text, "toml").next();
        let dependencies = dependencies.unwrap_or_else(|| panic!("{name} has no Cargo.toml lines"));
        let krate = write(root, name, &dependencies, &programs);
        for program in 0..programs.len() {
            run(root, &krate, &format!("{name}_{program}"));
        }
    }
    assert!(examples > 15, "{examples}");
}

/// What stands in the fences of a language.
fn blocks<'a>(page: &'a str, language: &str) -> impl Iterator<Item = String> + use<'a> {
    let fence = format!("```{language}");
    let mut lines = page.lines();
    std::iter::from_fn(move || {
        lines.find(|line| **line == *fence)?;
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        Some(block.join("\n"))
    })
}

/// A crate outside of the workspace; what is not published yet comes from here.
fn write(root: &Path, name: &str, dependencies: &str, programs: &[String]) -> PathBuf {
    let krate = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("guide-{name}"));
    let sources = krate.join("src/bin");
    let _ = fs::remove_dir_all(&krate);
    fs::create_dir_all(&sources).unwrap();
    let patch = ["vault-mock", "vault-sessions"].map(|name| {
        let path = root.join("crates").join(name).display().to_string();
        format!("{name} = {{ path = {path:?} }}\n")
    });
    let patch = patch.concat();
    let manifest = format!(
        "[package]\nname = \"guide-{name}\"\nedition = \"2024\"\n\n{dependencies}\n\n\
         [patch.crates-io]\n{patch}\n[workspace]\n"
    );
    fs::write(krate.join("Cargo.toml"), manifest).unwrap();
    // The versions that the workspace has been tested with.
    fs::copy(root.join("Cargo.lock"), krate.join("Cargo.lock")).unwrap();
    for (number, program) in programs.iter().enumerate() {
        fs::write(sources.join(format!("{name}_{number}.rs")), program).unwrap();
    }
    krate
}

fn run(root: &Path, krate: &Path, program: &str) {
    let finished = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--bin", program])
        .current_dir(krate)
        .env("CARGO_TARGET_DIR", root.join("target/guide"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&finished.stderr);
    assert!(finished.status.success(), "{program}:\n{errors}");
}
