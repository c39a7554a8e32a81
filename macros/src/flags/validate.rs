//! A struct → the permissions behind its fields.

use proc_macro2::{Ident, Span};
use syn::{Data, DeriveInput, Field, Fields, LitStr, Path, Type};

use super::parse::{self, Written};
use crate::{
    formula::{self, Key, Term},
    key,
    mistakes::Mistakes,
    word,
};

/// Flags that make sense. Nothing else makes them.
pub(super) struct Valid {
    pub(super) item: Box<DeriveInput>,
    pub(super) flags: Vec<Flag>,
}

/// A field and the permission it shows.
pub(super) struct Flag {
    pub(super) field: Ident,
    pub(super) key: Key,
}

pub(super) fn validate(written: Written) -> Result<Valid, (Box<DeriveInput>, Mistakes)> {
    let Written { item, mut settings } = written;
    let mut mistakes = Mistakes::default();
    let resource = take_resource(&mut settings, &item.ident, &mut mistakes);
    let catalogue = formula::take_catalogue(&mut settings, &mut mistakes);
    for term in &settings {
        match term {
            Term::Call { word, .. } | Term::Word(word) => {
                mistakes.under(word, word::unknown(word, word::FLAGS_SETTINGS));
            }
            Term::Foreign(tokens) => mistakes.under(tokens, word::FLAGS_WITHOUT_RESOURCE),
            Term::Text(text) => mistakes.under(text, word::FLAGS_WITHOUT_RESOURCE),
            Term::Setting { .. } => {}
        }
    }

    let mut flags = Vec::new();
    match (&item.data, resource) {
        (Data::Struct(data), resource) if matches!(data.fields, Fields::Named(_)) => {
            for field in &data.fields {
                flags.extend(flag(field, resource.as_deref(), catalogue.as_ref(), &mut mistakes));
            }
        }
        _ => mistakes.under(&item.ident, word::FLAGS_ON_STRUCT),
    }
    match mistakes.or(flags) {
        Ok(flags) => Ok(Valid { item, flags }),
        Err(mistakes) => Err((item, mistakes)),
    }
}

fn take_resource(settings: &mut Vec<Term>, item: &Ident, mistakes: &mut Mistakes) -> Option<String> {
    let is_resource = |term: &Term| matches!(term, Term::Setting { name, .. } if name == word::RESOURCE);
    let Some(at) = settings.iter().position(is_resource) else {
        mistakes.under(item, word::FLAGS_WITHOUT_RESOURCE);
        return None;
    };
    let Term::Setting { name, value } = settings.remove(at) else { return None };
    match syn::parse2::<LitStr>(value) {
        Ok(text) if key::is_name(&text.value()) => Some(text.value()),
        Ok(text) => {
            mistakes.under(&text, word::not_a_name(&text.value()));
            None
        }
        Err(_) => {
            mistakes.under(&name, word::FLAGS_WITHOUT_RESOURCE);
            None
        }
    }
}

fn flag(field: &Field, resource: Option<&str>, catalogue: Option<&Path>, mistakes: &mut Mistakes) -> Option<Flag> {
    let name = field.ident.clone()?;
    if !matches!(&field.ty, Type::Path(path) if path.path.is_ident("bool")) {
        mistakes.under(&field.ty, word::FLAG_NOT_BOOL);
    }
    let (action, span) = action(field, &name, mistakes)?;
    let literal = LitStr::new(&format!("{}:{action}", resource?), span);
    let catalogue = catalogue.cloned().unwrap_or_else(|| formula::default_catalogue(span));
    Some(Flag { field: name, key: Key { literal, catalogue } })
}

/// The field's name, or what `#[flag("…")]` says instead.
fn action(field: &Field, name: &Ident, mistakes: &mut Mistakes) -> Option<(String, Span)> {
    let Some(attr) = field.attrs.iter().find(|attr| attr.path().is_ident(word::FLAG)) else {
        return Some((name.to_string().trim_start_matches("r#").to_owned(), name.span()));
    };
    match parse::terms(attr).as_slice() {
        [Term::Text(text)] if key::is_name(&text.value()) => Some((text.value(), text.span())),
        [Term::Text(text)] => {
            mistakes.under(text, word::not_a_name(&text.value()));
            None
        }
        _ => {
            mistakes.under(attr, word::FLAG_WITHOUT_ACTION);
            None
        }
    }
}
