//! Expansions as text: what an attribute writes on each kind of item.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Kind, apply};

#[track_caller]
fn check(kind: Kind, arguments: TokenStream, item: TokenStream, expected: &TokenStream) {
    assert_eq!(apply(kind, arguments, item).to_string(), expected.to_string());
}

/// The messages of an expansion, in order.
fn complaints(kind: Kind, arguments: TokenStream, item: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(apply(kind, arguments, item)).unwrap();
    file.items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Macro(call) => syn::parse2::<syn::LitStr>(call.mac.tokens.clone()).ok(),
            _ => None,
        })
        .map(|message| message.value())
        .collect()
}

#[test]
fn a_handler_gets_a_first_extractor() {
    check(
        Kind::RequirePermission,
        quote!("invoices:pay"),
        quote! {
            /// Pays.
            #[instrument]
            pub async fn pay<S>(State(s): State<S>) -> Paid where S: Store { s.pay() }
        },
        &quote! {
            /// Pays.
            #[instrument]
            #[doc = ""]
            #[doc = " **Requires permission** `invoices:pay`."]
            pub async fn pay<S>(
                _: ::portcullis_middleware::__private::Guard<__pay_require_permission_invoices_pay>,
                State(s): State<S>
            ) -> Paid where S: Store { s.pay() }

            #[doc(hidden)]
            #[allow(dead_code, non_camel_case_types)]
            #[derive(Clone, Copy, Debug)]
            pub struct __pay_require_permission_invoices_pay;

            const _: () = {
                const PERMISSION_0: ::portcullis_middleware::__private::core::Permission =
                    <crate::permissions::Catalogue as ::portcullis_middleware::__private::core::permission::Catalogue>
                        ::VOCABULARY.expect("invoices:pay");
                #[automatically_derived]
                impl ::portcullis_middleware::__private::core::Rule for __pay_require_permission_invoices_pay {
                    const REQUIREMENT: &'static ::portcullis_middleware::__private::core::Requirement =
                        &::portcullis_middleware::__private::core::Requirement::Permission(PERMISSION_0);
                }
            };
        },
    );
}

#[test]
fn an_open_handler_says_why() {
    check(
        Kind::Public,
        quote!("the load balancer asks"),
        quote!(
            async fn healthz() {}
        ),
        &quote! {
            #[doc = " **Public**: the load balancer asks."]
            async fn healthz(_: ::portcullis_middleware::__private::Open<__healthz_public>) {}

            #[doc(hidden)]
            #[allow(dead_code, non_camel_case_types)]
            #[derive(Clone, Copy, Debug)]
            struct __healthz_public;

            #[automatically_derived]
            impl ::portcullis_middleware::__private::core::rule::Public for __healthz_public {
                const REASON: &'static str = "the load balancer asks";
            }
        },
    );
}

