//! Every mistake of one use of a macro, reported in one compile.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far, each under the smallest wrong token.
#[derive(Default)]
#[must_use = "mistakes nobody reports are mistakes nobody mends"]
pub(crate) struct Mistakes(Option<syn::Error>);

impl Mistakes {
    /// Notes a mistake under these tokens.
    pub(crate) fn under(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.note(syn::Error::new_spanned(tokens, message));
    }

    /// Notes a mistake at this place.
    pub(crate) fn at(&mut self, place: Span, message: impl Display) {
        self.note(syn::Error::new(place, message));
    }

    /// Notes what a parser found.
    pub(crate) fn note(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// One `compile_error!` for each.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.0.as_ref().map(syn::Error::to_compile_error).unwrap_or_default()
    }

    /// The value, if it was reached without a mistake.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_some() { Err(self) } else { Ok(value) }
    }
}
