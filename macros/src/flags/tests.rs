//! Expansions of `PermissionFlags` as text.

use quote::quote;

use super::derive;

#[test]
fn fields_are_actions() {
    let input = quote! {
        #[flags(resource = "invoices")]
        struct InvoiceFlags { view: bool, #[flag("pay")] may_pay: bool }
    };
    let key = quote!(<crate::permissions::Catalogue as ::portcullis_core::permission::Catalogue>::VOCABULARY);
    let expected = quote! {
        const _: () = {
            const PERMISSION_0: ::portcullis_core::Permission = #key.expect("invoices:view");
            const PERMISSION_1: ::portcullis_core::Permission = #key.expect("invoices:pay");
            #[automatically_derived]
            impl ::portcullis_core::permission::Flags for InvoiceFlags {
                fn decide(held: impl ::core::ops::Fn(::portcullis_core::Permission) -> bool) -> Self {
                    Self { view: held(PERMISSION_0), may_pay: held(PERMISSION_1) }
                }
            }
        };
    };
    assert_eq!(derive(input).to_string(), expected.to_string());
}

#[test]
fn only_named_bools_are_flags() {
    for (input, mistakes) in [
        (
            quote!(
                struct F {
                    view: bool,
                }
            ),
            1,
        ),
        (
            quote!(
                #[flags(resource = "Invoices")]
                struct F {
                    view: u8,
                }
            ),
            2,
        ),
        (
            quote!(
                #[flags(resource = "a", colour = "b")]
                enum F {
                    View,
                }
            ),
            2,
        ),
        (
            quote!(
                #[flags(resource = "a")]
                struct F(bool);
            ),
            1,
        ),
    ] {
        let expansion = derive(input).to_string();
        assert_eq!(expansion.matches("compile_error").count(), mistakes, "{expansion}");
    }
}
