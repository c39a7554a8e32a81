//! An implementation that no one runs, and the mistakes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::expand;
use crate::mistakes::Mistakes;

pub(super) fn fallback(item: &DeriveInput, mistakes: &Mistakes) -> TokenStream {
    let implementation = expand::implementation(
        item,
        &quote!({
            let _ = held;
            ::core::unreachable!()
        }),
    );
    let mistakes = mistakes.to_tokens();
    quote!(#implementation #mistakes)
}
