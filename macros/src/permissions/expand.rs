//! A vocabulary → `Catalogue`, `VOCABULARY` and a constant for each permission.

use proc_macro2::TokenStream;
use quote::quote;

use super::validate::{Permission, Valid};
use crate::formula::Root;

pub(super) fn expand(valid: &Valid) -> TokenStream {
    let Valid { attrs, granting, permissions } = valid;
    let root = Root::Core;
    let summary = attrs.is_empty().then(|| quote!(#[doc = " The application's permissions."]));
    let granting = granting
        .as_ref()
        .map(|key| quote!(const GRANTING: ::core::option::Option<&'static str> = ::core::option::Option::Some(#key);));
    let entries = permissions.iter().map(entry);
    let constants = permissions.iter().map(constant);
    quote! {
        #summary
        #(#attrs)*
        #[derive(Clone, Copy, Debug)]
        pub struct Catalogue;

        #[automatically_derived]
        impl #root::permission::Catalogue for Catalogue {
            const ENTRIES: &'static [#root::permission::PermissionInfo] = &[#(#entries),*];
            #granting
        }

        /// Every permission, as a value.
        pub const VOCABULARY: #root::permission::Vocabulary =
            <Catalogue as #root::permission::Catalogue>::VOCABULARY;

        #(#constants)*
    }
}

fn entry(permission: &Permission) -> TokenStream {
    let Permission { key, label, description, holders, .. } = permission;
    let root = Root::Core;
    let description = description.as_ref().map_or_else(|| quote!(""), |text| quote!(#text));
    quote!(#root::permission::PermissionInfo::new(#key).described(#label, #description).held_by(&[#(#holders),*]))
}

fn constant(permission: &Permission) -> TokenStream {
    let Permission { attrs, key, constant, label, description, .. } = permission;
    let root = Root::Core;
    let summary = match description {
        _ if key.value() == label.value() => format!(" `{}`.", key.value()),
        Some(description) => format!(" `{}`: {}. {}", key.value(), label.value(), description.value()),
        None => format!(" `{}`: {}.", key.value(), label.value()),
    };
    quote! {
        #[doc = #summary]
        #(#attrs)*
        pub const #constant: #root::Permission = VOCABULARY.expect(#key);
    }
}
