//! Named formulas → unit types with `impl Rule`.

use proc_macro2::TokenStream;
use syn::parse_quote;

use super::validate::{Requirement, Valid};
use crate::formula::{self, Root};

pub(super) fn expand(Valid(requirements): &Valid) -> TokenStream {
    requirements.iter().map(one).collect()
}

fn one(requirement: &Requirement) -> TokenStream {
    let Requirement { attrs, vis, name, formula } = requirement;
    let mut attrs = attrs.clone();
    let documented = attrs.iter().any(|attr| attr.path().is_ident("doc"));
    if documented {
        attrs.push(parse_quote!(#[doc = ""]));
    }
    let line = format!(" {}", formula::sentence(formula));
    attrs.push(parse_quote!(#[doc = #line]));
    formula::rule(Root::Core, &attrs, vis, name, formula)
}
