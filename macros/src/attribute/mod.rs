//! `#[require_permission]`, `#[require_role]`, `#[require_login]` and `#[public]`.

mod expand;
mod fallback;
mod function;
mod kind;
mod parse;
mod server_struct;
mod validate;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

pub(crate) use kind::Kind;

use crate::debug;

/// The attribute with its arguments, applied to the item.
pub(crate) fn apply(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let expansion = match validate::validate(parse::parse(kind, arguments, item.clone())) {
        Ok(valid) => expand::expand(valid),
        Err(mistakes) => fallback::fallback(item, &mistakes),
    };
    debug::shown(kind.name(), expansion)
}
