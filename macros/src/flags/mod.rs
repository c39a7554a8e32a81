//! `#[derive(PermissionFlags)]`: what a caller may do with one resource, as a struct of `bool`s.

mod expand;
mod fallback;
mod parse;
mod validate;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::debug;

/// Each field is an action of the resource.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let expansion = match syn::parse2(input) {
        Ok(item) => match validate::validate(parse::parse(item)) {
            Ok(valid) => expand::expand(&valid),
            Err((item, mistakes)) => fallback::fallback(&item, &mistakes),
        },
        Err(error) => error.to_compile_error(),
    };
    debug::shown("PermissionFlags", expansion)
}
