//! `requirement!`: requirements with a name.

mod expand;
mod fallback;
mod parse;
mod validate;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::debug;

/// `pub PayInvoices = permission("invoices:pay");` → a unit type that is the rule.
pub(crate) fn requirement(input: TokenStream) -> TokenStream {
    let expansion = match syn::parse2(input) {
        Ok(written) => match validate::validate(written) {
            Ok(valid) => expand::expand(&valid),
            Err((written, mistakes)) => fallback::fallback(&written, &mistakes),
        },
        Err(error) => error.to_compile_error(),
    };
    debug::shown("requirement!", expansion)
}
