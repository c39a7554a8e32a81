//! What was written → a decision on a place that can carry it, all mistakes noted.

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, LitStr, Path};

use super::{
    Kind,
    function::{self, Function},
    parse::{Item, Use},
    server_struct::server_struct,
};
use crate::{
    formula::{self, Bare, Formula, Term},
    mistakes::Mistakes,
    word,
};

/// A use that makes sense. Nothing else makes one.
pub(super) struct Valid {
    pub(super) function: Function,
    pub(super) decision: Decision,
    pub(super) place: Place,
    /// Attributes of ours below this one, which this one speaks for.
    pub(super) absorbed: Vec<Path>,
}

/// What was decided about access.
pub(super) enum Decision {
    /// Everybody may, for this reason.
    Public(LitStr),
    /// Each of these holds, the outermost first.
    Required(Vec<(Kind, Formula)>),
}

/// Stands in for a requirement with a mistake, which is never expanded; if it were, nobody would pass.
const NOBODY: Formula = Formula::Any(Vec::new());

/// Where the decision is enforced.
pub(super) enum Place {
    Component,
    Handler,
    ServerFn { its_type: TokenStream },
}

pub(super) fn validate(written: Use) -> Result<Valid, Mistakes> {
    let Use { kind, arguments, place: span, item } = written;
    let mut mistakes = Mistakes::default();
    let mut decision = Decision::Required(Vec::new());
    decide(&mut decision, kind, arguments, span, &mut mistakes);

    let mut function = match item {
        Item::Function(function) => *function,
        Item::Other(other) => {
            mistakes.under(&other.keyword, word::not_a_function(kind.name(), &other.keyword.to_string()));
            return Err(mistakes);
        }
        Item::Unreadable(error) => {
            mistakes.note(error);
            return Err(mistakes);
        }
    };
    if let Some(receiver) = function.receiver() {
        mistakes.under(receiver, word::on_a_method(kind.name()));
    }
    if let Some(other) = function.written_by() {
        mistakes.at(span, word::below(kind.name(), other));
    }
    let absorbed = absorb(&mut function, &mut decision, &mut mistakes);
    let place = place(&function);
    mistakes.or(()).map(|()| Valid { function, decision, place, absorbed })
}

/// Takes over the attributes of ours that stand below, so that a stack of them is one decision.
fn absorb(function: &mut Function, decision: &mut Decision, mistakes: &mut Mistakes) -> Vec<Path> {
    let below = function.leptos_attribute().map_or(function.attrs.len(), |(at, _)| at);
    let under_it = function.attrs.split_off(below);
    let (ours, others): (Vec<Attribute>, _) =
        std::mem::take(&mut function.attrs).into_iter().partition(|attr| Kind::of(attr.path()).is_some());
    function.attrs = others;
    function.attrs.extend(under_it);

    ours.into_iter()
        .filter_map(|attr| {
            let kind = Kind::of(attr.path())?;
            let place = attr.path().segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
            decide(decision, kind, formula::terms(function::arguments(&attr)), place, mistakes);
            Some(attr.path().clone())
        })
        .collect()
}

/// Adds what one attribute says to what those above it said.
fn decide(decision: &mut Decision, kind: Kind, arguments: Vec<Term>, place: Span, mistakes: &mut Mistakes) {
    match kind {
        Kind::Public => {
            let reason = reason(&arguments, place, mistakes);
            match decision {
                Decision::Public(_) => mistakes.at(place, word::PUBLIC_TWICE),
                Decision::Required(parts) => match (parts.first(), reason) {
                    (Some((other, _)), _) => mistakes.at(place, word::contradiction(other.name())),
                    (None, Some(reason)) => *decision = Decision::Public(reason),
                    (None, None) => {}
                },
            }
        }
        Kind::RequireLogin | Kind::RequirePermission | Kind::RequireRole => {
            let formula = formula(kind, arguments, place, mistakes);
            match decision {
                Decision::Public(_) => mistakes.at(place, word::contradiction(kind.name())),
                Decision::Required(parts) => parts.push((kind, formula.unwrap_or(NOBODY))),
            }
        }
    }
}

fn formula(kind: Kind, mut arguments: Vec<Term>, place: Span, mistakes: &mut Mistakes) -> Option<Formula> {
    let bare = match kind {
        Kind::RequireLogin => {
            if !arguments.is_empty() {
                mistakes.at(place, word::LOGIN_TAKES_NOTHING);
            }
            return Some(Formula::Login);
        }
        Kind::RequirePermission => Bare::Permission,
        Kind::RequireRole | Kind::Public => Bare::Role,
    };
    let catalogue =
        formula::take_catalogue(&mut arguments, mistakes).unwrap_or_else(|| formula::default_catalogue(place));
    if arguments.is_empty() {
        mistakes.at(place, word::empty_list(format_args!("#[{}]", kind.name()), kind.example()));
    }
    formula::required(&arguments, bare, &catalogue, mistakes)
}

fn reason(arguments: &[Term], place: Span, mistakes: &mut Mistakes) -> Option<LitStr> {
    match arguments {
        [Term::Text(reason)] if reason.value().trim().is_empty() => {
            mistakes.under(reason, word::NO_REASON);
            None
        }
        [Term::Text(reason)] => Some(reason.clone()),
        _ => {
            mistakes.at(place, word::NO_REASON);
            None
        }
    }
}

fn place(function: &Function) -> Place {
    match function.leptos_attribute() {
        None => Place::Handler,
        Some((_, attr)) if function::is(attr, word::COMPONENT) => Place::Component,
        Some((_, attr)) => Place::ServerFn { its_type: server_struct(attr, &function.sig.ident) },
    }
}
