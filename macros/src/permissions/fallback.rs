//! What is left of the vocabulary, and the mistakes: whoever uses the rest is not told of it too.

use proc_macro2::TokenStream;

use super::{
    expand,
    validate::{self, Valid},
};
use crate::mistakes::Mistakes;

pub(super) fn fallback(rest: &Valid, mistakes: &Mistakes) -> TokenStream {
    let mut tokens = expand::expand(rest);
    tokens.extend(mistakes.to_tokens());
    tokens
}

/// Nothing could be read.
pub(super) fn nothing(error: &syn::Error) -> TokenStream {
    let mut tokens = expand::expand(&validate::NOTHING);
    tokens.extend(error.to_compile_error());
    tokens
}
