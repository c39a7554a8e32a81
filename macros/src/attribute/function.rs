//! A function as written. The body stays tokens: an unfinished one is the compiler's business.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, FnArg, Meta, Pat, Signature, Visibility,
    parse::{Parse, ParseStream},
    spanned::Spanned,
    token::Brace,
};

use crate::word;

/// A free function.
pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) body: TokenStream,
}

/// Something else, with the token that says what it is.
pub(super) struct OtherItem {
    pub(super) keyword: TokenTree,
}

impl Function {
    /// The attribute of leptos among those below.
    pub(super) fn leptos_attribute(&self) -> Option<(usize, &Attribute)> {
        self.attrs.iter().enumerate().find(|(_, attr)| is(attr, word::COMPONENT) || is(attr, word::SERVER))
    }

    /// Its `#[cfg(…)]`, which what stands beside it shares.
    pub(super) fn conditions(&self) -> Vec<Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
    }

    /// The `self` of a method.
    pub(super) fn receiver(&self) -> Option<&FnArg> {
        self.sig.inputs.first().filter(|argument| matches!(argument, FnArg::Receiver(_)))
    }

    /// The attribute of leptos that has already rewritten this function, told by the names it calls.
    pub(super) fn written_by(&self) -> Option<&'static str> {
        let body = &self.body;
        if self.sig.ident.to_string().starts_with(word::SERVER_PREFIX)
            || mentions(body, |name| name.starts_with(word::SERVER_PREFIX) || name == word::SERVER_CLIENT_CALL)
        {
            Some(word::SERVER)
        } else if mentions(body, |name| name.starts_with(word::COMPONENT_PREFIX)) {
            Some(word::COMPONENT)
        } else {
            None
        }
    }

    /// A line below the docs there are.
    pub(super) fn document(&mut self, line: &str) {
        let line = format!(" {line}");
        if self.attrs.iter().any(|attr| attr.path().is_ident("doc")) {
            self.attrs.push(syn::parse_quote!(#[doc = ""]));
        }
        self.attrs.push(syn::parse_quote!(#[doc = #line]));
    }

    /// A `let` for each argument that makes a copy of it; what was `mut` is now the copy.
    pub(super) fn copied_arguments(&mut self) -> TokenStream {
        let props = self.sig.inputs.iter_mut().filter_map(|argument| match argument {
            FnArg::Typed(typed) => match &mut *typed.pat {
                Pat::Ident(name) => Some((name.mutability.take(), &name.ident, typed.ty.span())),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        props
            .map(|(mutability, name, of_type)| {
                // Under the type, for that is what is wrong where a prop is not `Clone`.
                let copy = quote_spanned!(of_type=> ::core::clone::Clone::clone(&#name));
                quote!(let #mutability #name = #copy;)
            })
            .collect()
    }

    /// The same function around another body, made of the statements that it had.
    pub(super) fn with_body(&mut self, body: impl FnOnce(TokenStream) -> TokenStream) {
        let statements = self.body.clone().into_iter().flat_map(|token| match token {
            TokenTree::Group(group) => group.stream(),
            other => other.into(),
        });
        let body = body(statements.collect());
        self.body = quote!({ #body });
    }
}

/// Whether the last word of the attribute's path is this one.
pub(super) fn is(attr: &Attribute, word: &str) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == word)
}

/// What stands between the attribute's brackets.
pub(super) fn arguments(attr: &Attribute) -> TokenStream {
    match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) | Meta::Path(_) => TokenStream::new(),
    }
}

fn mentions(tokens: &TokenStream, is_it: impl Fn(&str) -> bool + Copy) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), is_it),
        TokenTree::Ident(name) => is_it(&name.to_string()),
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attrs, vis, sig) = (input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?);
        if !input.peek(Brace) {
            return Err(input.error("expected a function body"));
        }
        Ok(Self { attrs, vis, sig, body: input.parse()? })
    }
}

impl Parse for OtherItem {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let keyword = input.parse().unwrap_or_else(|_| TokenTree::Ident(Ident::new("nothing", Span::call_site())));
        input.parse::<TokenStream>()?;
        Ok(Self { keyword })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}
