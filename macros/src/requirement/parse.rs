//! Tokens → named lists of terms.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Attribute, Path, Token, Visibility,
    parse::{Parse, ParseStream},
};

use crate::{
    formula::{self, Term},
    word,
};

/// All requirements of one use.
pub(super) struct Written {
    pub(super) catalogue: Option<Path>,
    pub(super) requirements: Vec<Named>,
}

/// `/// docs  pub Name = terms;`
pub(super) struct Named {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) name: Ident,
    pub(super) terms: Vec<Term>,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut written = Self { catalogue: None, requirements: Vec::new() };
        if input.fork().parse::<Ident>().is_ok_and(|name| name == word::CATALOGUE) {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
            written.catalogue = Some(input.call(Path::parse_mod_style)?);
            input.parse::<Token![;]>()?;
        }
        while !input.is_empty() {
            written.requirements.push(input.parse()?);
        }
        Ok(written)
    }
}

impl Parse for Named {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attrs, vis, name) = (input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?);
        input.parse::<Token![=]>()?;
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![;]) {
            tokens.extend([input.parse::<TokenTree>()?]);
        }
        input.parse::<Token![;]>()?;
        Ok(Self { attrs, vis, name, terms: formula::terms(tokens) })
    }
}
