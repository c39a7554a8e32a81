//! The struct and its attributes as written.

use proc_macro2::TokenStream;
use syn::{Attribute, DeriveInput, Meta};

use crate::{
    formula::{self, Term},
    word,
};

/// A struct that is to become flags.
pub(super) struct Written {
    pub(super) item: Box<DeriveInput>,
    /// The entries of `#[flags(…)]`.
    pub(super) settings: Vec<Term>,
}

pub(super) fn parse(item: Box<DeriveInput>) -> Written {
    let settings = item.attrs.iter().filter(|attr| attr.path().is_ident(word::FLAGS)).flat_map(terms).collect();
    Written { item, settings }
}

/// The entries between the brackets of an attribute.
pub(super) fn terms(attr: &Attribute) -> Vec<Term> {
    match &attr.meta {
        Meta::List(list) => formula::terms(list.tokens.clone()),
        Meta::NameValue(_) | Meta::Path(_) => formula::terms(TokenStream::new()),
    }
}
