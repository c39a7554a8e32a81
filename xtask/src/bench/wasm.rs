//! `cargo xtask bench wasm`: what our parts add to the module that a browser loads.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use wasm_bindgen_cli_support::Bindgen;

use crate::failure::{Outcome, While};
use crate::setup::wasm_target::{self, TARGET};
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    steps.run("the standard library for WebAssembly", wasm_target::ensure)?;
    steps.run("the modules", || {
        shell::run(
            workspace.cargo("build").args(["--package", "portcullis-bench-wasm", "--bins"]).args([
                "--target",
                TARGET,
                "--profile",
                PROFILE,
            ]),
            "mend what the compiler names and try again",
        )?;
        Ok(Done::Now)
    })?;
    let mut sizes = Vec::new();
    steps.run("bindings and compression", || {
        for module in MODULES {
            sizes.push(Size::measure(workspace, module)?);
        }
        Ok(Done::Now)
    })?;
    print!("{}", table(&sizes));
    let rows: Vec<Value> = MODULES.iter().zip(&sizes).map(|(module, size)| size.row(module, &sizes)).collect();
    let file = workspace.target.join("bench-wasm.json");
    fs::write(&file, format!("{:#}\n", Value::from(rows))).or_fail(|| format!("cannot write {}", file.display()))
}

/// A program of `benches/wasm`.
struct Module {
    name: &'static str,
    /// What it is compared with.
    base: Option<&'static str>,
    about: &'static str,
}

/// What travels of one module: the WebAssembly that wasm-bindgen leaves, without the JavaScript beside it.
struct Size {
    name: &'static str,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Size {
    fn measure(workspace: &Workspace, module: &Module) -> Outcome<Self> {
        let folder = workspace.target.join("bench-wasm").join(module.name);
        bind(&workspace.target.join(TARGET).join(PROFILE).join(module.name).with_extension("wasm"), &folder)?;
        let file = folder.join("module_bg.wasm");
        let bytes = fs::read(&file).or_fail(|| format!("cannot read {}", file.display()))?;
        let (gzip, brotli) = (gzip(&bytes), brotli(&bytes));
        let lengths = gzip.and_then(|gzip| Ok((gzip, brotli?)));
        let (gzip, brotli) = lengths.or_fail(|| format!("cannot compress {}", file.display()))?;
        Ok(Self { name: module.name, raw: bytes.len(), gzip, brotli })
    }

    /// Bytes of brotli above what the module is compared with.
    fn above_base(&self, module: &Module, sizes: &[Self]) -> Option<usize> {
        let base = sizes.iter().find(|size| Some(size.name) == module.base)?;
        Some(self.brotli.saturating_sub(base.brotli))
    }

    fn row(&self, module: &Module, sizes: &[Self]) -> Value {
        json!({
            "row": self.name, "raw": self.raw, "gzip": self.gzip, "brotli": self.brotli,
            "base": module.base, "above_base": self.above_base(module, sizes),
        })
    }
}

/// The very steps of the portal's own module: see `build/bindings.rs`.
fn bind(module: &Path, folder: &Path) -> Outcome {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("module")
        .typescript(false)
        .keep_debug(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .or_fail(|| format!("wasm-bindgen cannot read {}", module.display()))
}

/// As `gzip -9`.
fn gzip(bytes: &[u8]) -> std::io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// As `brotli -q 11`, whose window is 4 MiB.
fn brotli(bytes: &[u8]) -> std::io::Result<usize> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, 11, 22);
    encoder.write_all(bytes)?;
    Ok(encoder.into_inner().len())
}

fn table(sizes: &[Size]) -> String {
    let mut table = String::from(
        "| module | raw | gzip -9 | brotli -q 11 | brotli above | what it is |\n| --- | ---: | ---: | ---: | ---: | --- |\n",
    );
    for (module, size) in MODULES.iter().zip(sizes) {
        let above = match (size.above_base(module, sizes), module.base) {
            (Some(above), Some(base)) => format!("{} `{base}`", grouped(above)),
            _ => "–".to_owned(),
        };
        let (raw, gzip, brotli) = (grouped(size.raw), grouped(size.gzip), grouped(size.brotli));
        table.push_str(&format!(
            "| {:16} | {raw:>9} | {gzip:>9} | {brotli:>9} | {above} | {} |\n",
            module.name, module.about
        ));
    }
    table
}

/// `1234567` as `1,234,567`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// As the portal's own module.
const PROFILE: &str = "wasm-release";

const MODULES: &[Module] = &[
    Module { name: "signal", base: None, about: "Leptos, hydration, one signal" },
    Module { name: "starter", base: None, about: "Leptos's starter template: router, meta, a counter" },
    Module { name: "bare", base: None, about: "an ordinary application: router, meta, a list from a server function" },
    Module { name: "gates", base: Some("bare"), about: "`bare` with session and gates" },
    Module { name: "switcher", base: Some("bare"), about: "`bare` with session, gates and switcher" },
    Module { name: "starter-gates", base: Some("starter"), about: "`starter` with session and gates" },
    Module { name: "starter-switcher", base: Some("starter"), about: "`starter` with session, gates and switcher" },
];

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
