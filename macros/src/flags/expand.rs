//! The permissions behind the fields → `impl Flags`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::DeriveInput;

use super::validate::{Flag, Valid};
use crate::formula::{self, Root};

pub(super) fn expand(Valid { item, flags }: &Valid) -> TokenStream {
    let root = Root::Core;
    let names: Vec<Ident> = (0..flags.len()).map(|index| format_ident!("PERMISSION_{index}")).collect();
    let constants = flags.iter().zip(&names).map(|(Flag { key, .. }, name)| {
        let value = formula::key(root, key);
        quote!(const #name: #root::Permission = #value;)
    });
    let fields = flags.iter().map(|flag| &flag.field);
    let implementation = implementation(item, &quote!(Self { #(#fields: held(#names)),* }));
    quote! {
        const _: () = {
            #(#constants)*
            #implementation
        };
    }
}

/// The implementation around the value it answers with.
pub(super) fn implementation(item: &DeriveInput, value: &TokenStream) -> TokenStream {
    let root = Root::Core;
    let name = &item.ident;
    let (generics, arguments, conditions) = item.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics #root::permission::Flags for #name #arguments #conditions {
            fn decide(held: impl ::core::ops::Fn(#root::Permission) -> bool) -> Self {
                #value
            }
        }
    }
}
