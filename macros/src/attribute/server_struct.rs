//! The type that `#[server]` makes of a function, named as server_fn names it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Attribute;

use super::function;
use crate::formula::{self, Term};

/// `PayInvoice` for `pay_invoice`, the name that `#[server(…)]` was given, or that inside its `custom` wrapper.
pub(super) fn server_struct(attr: &Attribute, function: &Ident) -> TokenStream {
    let terms = formula::terms(function::arguments(attr));
    let named = terms.iter().enumerate().find_map(|(at, term)| match term {
        Term::Word(name) if at == 0 => Some(name.to_token_stream()),
        Term::Setting { name, value } if name == "name" => Some(value.clone()),
        _ => None,
    });
    let named = named.unwrap_or_else(|| pascal_case(function).into_token_stream());
    let wrapper = terms.iter().find_map(|term| match term {
        Term::Setting { name, value } if name == "custom" => Some(value),
        _ => None,
    });
    wrapper.map_or_else(|| named.clone(), |wrapper| quote!(#wrapper<#named>))
}

fn pascal_case(name: &Ident) -> Ident {
    let words = name.to_string();
    let words = words.trim_start_matches("r#").split('_').filter(|word| !word.is_empty());
    let pascal: String = words
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(letters.flat_map(char::to_lowercase))
                .collect::<String>()
        })
        .collect();
    format_ident!("{pascal}", span = name.span())
}
