//! `cargo xtask matrix`: the access matrix, printed, compared or written.

use std::fs;
use std::process::Command;

use crate::build;
use crate::failure::{Failure, Outcome, While};
use crate::matrix::{Matrix, differences};
use crate::shell;
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let steps = Steps::start();
    match words.as_slice() {
        [] => print_it(&steps, &Workspace::load()?),
        ["--check"] => check(&steps, &Workspace::load()?),
        ["--write"] => write(&steps, &Workspace::load()?),
        ["-h" | "--help"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(Failure::new("`matrix` takes nothing, `--check` or `--write`; see `cargo xtask matrix --help`")),
    }
}

fn print_it(steps: &Steps, workspace: &Workspace) -> Outcome {
    print!("{}", recorded(steps, workspace)?);
    Ok(())
}

/// Compares what the portal's routes record with the committed table.
pub(crate) fn check(steps: &Steps, workspace: &Workspace) -> Outcome {
    let now = recorded(steps, workspace)?;
    let file = workspace.root.join(SNAPSHOT);
    let before = fs::read_to_string(&file)
        .or_fail(|| format!("cannot read {SNAPSHOT}; `cargo xtask matrix --write` makes it"))?;
    let differences = differences(&Matrix::parse(&before)?, &Matrix::parse(&now)?);
    if differences.is_empty() {
        eprintln!("[{:>6}] the access matrix is as committed", steps.total());
        return Ok(());
    }
    for difference in &differences {
        println!("{difference}");
    }
    Err(Failure::new(format!(
        "the access matrix differs from {SNAPSHOT} in {} places; if all are meant, run `cargo xtask matrix --write` and commit",
        differences.len()
    )))
}

fn write(steps: &Steps, workspace: &Workspace) -> Outcome {
    let now = recorded(steps, workspace)?;
    Matrix::parse(&now)?;
    let file = workspace.root.join(SNAPSHOT);
    fs::create_dir_all(workspace.root.join("docs")).or_fail(|| "cannot make docs".to_owned())?;
    fs::write(&file, now).or_fail(|| format!("cannot write {SNAPSHOT}"))?;
    eprintln!("[{:>6}] wrote {SNAPSHOT}", steps.total());
    Ok(())
}

/// The table that the portal prints from its routes.
fn recorded(steps: &Steps, workspace: &Workspace) -> Outcome<String> {
    steps.run("the server", || build::server::build(workspace))?;
    shell::read(Command::new(workspace.server()).arg("matrix").current_dir(&workspace.root), "its message stands above")
}

const SNAPSHOT: &str = "docs/access-matrix.md";

const HELP: &str = "\
Print the access matrix: every route and every role, as the routes record them.

    cargo xtask matrix             print it
    cargo xtask matrix --check     compare it with docs/access-matrix.md, cell by cell
    cargo xtask matrix --write     write docs/access-matrix.md

`--check` names each cell that widened (a role gained a route) or narrowed, and each route that is
new or gone, and ends with status 1 on any difference.
";
