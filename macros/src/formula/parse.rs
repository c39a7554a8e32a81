//! Tokens → terms. Cannot fail: what it does not understand it keeps for `validate` to point at.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Lit, LitStr};

/// One entry of a list.
pub(crate) enum Term {
    /// `any("a:x", "b:y")`
    Call { word: Ident, terms: Vec<Term> },
    /// Anything else.
    Foreign(TokenStream),
    /// `catalogue = crate::shop::Catalogue`
    Setting { name: Ident, value: TokenStream },
    /// `"invoices:pay"`
    Text(LitStr),
    /// `login`
    Word(Ident),
}

/// The entries between the commas.
pub(crate) fn terms(tokens: TokenStream) -> Vec<Term> {
    let mut entries = vec![Vec::new()];
    for token in bare(tokens) {
        match (&token, entries.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => entries.push(Vec::new()),
            (_, Some(entry)) => entry.push(token),
            (_, None) => entries.push(vec![token]),
        }
    }
    entries.into_iter().filter(|entry| !entry.is_empty()).map(term).collect()
}

fn term(entry: Vec<TokenTree>) -> Term {
    match entry.as_slice() {
        [TokenTree::Literal(literal)] => match Lit::new(literal.clone()) {
            Lit::Str(text) => Term::Text(text),
            _ => Term::Foreign(literal.to_token_stream()),
        },
        [TokenTree::Ident(word)] => Term::Word(word.clone()),
        [TokenTree::Ident(word), TokenTree::Group(list)] if list.delimiter() == Delimiter::Parenthesis => {
            Term::Call { word: word.clone(), terms: terms(list.stream()) }
        }
        [TokenTree::Ident(name), TokenTree::Punct(sign), value @ ..]
            if sign.as_char() == '=' && sign.spacing() == Spacing::Alone =>
        {
            Term::Setting { name: name.clone(), value: value.iter().cloned().collect() }
        }
        _ => Term::Foreign(entry.into_iter().collect()),
    }
}

/// The tokens without the invisible groups that `macro_rules!` puts around a `$literal`.
fn bare(tokens: TokenStream) -> Vec<TokenTree> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => bare(group.stream()),
            token => vec![token],
        })
        .collect()
}
