//! Declarations as written → a vocabulary without doubles or gaps.

use std::collections::HashMap;

use proc_macro2::Ident;
use quote::format_ident;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr};

use super::parse::{Declaration, Field, Value, Written};
use crate::{key, mistakes::Mistakes, word};

/// A vocabulary that makes sense. Nothing else makes one.
pub(super) struct Valid {
    pub(super) attrs: Vec<Attribute>,
    pub(super) granting: Option<LitStr>,
    pub(super) permissions: Vec<Permission>,
}

/// The vocabulary of an application that declares nothing.
pub(super) const NOTHING: Valid = Valid { attrs: Vec::new(), granting: None, permissions: Vec::new() };

/// One permission of it.
pub(super) struct Permission {
    pub(super) attrs: Vec<Attribute>,
    pub(super) key: LitStr,
    pub(super) constant: Ident,
    pub(super) label: LitStr,
    pub(super) description: Option<LitStr>,
    pub(super) holders: Vec<LitStr>,
}

/// The vocabulary, or what is left of it together with the mistakes.
pub(super) fn validate(written: Written) -> Result<Valid, (Valid, Mistakes)> {
    let Written { attrs, granting, declarations } = written;
    let mut mistakes = Mistakes::default();
    if let Some(one_too_many) = declarations.get(word::MOST_PERMISSIONS) {
        mistakes.under(&one_too_many.key, word::TOO_MANY);
    }

    let mut constants = HashMap::new();
    let mut permissions = Vec::new();
    for declaration in declarations.into_iter().take(word::MOST_PERMISSIONS) {
        permissions.extend(permission(declaration, &mut constants, &mut mistakes));
    }

    let declared = |key: &LitStr| permissions.iter().any(|one: &Permission| one.key.value() == key.value());
    let granting = granting.filter(|key| {
        let known = declared(key);
        if !known {
            mistakes.under(key, word::granting_undeclared(&key.value()));
        }
        known
    });
    let valid = Valid { attrs, granting, permissions };
    match mistakes.or(()) {
        Ok(()) => Ok(valid),
        Err(mistakes) => Err((valid, mistakes)),
    }
}

fn permission(
    declaration: Declaration,
    constants: &mut HashMap<Ident, String>,
    mistakes: &mut Mistakes,
) -> Option<Permission> {
    let Declaration { attrs, key, fields } = declaration;
    let text = key.value();
    let mut permission = Permission {
        attrs,
        constant: format_ident!("UNNAMED"),
        label: key.clone(),
        key,
        description: None,
        holders: Vec::new(),
    };
    read_fields(&mut permission, fields, mistakes);
    if !key::is_key(&text) {
        mistakes.under(&permission.key, word::not_a_key(&text));
        return None;
    }
    permission.constant = format_ident!("{}", text.replace(':', "_").to_uppercase(), span = permission.key.span());
    match constants.insert(permission.constant.clone(), text.clone()) {
        Some(other) if other == text => {
            mistakes.under(&permission.key, word::declared_twice(&text));
            None
        }
        Some(other) => {
            mistakes.under(&permission.key, word::same_constant(&text, &other, &permission.constant));
            None
        }
        None => Some(permission),
    }
}

fn read_fields(permission: &mut Permission, fields: Vec<Field>, mistakes: &mut Mistakes) {
    let mut seen: Vec<Ident> = Vec::new();
    for Field { name, value } in fields {
        if !word::DECLARATION_FIELDS.iter().any(|known| name == known) {
            mistakes.under(&name, word::unknown(&name, word::DECLARATION_FIELDS));
            continue;
        }
        if seen.contains(&name) {
            mistakes.under(&name, word::said_twice(&name));
            continue;
        }
        match (name.to_string().as_str(), value) {
            (word::LABEL, Value::Text(text)) => permission.label = text,
            (word::DESCRIPTION, Value::Text(text)) => permission.description = Some(text),
            (word::HOLDERS, Value::List(list)) => {
                permission.holders = list.elems.into_iter().filter_map(|role| role_name(role, mistakes)).collect();
            }
            (word::HOLDERS, Value::Text(text)) => {
                mistakes.under(&text, word::list_of_roles(&text.value()));
            }
            (_, Value::Foreign(other)) => mistakes.under(&other, word::not_a_literal(quote::quote!(#other))),
            (_, Value::List(list)) => mistakes.under(&list, word::not_a_literal(quote::quote!(#list))),
            (_, Value::Text(_)) => {}
        }
        seen.push(name);
    }
}

fn role_name(role: Expr, mistakes: &mut Mistakes) -> Option<LitStr> {
    match role {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) if name.value().trim().is_empty() => {
            mistakes.under(&name, word::EMPTY_ROLE);
            None
        }
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Some(name),
        other => {
            mistakes.under(&other, word::not_a_literal(quote::quote!(#other)));
            None
        }
    }
}