#[test]
fn a_component_is_wrapped_and_a_stack_is_one_rule() {
    check(
        Kind::RequireRole,
        quote!("ORG_ADMIN", "ORG_OWNER"),
        quote! {
            #[auth::require_login]
            #[component]
            fn Members(title: String) -> impl IntoView { let t = title; t }
        },
        &quote! {
            #[component]
            #[doc = " **Requires role** `ORG_ADMIN` or `ORG_OWNER`."]
            #[doc = ""]
            #[doc = " **Requires login.**"]
            fn Members(title: String) -> impl IntoView {
                ::portcullis_frontend::__private::gate::<
                    __Members_require_role_ORG_ADMIN_or_ORG_OWNER_and_require_login, _, _
                >(move || {
                    let title = ::core::clone::Clone::clone(&title);
                    let t = title; t
                })
            }

            #[doc(hidden)]
            #[allow(dead_code, non_camel_case_types)]
            #[derive(Clone, Copy, Debug)]
            struct __Members_require_role_ORG_ADMIN_or_ORG_OWNER_and_require_login;

            const _: () = {
                #[automatically_derived]
                impl ::portcullis_frontend::__private::core::Rule
                    for __Members_require_role_ORG_ADMIN_or_ORG_OWNER_and_require_login
                {
                    const REQUIREMENT: &'static ::portcullis_frontend::__private::core::Requirement =
                        &::portcullis_frontend::__private::core::Requirement::All(::std::borrow::Cow::Borrowed(&[
                            ::portcullis_frontend::__private::core::Requirement::Any(::std::borrow::Cow::Borrowed(&[
                                ::portcullis_frontend::__private::core::Requirement::Role(
                                    ::std::borrow::Cow::Borrowed("ORG_ADMIN")
                                ),
                                ::portcullis_frontend::__private::core::Requirement::Role(
                                    ::std::borrow::Cow::Borrowed("ORG_OWNER")
                                )
                            ])),
                            ::portcullis_frontend::__private::core::Requirement::Login
                        ]));
                }
            };
            const _: () = { #[allow(unused_imports)] use auth::require_login as _; };
        },
    );
}

#[test]
fn a_server_function_asks_first_and_is_on_record() {
    check(
        Kind::RequireLogin,
        quote!(),
        quote! {
            #[server(prefix = "/api")]
            async fn list_v2() -> Result<(), ServerFnError> { Ok(()) }
        },
        &quote! {
            #[server(prefix = "/api")]
            #[doc = " **Requires login.**"]
            async fn list_v2() -> Result<(), ServerFnError> {
                ::portcullis_frontend::__private::check::<__list_v2_require_login>().await?;
                Ok(())
            }

            #[doc(hidden)]
            #[allow(dead_code, non_camel_case_types)]
            #[derive(Clone, Copy, Debug)]
            struct __list_v2_require_login;

            const _: () = {
                #[automatically_derived]
                impl ::portcullis_frontend::__private::core::Rule for __list_v2_require_login {
                    const REQUIREMENT: &'static ::portcullis_frontend::__private::core::Requirement =
                        &::portcullis_frontend::__private::core::Requirement::Login;
                }
            };

            ::portcullis_frontend::__register_server_fn!(ListV2, __list_v2_require_login);
        },
    );
}

#[test]
fn a_public_server_function_is_on_record_under_its_type() {
    let registered = |attribute: TokenStream| {
        let item = quote!(#[#attribute] async fn news() -> Result<(), E> { Ok(()) });
        let expansion = apply(Kind::Public, quote!("landing page"), item).to_string();
        expansion.split_once("__register_server_fn ! (").unwrap().1.to_owned()
    };
    assert_eq!(registered(quote!(server)), r#"News , public "landing page") ;"#);
    assert_eq!(registered(quote!(leptos::server(Latest))), r#"Latest , public "landing page") ;"#);
    assert_eq!(registered(quote!(server(name = Latest, endpoint = "x"))), r#"Latest , public "landing page") ;"#);
    assert_eq!(registered(quote!(server(custom = W))), r#"W < News > , public "landing page") ;"#);
}

#[test]
fn every_mistake_of_one_use_is_reported() {
    let said = complaints(
        Kind::RequirePermission,
        quote!(any(), "Pay", 7, some("a:b"), login(), catalogue = 1),
        quote! {
            #[public("why")]
            async fn pay() {}
        },
    );
    assert_eq!(said.len(), 7, "{said:#?}");
}

#[test]
fn after_a_mistake_the_item_is_still_there() {
    let item = quote!(
        struct Invoice {
            id: u32,
        }
    );
    let expansion = apply(Kind::RequireLogin, quote!(), item.clone()).to_string();
    assert!(expansion.starts_with(&item.to_string()), "{expansion}");
}

#[test]
fn what_leptos_has_written_is_recognised() {
    let outer = quote!(
        async fn pay(id: u32) -> R {
            __server_pay(id).await
        }
    );
    let inner = quote!(
        async fn __server_pay(id: u32) -> R {
            Ok(id)
        }
    );
    let client = quote!(
        async fn pay(id: u32) -> R {
            let data = Pay { id };
            data.run_on_client().await
        }
    );
    let component = quote!(
        fn Page() -> impl IntoView {
            untrack(move || __component_page())
        }
    );
    for (item, other) in [(outer, "server"), (inner, "server"), (client, "server"), (component, "component")] {
        let said = complaints(Kind::RequireLogin, quote!(), item);
        assert!(said[0].contains(&format!("above `#[{other}]`")), "{said:?}");
    }
}
