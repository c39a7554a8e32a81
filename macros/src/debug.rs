//! `PORTCULLIS_MACROS_DEBUG` in the environment prints what a macro wrote.

use proc_macro2::TokenStream;

/// Hands the expansion on, and prints it to standard error if asked to.
pub(crate) fn shown(of: &str, expansion: TokenStream) -> TokenStream {
    if std::env::var_os("PORTCULLIS_MACROS_DEBUG").is_some() {
        eprintln!("// {of}\n{expansion}\n");
    }
    expansion
}
