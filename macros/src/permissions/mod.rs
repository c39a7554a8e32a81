//! `permissions!`: the application's vocabulary, declared once.

mod expand;
mod fallback;
mod parse;
mod validate;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::debug;

/// `"invoices:pay" => { … }` → a catalogue with a constant for each key.
pub(crate) fn permissions(input: TokenStream) -> TokenStream {
    let expansion = match syn::parse2(input) {
        Ok(written) => match validate::validate(written) {
            Ok(valid) => expand::expand(&valid),
            Err((rest, mistakes)) => fallback::fallback(&rest, &mistakes),
        },
        Err(error) => fallback::nothing(&error),
    };
    debug::shown("permissions!", expansion)
}
