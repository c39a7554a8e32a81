//! The access matrix as a table that can be read and compared.

mod difference;
mod table;

pub(crate) use difference::differences;
pub(crate) use table::Matrix;
