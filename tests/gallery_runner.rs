//! The gallery of mistakes: each example is compiled, and the compiler's words are compared with those on record.
//!
//! An `ok_` example must compile without a word. `PORTCULLIS_BLESS=1` records what is said now.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

type Failure = Box<dyn std::error::Error>;

/// A line of `cargo build --message-format=json`.
#[derive(Deserialize)]
struct Line {
    message: Option<Diagnostic>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

#[test]
fn every_mistake_is_answered_as_recorded() -> Result<(), Failure> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the tests have no workspace")?;
    let examples = workspace.join("tests/gallery/examples");
    let cases = names(&examples, "rs")?;
    let mut said = build(workspace)?;

    let mut wrong = Vec::new();
    for case in &cases {
        let errors = said.remove(case).unwrap_or_default();
        wrong.extend(verdict(case, &errors, &examples.join(format!("{case}.stderr")))?);
    }
    wrong.extend(names(&examples, "stderr")?.difference(&cases).map(|case| format!("{case}.stderr has no example")));
    assert!(wrong.is_empty(), "{}\n\nPORTCULLIS_BLESS=1 records what the compiler says now", wrong.join("\n\n"));
    Ok(())
}

/// What is wrong with a case, given what the compiler said of it.
fn verdict(case: &str, errors: &str, record: &Path) -> io::Result<Option<String>> {
    let must_compile = case.starts_with("ok_");
    if must_compile {
        return Ok((!errors.is_empty()).then(|| format!("{case} must compile without a word, and does not:\n{errors}")));
    }
    if errors.is_empty() {
        return Ok(Some(format!("{case} compiles, and must not")));
    }
    if std::env::var_os("PORTCULLIS_BLESS").is_some() {
        fs::write(record, errors)?;
        return Ok(None);
    }
    let recorded = match fs::read_to_string(record) {
        Ok(recorded) => recorded,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    Ok((recorded != errors).then(|| format!("{case}: recorded was\n{recorded}\nand now it is\n{errors}")))
}

/// The errors of each example that has any, and the warnings of those that must compile.
fn build(workspace: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--package", "portcullis-gallery", "--examples", "--keep-going", "--message-format=json"])
        .current_dir(workspace)
        .output()?;
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8(output.stdout)?.lines().filter(|line| line.starts_with('{')) {
        let Line { message: Some(Diagnostic { level, rendered: Some(rendered) }), target: Some(target) } =
            serde_json::from_str(line)?
        else {
            continue;
        };
        let counts = level == "error" || (level == "warning" && target.name.starts_with("ok_"));
        if !counts || is_summary(&rendered) {
            continue;
        }
        if !target.kind.iter().any(|kind| kind == "example") {
            return Err(format!("`{}` itself does not compile:\n{rendered}", target.name).into());
        }
        let errors = said.entry(target.name).or_default();
        let error = normalized(&rendered, workspace);
        // Cargo shows the same words once, too.
        if !errors.contains(&error) {
            errors.push_str(&error);
        }
    }
    if said.is_empty() {
        return Err(format!("cargo found no mistake:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(said)
}

/// "aborting due to 2 previous errors" says nothing.
fn is_summary(rendered: &str) -> bool {
    let line = rendered.lines().next().unwrap_or_default();
    line.starts_with("error: aborting due to") || line.ends_with("emitted") || line.ends_with("generated 1 warning")
}

/// The same on every machine and after every edit elsewhere: no folders, nothing quoted from other crates.
fn normalized(rendered: &str, workspace: &Path) -> String {
    let workspace = format!("{}/", workspace.display());
    let mut text = String::new();
    let mut foreign = false;
    for line in rendered.lines() {
        let line = line.replace(&workspace, "");
        let (number, rest) = split_margin(&line);
        let line = if let Some(place) = rest.strip_prefix("--> ").or_else(|| rest.strip_prefix("::: ")) {
            foreign = !place.starts_with("tests/gallery/");
            format!("  --> {}", if foreign { without_position(place) } else { place })
        } else if rest.starts_with('|') || rest.starts_with("= ") {
            if foreign && rest.starts_with('|') {
                continue;
            }
            format!("{number:>2} {rest}")
        } else if foreign && rest.starts_with("...") {
            continue;
        } else {
            foreign = false;
            line
        };
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The line number in the margin, whose width depends on the longest one, and what follows.
fn split_margin(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    let digits = line.find(|one: char| !one.is_ascii_digit()).unwrap_or(line.len());
    match line.split_at(digits) {
        (number, rest) if rest.trim_start().starts_with('|') => (number, rest.trim_start()),
        _ => ("", line),
    }
}

/// `middleware/src/routing/method.rs:31:5` → `middleware/src/routing/method.rs`; of a registry, crate and file.
fn without_position(place: &str) -> &str {
    let path = place.split(':').next().unwrap_or(place);
    let inside_registry = path.split_once("/registry/src/").and_then(|(_, inside)| inside.split_once('/'));
    let inside_toolchain = path.split_once("/library/");
    inside_registry.or(inside_toolchain).map_or(path, |(_, file)| file)
}

/// The names of the files with this ending.
fn names(folder: &Path, ending: &str) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.extension().is_some_and(|found| found == ending) {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    Ok(names)
}
