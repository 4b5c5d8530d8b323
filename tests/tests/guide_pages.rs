//! Every page of the mock's guide, and every README, as a reader pastes them: a fresh crate with exactly
//! the lines of `Cargo.toml` that the page gives, and each example as a program of its own, which runs.
//!
//! All pages share the workspace's target folder, so that what has been built for it is there already.
//! `VAULT_PAGES=tls,retry` runs the pages with these names only.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

#[test]
#[ignore = "builds and runs some twenty programs; `.ci/run` does"]
fn every_example_runs_as_pasted() {
    let root = root();
    let chosen = env::var("VAULT_PAGES").ok();
    let mut examples = 0;
    for (name, page) in pages() {
        if chosen
            .as_ref()
            .is_some_and(|chosen| !chosen.split(',').any(|chosen| chosen == name))
        {
            continue;
        }
        let krate = write(root, &name, &page);
        examples += page.programs.len();
        for (number, program) in page.programs.iter().enumerate() {
            run(&krate, &format!("{name}_{number}"), program.runs);
        }
    }
    assert!(chosen.is_some() || examples > 15, "{examples}");
}

#[test]
fn no_page_needs_more_than_three_crates() {
    for (name, page) in pages() {
        let tables = page
            .dependencies
            .split('[')
            .filter(|table| table.starts_with("de"));
        let lines = tables.flat_map(|table| table.lines().skip(1));
        let crates: Vec<_> = lines.filter(|line| line.contains(" = ")).collect();
        assert!((1..=3).contains(&crates.len()), "{name}: {crates:#?}");
    }
}

/// A page with programs.
struct Page {
    /// Its lines of `Cargo.toml`.
    dependencies: String,
    programs: Vec<Program>,
}

struct Program {
    code: String,
    /// One that calls the service is only compiled.
    runs: bool,
}

/// The pages with programs, by their names.
fn pages() -> BTreeMap<String, Page> {
    let root = root();
    let guide = fs::read_dir(root.join("crates/vault-mock/docs")).unwrap();
    let guide = guide.map(|entry| entry.unwrap().path());
    let guide = guide.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path));
    let crates = ["vault-mock", "vault-sessions", "vault-sessions-client"];
    let readmes = crates.map(|name| {
        let path = root.join("crates").join(name).join("README.md");
        (format!("readme-{name}"), path)
    });
    let readme = ("readme".to_owned(), root.join("README.md"));
    let mut pages = BTreeMap::new();
    for (name, path) in guide.chain(readmes).chain([readme]) {
        let text = fs::read_to_string(&path).unwrap();
        let programs: Vec<_> = [("rust", true), ("rust,no_run", false)]
            .into_iter()
            .flat_map(|(fence, runs)| blocks(&text, fence).map(move |code| Program { code, runs }))
            .collect();
        if !programs.is_empty() {
            let dependencies = blocks(&text, "toml").next();
            let dependencies =
                dependencies.unwrap_or_else(|| panic!("{name} has no Cargo.toml lines"));
            pages.insert(
                name,
                Page {
                    dependencies,
                    programs,
                },
            );
        }
    }
    pages
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
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
fn write(root: &Path, name: &str, page: &Page) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let krate = folder.join(format!("guide-{name}"));
    let sources = krate.join("src/bin");
    let _ = fs::remove_dir_all(&krate);
    fs::create_dir_all(&sources).unwrap();
    // The checkout beside the reader's project.
    let checkout = folder.join("vault-sessions");
    let _ = fs::remove_file(&checkout);
    #[cfg(unix)]
    std::os::unix::fs::symlink(root, &checkout).unwrap();
    let Page {
        dependencies,
        programs,
    } = page;
    let patch = if dependencies.contains("path =") {
        String::new()
    } else {
        let patch = ["vault-mock", "vault-sessions", "vault-sessions-client"].map(|name| {
            let path = root.join("crates").join(name).display().to_string();
            format!("{name} = {{ path = {path:?} }}\n")
        });
        format!("[patch.crates-io]\n{}", patch.concat())
    };
    let manifest = format!(
        "[package]\nname = \"guide-{name}\"\nedition = \"2024\"\n\n{dependencies}\n\n{patch}\n[workspace]\n"
    );
    fs::write(krate.join("Cargo.toml"), manifest).unwrap();
    // The versions that the workspace has been tested with.
    fs::copy(root.join("Cargo.lock"), krate.join("Cargo.lock")).unwrap();
    for (number, program) in programs.iter().enumerate() {
        fs::write(sources.join(format!("{name}_{number}.rs")), &program.code).unwrap();
    }
    krate
}

fn run(krate: &Path, program: &str, runs: bool) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let finished = Command::new(env!("CARGO"))
        .arg(if runs { "run" } else { "check" })
        .args(["--quiet", "--bin", program])
        .current_dir(krate)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&finished.stderr);
    assert!(finished.status.success(), "{program}:\n{errors}");
}
