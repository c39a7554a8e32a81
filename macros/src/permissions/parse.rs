//! Tokens → declarations as written.

use proc_macro2::Ident;
use syn::{
    Attribute, Expr, ExprArray, LitStr, Token, braced,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use crate::word;

/// Everything between the brackets of `permissions!`.
pub(super) struct Written {
    /// The docs of the catalogue.
    pub(super) attrs: Vec<Attribute>,
    pub(super) granting: Option<LitStr>,
    pub(super) declarations: Vec<Declaration>,
}

/// `"invoices:pay" => { label: "Pay", … }`
pub(super) struct Declaration {
    pub(super) attrs: Vec<Attribute>,
    pub(super) key: LitStr,
    pub(super) fields: Vec<Field>,
}

/// `label: "Pay"`
pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) value: Value,
}

/// What stands behind the colon of a field.
pub(super) enum Value {
    Foreign(Expr),
    List(ExprArray),
    Text(LitStr),
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_inner)?;
        let mut granting = None;
        let mut first = input.call(Attribute::parse_outer)?;
        if input.fork().call(Ident::parse_any).is_ok_and(|word| word == word::GRANTING) {
            input.call(Ident::parse_any)?;
            input.parse::<Token![:]>()?;
            granting = Some(input.parse()?);
            input.parse::<Token![;]>()?;
            attrs.append(&mut first);
        } else if !input.is_empty() && !input.peek(LitStr) {
            return Err(input.error("expected `\"resource:action\" => { … }` or `granting: \"…\";`"));
        }
        let mut declarations = Vec::new();
        while !input.is_empty() {
            let mut attrs = std::mem::take(&mut first);
            attrs.extend(input.call(Attribute::parse_outer)?);
            declarations.push(declaration(attrs, input)?);
            if input.is_empty() {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        Ok(Self { attrs, granting, declarations })
    }
}

fn declaration(attrs: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Declaration> {
    let key = input.parse()?;
    let mut fields = Vec::new();
    if input.peek(Token![=>]) {
        input.parse::<Token![=>]>()?;
        let content;
        braced!(content in input);
        fields.extend(content.parse_terminated(Field::parse, Token![,])?);
    }
    Ok(Declaration { attrs, key, fields })
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        let value = match input.parse()? {
            Expr::Array(list) => Value::List(list),
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Value::Text(text),
            other => Value::Foreign(other),
        };
        Ok(Self { name, value })
    }
}
