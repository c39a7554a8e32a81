//! Scopes in words, for people who have to agree to them.

use std::collections::HashMap;

use crate::scope::{EMAIL, OFFLINE_ACCESS, OPENID, PROFILE};

/// A scope, and what it allows in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeText {
    /// The scope.
    pub scope: String,
    /// The sentence, or the scope itself where nobody wrote one.
    pub text: String,
}

/// The sentences that are known: ours, and the application's over them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScopeTexts(HashMap<String, String>);

impl ScopeTexts {
    pub(crate) fn add(&mut self, texts: impl IntoIterator<Item = (String, String)>) {
        self.0.extend(texts);
    }

    /// Scopes in words. The organization is no wish of its own: the page names it beside them.
    pub(crate) fn of(&self, scopes: &[String]) -> Vec<ScopeText> {
        let wishes = scopes.iter().filter(|scope| !scope.starts_with(crate::scope::ORGANIZATION));
        wishes.map(|scope| ScopeText { scope: scope.clone(), text: self.text(scope).to_owned() }).collect()
    }

    fn text<'a>(&'a self, scope: &'a str) -> &'a str {
        match (self.0.get(scope), scope) {
            (Some(text), _) => text,
            (None, EMAIL) => "See your e-mail address",
            (None, OFFLINE_ACCESS) => "Keep this access while you are away",
            (None, OPENID) => "Know who you are",
            (None, PROFILE) => "See your name",
            (None, other) => other,
        }
    }
}
