//! The JavaScript that loads the browser's module, by wasm-bindgen as a library.
//!
//! The file stays `portal_bg.wasm`: that is the name Leptos writes into the page.

use std::fs;
use std::time::UNIX_EPOCH;

use wasm_bindgen_cli_support::Bindgen;

use crate::build::browser_module;
use crate::failure::{Outcome, While};
use crate::steps::Done;
use crate::workspace::Workspace;

pub(crate) fn generate(workspace: &Workspace) -> Outcome<Done> {
    let module = browser_module::artifact(workspace);
    let package = workspace.site().join("pkg");
    let stamp = workspace.target.join("site.stamp");

    let metadata = fs::metadata(&module).or_fail(|| format!("cannot find {}", module.display()))?;
    let built = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let identity = format!("{} bytes of {} ns", metadata.len(), built.as_nanos());
    let complete = ["portal.js", "portal_bg.wasm"].iter().all(|file| package.join(file).is_file());
    if complete && fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == identity) {
        return Ok(Done::Already);
    }

    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&module)
        .out_name("portal")
        .typescript(false)
        .keep_debug(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(&package)).or_fail(|| {
        "wasm-bindgen failed; `cargo update -p wasm-bindgen -p wasm-bindgen-cli-support` brings both to one version"
            .to_owned()
    })?;
    fs::write(&stamp, identity).or_fail(|| format!("cannot write {}", stamp.display()))?;
    Ok(Done::Now)
}
