//! Which of our crates may import which; what is not listed is refused.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::failure::{Outcome, While};

/// Every import against the direction, from the manifests.
pub(crate) fn findings(root: &Path) -> Outcome<Vec<String>> {
    let workspace = read(&root.join("Cargo.toml"))?;
    let members = workspace.get("workspace").and_then(|table| table.get("members")).and_then(Value::as_array);
    let mut findings = Vec::new();
    for folder in members.into_iter().flatten().filter_map(Value::as_str) {
        let manifest = read(&root.join(folder).join("Cargo.toml"))?;
        let imports = imports(&Value::Table(manifest));
        match DIRECTION.iter().find(|(crate_folder, _)| *crate_folder == folder) {
            None => findings.push(format!(
                "{folder}/Cargo.toml: xtask/src/tidy/imports.rs does not say what `{folder}` may import"
            )),
            Some((_, allowed)) => {
                let refused =
                    imports.into_iter().filter(|import| !allowed.contains(&import.as_str()) && !allowed.contains(&ALL));
                findings
                    .extend(refused.map(|import| format!("{folder}/Cargo.toml: `{folder}` may not import `{import}`")));
            }
        }
    }
    Ok(findings)
}

/// Our crates among the dependencies, by folder; what only tests use does not count.
fn imports(manifest: &Value) -> Vec<String> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let sections = std::iter::once(manifest).chain(platforms);
    let names = sections
        .flat_map(|section| ["dependencies", "build-dependencies"].map(|kind| section.get(kind)))
        .flatten()
        .filter_map(Value::as_table)
        .flat_map(Table::keys);
    names.filter_map(|name| name.strip_prefix("portcullis-")).map(str::to_owned).collect()
}

fn read(file: &Path) -> Outcome<Table> {
    let text = fs::read_to_string(file).or_fail(|| format!("cannot read {}", file.display()))?;
    text.parse::<Table>().or_fail(|| format!("cannot read {}", file.display()))
}

/// The picture in ARCHITECTURE.md, as a table; `macros` is a build-time tool that its users re-export.
const DIRECTION: &[(&str, &[&str])] = &[
    ("core", &["macros"]),
    ("macros", &[]),
    ("middleware", &["core", "macros"]),
    ("frontend", &["core", "macros"]),
    ("fuzz", &["core", "middleware", "provider"]),
    ("provider", &["core", "middleware"]),
    ("storage", &["core", "middleware", "provider"]),
    ("example-app", &["core", "frontend", "middleware", "provider", "storage"]),
    ("benches", &["bench-harness", "bench-peers", "core", "middleware"]),
    ("benches/harness", &[]),
    ("benches/page", &["bench-harness", "core", "frontend"]),
    ("benches/peers", &["bench-harness"]),
    ("benches/portal", &["bench-harness", "core", "example-app", "middleware", "storage"]),
    ("benches/wasm", &["core", "frontend"]),
    ("tests", &[ALL]),
    ("tests/gallery", &[ALL]),
    ("tests/guide", &["core", "middleware", "provider", "storage"]),
    ("tests/wasm-decide", &["core"]),
    ("xtask", &[]),
];

const ALL: &str = "*";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_wherever_a_manifest_keeps_them() {
        let manifest = "
            [dependencies]
            serde = '1'
            portcullis-core.workspace = true
            [target.'cfg(unix)'.dependencies]
            portcullis-storage = { path = '../storage' }
            [dev-dependencies]
            portcullis-frontend.workspace = true
        ";
        let manifest = Value::Table(manifest.parse().unwrap());
        assert_eq!(imports(&manifest), ["core", "storage"]);
    }
}
