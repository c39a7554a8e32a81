//! The named types with a requirement that nobody meets, and the mistakes.

use proc_macro2::TokenStream;
use quote::quote;

use super::parse::{Named, Written};
use crate::{formula::Root, mistakes::Mistakes};

pub(super) fn fallback(written: &Written, mistakes: &Mistakes) -> TokenStream {
    let root = Root::Core;
    let types = written.requirements.iter().map(|Named { attrs, vis, name, .. }| {
        quote! {
            #(#attrs)*
            #[derive(Clone, Copy, Debug)]
            #vis struct #name;
            impl #root::Rule for #name {
                const REQUIREMENT: &'static #root::Requirement = &#root::Requirement::Any(::std::borrow::Cow::Borrowed(&[]));
            }
        }
    });
    let mistakes = mistakes.to_tokens();
    quote!(#(#types)* #mistakes)
}
