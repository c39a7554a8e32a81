//! Named lists of terms → named formulas.

use proc_macro2::Ident;
use syn::{Attribute, Visibility};

use super::parse::Written;
use crate::{
    formula::{self, Bare, Formula},
    mistakes::Mistakes,
    word,
};

/// Requirements that make sense. Nothing else makes one.
pub(super) struct Valid(pub(super) Vec<Requirement>);

/// One of them.
pub(super) struct Requirement {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) name: Ident,
    pub(super) formula: Formula,
}

pub(super) fn validate(written: Written) -> Result<Valid, (Written, Mistakes)> {
    let mut mistakes = Mistakes::default();
    let mut requirements = Vec::new();
    for named in &written.requirements {
        let catalogue = written.catalogue.clone().unwrap_or_else(|| formula::default_catalogue(named.name.span()));
        if named.terms.is_empty() {
            mistakes.under(&named.name, word::empty_list(&named.name, r#"permission("invoices:pay")"#));
        }
        if let Some(formula) = formula::required(&named.terms, Bare::Nothing, &catalogue, &mut mistakes) {
            let (attrs, vis, name) = (named.attrs.clone(), named.vis.clone(), named.name.clone());
            requirements.push(Requirement { attrs, vis, name, formula });
        }
    }
    mistakes.or(Valid(requirements)).map_err(|mistakes| (written, mistakes))
}
