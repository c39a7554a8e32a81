//! A valid use → the item with its guard.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, LitStr, ReturnType, Type, parse_quote};

use super::{
    Kind,
    function::Function,
    validate::{Decision, Place, Valid},
};
use crate::formula::{self, Formula, Root};

pub(super) fn expand(valid: Valid) -> TokenStream {
    let Valid { mut function, decision, place, absorbed } = valid;
    let conditions = function.conditions();
    for line in lines(&decision) {
        function.document(&line);
    }
    let expansion = match (place, decision) {
        (Place::Component, Decision::Public(_)) => quote!(#function),
        (Place::Component, Decision::Required(parts)) => component(function, parts),
        (Place::Handler, Decision::Public(reason)) => open_handler(function, &reason),
        (Place::Handler, Decision::Required(parts)) => handler(function, parts),
        (Place::ServerFn { its_type }, Decision::Public(reason)) => quote! {
            #function
            #(#conditions)*
            ::portcullis_frontend::__register_server_fn!(#its_type, public #reason);
        },
        (Place::ServerFn { its_type }, Decision::Required(parts)) => server_fn(function, &its_type, parts),
    };
    // An import that only an absorbed attribute used is still used.
    let used = absorbed.iter().map(|path| quote!(const _: () = { #[allow(unused_imports)] use #path as _; };));
    quote!(#expansion #(#used)*)
}

/// A handler gets its guard as the first extractor: it refuses before anything else is read.
fn handler(mut function: Function, parts: Vec<(Kind, Formula)>) -> TokenStream {
    let (rule, item) = hidden_rule(Root::Middleware, &function, parts);
    function.sig.inputs.insert(0, parse_quote!(_: ::portcullis_middleware::__private::Guard<#rule>));
    quote!(#function #item)
}

/// An open handler says so in the same place, so that the router sees a decision.
fn open_handler(mut function: Function, reason: &LitStr) -> TokenStream {
    let name = format_ident!("__{}_public", bare_name(&function.sig.ident));
    let vis = &function.vis;
    let root = Root::Middleware;
    let conditions = function.conditions();
    let item = quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(dead_code, non_camel_case_types)]
        #[derive(Clone, Copy, Debug)]
        #vis struct #name;

        #(#conditions)*
        #[automatically_derived]
        impl #root::rule::Public for #name {
            const REASON: &'static str = #reason;
        }
    };
    function.sig.inputs.insert(0, parse_quote!(_: ::portcullis_middleware::__private::Open<#name>));
    quote!(#function #item)
}

/// A component's body becomes what its gate shows: where it is denied it never runs.
///
/// A gate opens again when a right comes back, so each run of the body gets its own copy of the props.
fn component(mut function: Function, parts: Vec<(Kind, Formula)>) -> TokenStream {
    let (rule, item) = hidden_rule(Root::Frontend, &function, parts);
    let props = function.copied_arguments();
    let names_its_type = returns_a_named_type(&function.sig.output);
    function.with_body(|body| {
        let gate = quote! {
            ::portcullis_frontend::__private::gate::<#rule, _, _>(move || {
                #props
                #body
            })
        };
        if names_its_type { quote!(::portcullis_frontend::__private::erased(#gate)) } else { gate }
    });
    quote!(#function #item)
}

/// `-> AnyView`, and not `-> impl IntoView`: what the gate shows has to be that type too.
fn returns_a_named_type(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, named) if !matches!(**named, Type::ImplTrait(_)))
}

/// A server function asks before its first statement, for it is also called while rendering, past every layer.
fn server_fn(mut function: Function, its_type: &TokenStream, parts: Vec<(Kind, Formula)>) -> TokenStream {
    let (rule, item) = hidden_rule(Root::Frontend, &function, parts);
    let conditions = function.conditions();
    function.with_body(|body| {
        quote! {
            ::portcullis_frontend::__private::check::<#rule>().await?;
            #body
        }
    });
    quote! {
        #function
        #item
        #(#conditions)*
        ::portcullis_frontend::__register_server_fn!(#its_type, #rule);
    }
}

/// The hidden type that carries the requirement, as visible as the item itself.
fn hidden_rule(root: Root, function: &Function, parts: Vec<(Kind, Formula)>) -> (Ident, TokenStream) {
    let words: Vec<String> = parts.iter().map(|(kind, formula)| words(*kind, formula)).collect();
    let name = format_ident!("__{}_{}", bare_name(&function.sig.ident), words.join("_and_"));
    let mut formulas: Vec<Formula> = parts.into_iter().map(|(_, formula)| formula).collect();
    let formula = match formulas.pop() {
        Some(only) if formulas.is_empty() => only,
        last => Formula::All(formulas.into_iter().chain(last).collect()),
    };
    let mut attrs: Vec<Attribute> = function.conditions();
    attrs.push(parse_quote!(#[doc(hidden)]));
    attrs.push(parse_quote!(#[allow(dead_code, non_camel_case_types)]));
    let item = formula::rule(root, &attrs, &function.vis, &name, &formula);
    (name, item)
}

fn words(kind: Kind, formula: &Formula) -> String {
    match kind {
        Kind::Public | Kind::RequireLogin => kind.name().to_owned(),
        Kind::RequirePermission | Kind::RequireRole => format!("{}_{}", kind.name(), formula::name(formula)),
    }
}

/// A line of documentation for each attribute.
fn lines(decision: &Decision) -> Vec<String> {
    match decision {
        Decision::Public(reason) => vec![format!("**Public**: {}.", reason.value().trim_end_matches('.'))],
        Decision::Required(parts) => parts.iter().map(|(_, formula)| formula::sentence(formula)).collect(),
    }
}

/// The name without the `r#` of a raw identifier.
fn bare_name(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}
