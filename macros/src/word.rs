//! Every word the macros know and every message they say, once.

use std::fmt::Display;

/// A list in which every part must hold.
pub(crate) const ALL: &str = "all";
/// A list in which one part must hold.
pub(crate) const ANY: &str = "any";
/// Names the application's vocabulary, where it is not `crate::permissions::Catalogue`.
pub(crate) const CATALOGUE: &str = "catalogue";
/// Somebody is signed in.
pub(crate) const LOGIN: &str = "login";
/// A list of which nothing may hold.
pub(crate) const NOT: &str = "not";
/// One permission or several, all of them demanded.
pub(crate) const PERMISSION: &str = "permission";
/// One role or several, any of them enough.
pub(crate) const ROLE: &str = "role";

/// The words of a requirement, in the order in which messages list them.
pub(crate) const REQUIREMENT_WORDS: &[&str] = &[ALL, ANY, NOT, PERMISSION, ROLE, LOGIN];

/// The permission whose holders hand out roles.
pub(crate) const GRANTING: &str = "granting";
/// What people read on a button.
pub(crate) const LABEL: &str = "label";
/// What people read below it.
pub(crate) const DESCRIPTION: &str = "description";
/// The roles that usually hold a permission.
pub(crate) const HOLDERS: &str = "holders";
/// The fields of a declaration.
pub(crate) const DECLARATION_FIELDS: &[&str] = &[LABEL, DESCRIPTION, HOLDERS];

/// The struct's attribute of `PermissionFlags`.
pub(crate) const FLAGS: &str = "flags";
/// The field's attribute of `PermissionFlags`.
pub(crate) const FLAG: &str = "flag";
/// The part of a key before the colon.
pub(crate) const RESOURCE: &str = "resource";
/// The settings of `#[flags(…)]`.
pub(crate) const FLAGS_SETTINGS: &[&str] = &[RESOURCE, CATALOGUE];

/// What leptos calls its two attributes.
pub(crate) const COMPONENT: &str = "component";
pub(crate) const SERVER: &str = "server";
/// What they put before the names of the functions they write.
pub(crate) const COMPONENT_PREFIX: &str = "__component_";
pub(crate) const SERVER_PREFIX: &str = "__server_";
/// What the client's half of a server function calls.
pub(crate) const SERVER_CLIENT_CALL: &str = "run_on_client";

/// One permission too many for an index of 16 bits.
pub(crate) const MOST_PERMISSIONS: usize = 65_535;

pub(crate) fn unknown(word: impl Display, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    format!("unknown word `{word}`; known here: {}", known.join(", "))
}

pub(crate) fn not_a_key(found: &str) -> String {
    format!("`{found}` is not a permission: write `resource:action` in lower snake case, as in `invoices:pay`")
}

pub(crate) fn not_a_literal(found: impl Display) -> String {
    let found = found.to_string().replace(" :: ", "::");
    format!("expected text in quotes, found `{found}`")
}

pub(crate) fn empty_list(word: impl Display, example: &str) -> String {
    format!("`{word}` demands nothing: name what is required, as in `{example}`")
}

pub(crate) fn literal_of_what(literal: &str) -> String {
    format!("is `{literal}` a role or a permission? write `role(\"{literal}\")` or `permission(\"{literal}\")`")
}

pub(crate) fn list_needed(word: &str) -> String {
    format!("`{word}` takes a list in brackets: `{word}(…)`")
}

pub(crate) fn no_list_allowed(word: &str) -> String {
    format!("`{word}` takes no list: write `{word}` alone")
}

pub(crate) const EMPTY_ROLE: &str = "a role has a name, as in `ORG_ADMIN`";
pub(crate) const CATALOGUE_INSIDE: &str = "`catalogue = …` stands at the end of the outermost list";
pub(crate) const CATALOGUE_TWICE: &str = "the catalogue is named twice";
pub(crate) const WHICH_CATALOGUE: &str = "which catalogue? as in `catalogue = crate::permissions::Catalogue`";
pub(crate) const NO_REASON: &str =
    "say why nobody needs to be asked: `#[public(\"health checks come from the load balancer\")]`";
pub(crate) const LOGIN_TAKES_NOTHING: &str =
    "`#[require_login]` takes nothing: for more than a login use `#[require_permission(…)]` or `#[require_role(…)]`";

pub(crate) fn not_a_function(attribute: &str, found: &str) -> String {
    format!("`#[{attribute}]` goes on a function (handler, server function or component), not on `{found}`")
}

pub(crate) fn on_a_method(attribute: &str) -> String {
    format!("`#[{attribute}]` goes on a free function, and this is a method: put it on the handler that calls it")
}

pub(crate) fn below(attribute: &str, other: &str) -> String {
    format!("put `#[{attribute}]` above `#[{other}]`: it has to see the function before `#[{other}]` changes it")
}

pub(crate) fn contradiction(attribute: &str) -> String {
    format!("`#[public]` and `#[{attribute}]` contradict each other: keep one of them")
}

pub(crate) const PUBLIC_TWICE: &str = "`#[public]` is said twice: one reason is enough";

pub(crate) fn declared_twice(key: &str) -> String {
    format!("`{key}` is declared twice")
}

pub(crate) fn same_constant(key: &str, other: &str, constant: impl Display) -> String {
    format!("`{key}` and `{other}` would both be the constant `{constant}`: rename one of them")
}

pub(crate) fn granting_undeclared(key: &str) -> String {
    format!("`{key}` hands out roles but is not declared below: add `\"{key}\" => {{ … }}`")
}

pub(crate) fn said_twice(word: impl Display) -> String {
    format!("`{word}` is said twice")
}

pub(crate) fn list_of_roles(role: &str) -> String {
    format!("`holders` is a list of roles: `[\"{role}\"]`")
}

pub(crate) const TOO_MANY: &str = "more than 65,535 permissions";
pub(crate) const FLAGS_ON_STRUCT: &str = "flags are a struct with named fields of type `bool`, one for each action";
pub(crate) const FLAG_NOT_BOOL: &str = "a flag is a `bool`: whether this action is allowed";
pub(crate) const FLAGS_WITHOUT_RESOURCE: &str = "say whose actions these are: `#[flags(resource = \"invoices\")]`";
pub(crate) const FLAG_WITHOUT_ACTION: &str = "name the action: `#[flag(\"mark_read\")]`";

pub(crate) fn not_a_name(found: &str) -> String {
    format!("`{found}` is no part of a permission: write lower snake case, as in `mark_read`")
}
