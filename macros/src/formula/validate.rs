//! Terms → a formula that makes sense, every mistake noted.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{LitStr, Path, parse_quote_spanned};

use super::Term;
use crate::{key, mistakes::Mistakes, word};

/// What an item demands. Only this file makes one out of what somebody wrote.
#[derive(Clone)]
pub(crate) enum Formula {
    /// Every part.
    All(Vec<Formula>),
    /// One part.
    Any(Vec<Formula>),
    /// Somebody signed in.
    Login,
    /// No part.
    Not(Vec<Formula>),
    /// A permission.
    Permission(Key),
    /// A role.
    Role(LitStr),
}

/// A permission as written, and the vocabulary in which the compiler looks it up.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) literal: LitStr,
    pub(crate) catalogue: Path,
}

/// What a literal without a word before it means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    /// Nothing: `requirement!` wants it said.
    Nothing,
    /// A permission; a list of them demands all.
    Permission,
    /// A role; any of a list is enough.
    Role,
}

/// What a list of terms demands as a whole; nothing if the list was empty or all wrong.
pub(crate) fn required(terms: &[Term], bare: Bare, catalogue: &Path, mistakes: &mut Mistakes) -> Option<Formula> {
    let parts = parts(terms, bare, catalogue, mistakes);
    let list = if bare == Bare::Role { Formula::Any } else { Formula::All };
    one_or(parts, list)
}

/// Takes the trailing `catalogue = path` off the list.
pub(crate) fn take_catalogue(terms: &mut Vec<Term>, mistakes: &mut Mistakes) -> Option<Path> {
    let mut found = None;
    let mut at = 0;
    while let Some(term) = terms.get(at) {
        let Term::Setting { name, value } = term else {
            at += 1;
            continue;
        };
        if name != word::CATALOGUE {
            mistakes.under(name, word::unknown(name, &[word::CATALOGUE]));
        } else if found.is_some() {
            mistakes.under(name, word::CATALOGUE_TWICE);
        } else {
            found = catalogue_path(name, value, mistakes);
        }
        terms.remove(at);
    }
    found
}

/// The vocabulary that an application has if it says nothing else.
pub(crate) fn default_catalogue(place: Span) -> Path {
    parse_quote_spanned!(place=> crate::permissions::Catalogue)
}

fn catalogue_path(name: &Ident, value: &TokenStream, mistakes: &mut Mistakes) -> Option<Path> {
    let path = syn::parse2(value.clone()).ok();
    if path.is_none() {
        let wrong = if value.is_empty() { name.to_token_stream() } else { value.clone() };
        mistakes.under(wrong, word::WHICH_CATALOGUE);
    }
    path
}

fn parts(terms: &[Term], bare: Bare, catalogue: &Path, mistakes: &mut Mistakes) -> Vec<Formula> {
    terms.iter().filter_map(|term| part(term, bare, catalogue, mistakes)).collect()
}

fn part(term: &Term, bare: Bare, catalogue: &Path, mistakes: &mut Mistakes) -> Option<Formula> {
    match term {
        Term::Call { word, terms } => call(word, terms, bare, catalogue, mistakes),
        Term::Foreign(tokens) => {
            mistakes.under(tokens, word::not_a_literal(tokens));
            None
        }
        Term::Setting { name, .. } => {
            let known = if name == word::CATALOGUE {
                word::CATALOGUE_INSIDE.to_owned()
            } else {
                word::unknown(name, &[word::CATALOGUE])
            };
            mistakes.under(name, known);
            None
        }
        Term::Text(literal) => text(literal, bare, catalogue, mistakes),
        Term::Word(word) if word == word::LOGIN => Some(Formula::Login),
        Term::Word(word) => {
            let message = match word::REQUIREMENT_WORDS.iter().find(|known| word == *known) {
                Some(known) => word::list_needed(known),
                None => word::unknown(word, word::REQUIREMENT_WORDS),
            };
            mistakes.under(word, message);
            None
        }
    }
}

fn call(word: &Ident, terms: &[Term], bare: Bare, catalogue: &Path, mistakes: &mut Mistakes) -> Option<Formula> {
    let name = word.to_string();
    let (inside, list): (Bare, fn(Vec<Formula>) -> Formula) = match name.as_str() {
        word::ALL => (bare, Formula::All),
        word::ANY => (bare, Formula::Any),
        word::NOT => (bare, Formula::Not),
        word::PERMISSION => (Bare::Permission, Formula::All),
        word::ROLE => (Bare::Role, Formula::Any),
        word::LOGIN => {
            mistakes.under(word, word::no_list_allowed(word::LOGIN));
            return None;
        }
        _ => {
            mistakes.under(word, word::unknown(word, word::REQUIREMENT_WORDS));
            return None;
        }
    };
    if terms.is_empty() {
        mistakes.under(word, word::empty_list(format_args!("{name}()"), example(&name, bare)));
        return None;
    }
    let parts = parts(terms, inside, catalogue, mistakes);
    if name == word::NOT { (!parts.is_empty()).then(|| Formula::Not(parts)) } else { one_or(parts, list) }
}

fn text(literal: &LitStr, bare: Bare, catalogue: &Path, mistakes: &mut Mistakes) -> Option<Formula> {
    let value = literal.value();
    match bare {
        Bare::Permission if key::is_key(&value) => {
            Some(Formula::Permission(Key { literal: literal.clone(), catalogue: catalogue.clone() }))
        }
        Bare::Permission => {
            mistakes.under(literal, word::not_a_key(&value));
            None
        }
        Bare::Role if value.trim().is_empty() => {
            mistakes.under(literal, word::EMPTY_ROLE);
            None
        }
        Bare::Role => Some(Formula::Role(literal.clone())),
        Bare::Nothing => {
            mistakes.under(literal, word::literal_of_what(&value));
            None
        }
    }
}

fn example(word: &str, bare: Bare) -> &'static str {
    match (word, bare) {
        (word::PERMISSION, _) => r#"permission("invoices:pay")"#,
        (word::ROLE, _) => r#"role("ORG_ADMIN")"#,
        (word::ALL, Bare::Permission) => r#"all("invoices:view", "invoices:pay")"#,
        (word::ALL, _) => r#"all(role("FINANCE"), role("SUPPORT"))"#,
        (word::NOT, Bare::Permission) => r#"not("audit:view")"#,
        (word::NOT, _) => r#"not(role("GUEST"))"#,
        (_, Bare::Permission) => r#"any("invoices:view", "invoices:pay")"#,
        (_, _) => r#"any(role("ORG_ADMIN"), role("ORG_OWNER"))"#,
    }
}

fn one_or(mut parts: Vec<Formula>, list: impl FnOnce(Vec<Formula>) -> Formula) -> Option<Formula> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(list(parts)),
    }
}
