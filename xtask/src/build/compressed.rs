//! Compressed copies beside the browser's files, for servers that send them as they are.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::{Outcome, While};
use crate::steps::Done;
use crate::workspace::Workspace;

pub(crate) fn write(workspace: &Workspace) -> Outcome<Done> {
    let package = workspace.site().join("pkg");
    let mut done = Done::Already;
    for name in ["portal.css", "portal.js", "portal_bg.wasm"] {
        let (plain, packed) = (package.join(name), package.join(format!("{name}.gz")));
        if is_newer(&packed, &plain) {
            continue;
        }
        compress(&plain, &packed).or_fail(|| format!("cannot compress {}", plain.display()))?;
        done = Done::Now;
    }
    Ok(done)
}

fn compress(plain: &Path, packed: &Path) -> io::Result<()> {
    let mut encoder = GzEncoder::new(File::create(packed)?, Compression::best());
    io::copy(&mut File::open(plain)?, &mut encoder)?;
    encoder.finish().map(drop)
}

/// Whether the copy was made after the original was last written.
fn is_newer(copy: &Path, original: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    matches!((modified(copy), modified(original)), (Some(copy), Some(original)) if copy >= original)
}
