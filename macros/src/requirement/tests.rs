//! Expansions of `requirement!` as text.

use quote::quote;

use super::requirement;

#[test]
fn a_name_becomes_a_rule() {
    let input = quote! {
        catalogue = shop::Catalogue;
        /// May release money.
        pub Pay = permission("invoices:pay");
        Quiet = not(login);
    };
    let expected = quote! {
        /// May release money.
        #[doc = ""]
        #[doc = " **Requires permission** `invoices:pay`."]
        #[derive(Clone, Copy, Debug)]
        pub struct Pay;

        const _: () = {
            const PERMISSION_0: ::portcullis_core::Permission =
                <shop::Catalogue as ::portcullis_core::permission::Catalogue>::VOCABULARY.expect("invoices:pay");
            #[automatically_derived]
            impl ::portcullis_core::Rule for Pay {
                const REQUIREMENT: &'static ::portcullis_core::Requirement =
                    &::portcullis_core::Requirement::Permission(PERMISSION_0);
            }
        };

        #[doc = " **Requires** not login."]
        #[derive(Clone, Copy, Debug)]
        struct Quiet;

        const _: () = {
            #[automatically_derived]
            impl ::portcullis_core::Rule for Quiet {
                const REQUIREMENT: &'static ::portcullis_core::Requirement =
                    &::portcullis_core::Requirement::Not(::std::borrow::Cow::Borrowed(&[
                        ::portcullis_core::Requirement::Login
                    ]));
            }
        };
    };
    assert_eq!(requirement(input).to_string(), expected.to_string());
}

#[test]
fn a_wrong_requirement_is_still_a_type() {
    let expansion = requirement(quote!(Pay = "invoices:pay";)).to_string();
    assert!(expansion.contains("struct Pay ;") && expansion.contains("compile_error"), "{expansion}");
}
