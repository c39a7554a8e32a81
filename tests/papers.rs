//! What the papers show is what is compiled: the code of `docs/guide.md` is that of `tests/guide`.

use std::{collections::BTreeSet, error::Error, fs, path::Path};

type Failure = Box<dyn Error>;

/// Longer, and nobody is done in ten minutes.
const LONGEST: usize = 150;

/// The only file that the guide lets the reader copy unseen.
const COPIED: &str = "sign_in.rs";

#[test]
fn the_guide_shows_the_files_that_are_compiled() -> Result<(), Failure> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the tests have no workspace")?;
    let guide = fs::read_to_string(workspace.join("docs/guide.md"))?;
    let mut unseen = BTreeSet::new();
    for file in fs::read_dir(workspace.join("tests/guide/src"))? {
        let file = file?;
        let (name, text) = (file.file_name().to_string_lossy().into_owned(), fs::read_to_string(file.path())?);
        let shown = section(&guide, &format!("src/{name}")).and_then(|section| block(section, "rust"));
        match shown {
            Some(shown) => assert_eq!(shown, text, "the guide shows another {name}"),
            None => drop(unseen.insert(name)),
        }
    }
    assert_eq!(unseen, BTreeSet::from([COPIED.to_owned()]));
    assert!(guide.lines().count() <= LONGEST, "the guide has {} lines", guide.lines().count());
    Ok(())
}

#[test]
fn the_guide_names_the_dependencies_that_are_compiled() -> Result<(), Failure> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the tests have no workspace")?;
    let guide = fs::read_to_string(workspace.join("docs/guide.md"))?;
    let shown = section(&guide, "Cargo.toml").and_then(|section| block(section, "toml")).ok_or("no Cargo.toml")?;
    let manifest = fs::read_to_string(workspace.join("tests/guide/Cargo.toml"))?;
    let (_, compiled) = manifest.split_once("[dependencies]").ok_or("no dependencies")?;
    assert_eq!(names(shown), names(compiled));
    Ok(())
}

/// The text below the heading that names a file.
fn section<'g>(guide: &'g str, file: &str) -> Option<&'g str> {
    guide.split("\n## ").find(|section| section.lines().next().is_some_and(|head| head.contains(&format!("`{file}`"))))
}

/// The first block of code in a language.
fn block<'s>(section: &'s str, language: &str) -> Option<&'s str> {
    let (_, code) = section.split_once(&format!("```{language}\n"))?;
    Some(code.split_once("```")?.0)
}

fn names(dependencies: &str) -> BTreeSet<&str> {
    let lines = dependencies.lines().filter_map(|line| line.split_once('='));
    lines.map(|(name, _)| name.trim().trim_end_matches(".workspace")).collect()
}
