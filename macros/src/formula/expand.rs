//! A formula → a constant `Requirement`, and a unit type that carries it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, Visibility};

use super::{Formula, Key};

/// Where an expansion finds `portcullis_core`: each names one crate that the user depends on.
#[derive(Clone, Copy)]
pub(crate) enum Root {
    /// `permissions!`, `requirement!` and the derive.
    Core,
    /// Components and server functions.
    Frontend,
    /// Handlers.
    Middleware,
}

impl ToTokens for Root {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Core => quote!(::portcullis_core),
            Self::Frontend => quote!(::portcullis_frontend::__private::core),
            Self::Middleware => quote!(::portcullis_middleware::__private::core),
        });
    }
}

/// A unit type that is the rule: `pub struct PayInvoices;` with its requirement.
pub(crate) fn rule(root: Root, attrs: &[Attribute], vis: &Visibility, name: &Ident, formula: &Formula) -> TokenStream {
    let mut keys = Keys { root, items: TokenStream::new(), count: 0 };
    let requirement = keys.requirement(formula);
    let items = keys.items;
    let conditions = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    quote! {
        #(#attrs)*
        #[derive(Clone, Copy, Debug)]
        #vis struct #name;

        #(#conditions)*
        const _: () = {
            #items
            #[automatically_derived]
            impl #root::Rule for #name {
                const REQUIREMENT: &'static #root::Requirement = &#requirement;
            }
        };
    }
}

/// The permission, looked up while compiling: a misspelt one is an error under the literal.
pub(crate) fn key(root: Root, key: &Key) -> TokenStream {
    let Key { literal, catalogue } = key;
    quote_spanned! {literal.span()=> <#catalogue as #root::permission::Catalogue>::VOCABULARY.expect(#literal) }
}

/// One constant for each permission, so that each misspelt one is reported, called or not.
struct Keys {
    root: Root,
    items: TokenStream,
    count: usize,
}

impl Keys {
    fn requirement(&mut self, formula: &Formula) -> TokenStream {
        let root = self.root;
        match formula {
            Formula::All(parts) => self.list(&format_ident!("All"), parts),
            Formula::Any(parts) => self.list(&format_ident!("Any"), parts),
            Formula::Login => quote!(#root::Requirement::Login),
            Formula::Not(parts) => self.list(&format_ident!("Not"), parts),
            Formula::Permission(key) => {
                let constant = self.constant(key);
                quote!(#root::Requirement::Permission(#constant))
            }
            Formula::Role(role) => quote!(#root::Requirement::Role(::std::borrow::Cow::Borrowed(#role))),
        }
    }

    fn list(&mut self, variant: &Ident, parts: &[Formula]) -> TokenStream {
        let root = self.root;
        let parts: Vec<TokenStream> = parts.iter().map(|part| self.requirement(part)).collect();
        quote!(#root::Requirement::#variant(::std::borrow::Cow::Borrowed(&[#(#parts),*])))
    }

    fn constant(&mut self, of: &Key) -> Ident {
        let root = self.root;
        let name = format_ident!("PERMISSION_{}", self.count, span = of.literal.span());
        let value = key(root, of);
        self.items.extend(quote!(const #name: #root::Permission = #value;));
        self.count += 1;
        name
    }
}
