//! The habits that are worth a check, one a file.

pub(crate) mod first_line;
pub(crate) mod imports;
pub(crate) mod length;
pub(crate) mod paths;
pub(crate) mod sources;
