//! Tokens → what was written, every span kept.

use proc_macro2::{Span, TokenStream};

use super::{
    Kind,
    function::{Function, OtherItem},
};
use crate::formula::{self, Term};

/// One use of an attribute.
pub(super) struct Use {
    pub(super) kind: Kind,
    pub(super) arguments: Vec<Term>,
    pub(super) place: Span,
    pub(super) item: Item,
}

/// What it stands on.
pub(super) enum Item {
    Function(Box<Function>),
    Other(OtherItem),
    Unreadable(syn::Error),
}

pub(super) fn parse(kind: Kind, arguments: TokenStream, item: TokenStream) -> Use {
    let item = match syn::parse2(item.clone()) {
        Ok(function) => Item::Function(Box::new(function)),
        Err(error) => match syn::parse2::<OtherItem>(item) {
            Ok(other) if !starts_a_function(&other) => Item::Other(other),
            _ => Item::Unreadable(error),
        },
    };
    Use { kind, arguments: formula::terms(arguments), place: Span::call_site(), item }
}

fn starts_a_function(item: &OtherItem) -> bool {
    ["fn", "async", "const", "unsafe", "extern"].contains(&item.keyword.to_string().as_str())
}
