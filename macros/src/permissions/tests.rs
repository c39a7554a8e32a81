//! Expansions of `permissions!` as text.

use quote::quote;

use super::permissions;

#[test]
fn keys_become_a_catalogue() {
    let input = quote! {
        /// The shop.
        granting: "members:manage";
        "members:manage" => { label: "Manage", description: "Hands out roles.", holders: ["ADMIN"] },
        "a_b:c2"
    };
    let expected = quote! {
        /// The shop.
        #[derive(Clone, Copy, Debug)]
        pub struct Catalogue;

        #[automatically_derived]
        impl ::portcullis_core::permission::Catalogue for Catalogue {
            const ENTRIES: &'static [::portcullis_core::permission::PermissionInfo] = &[
                ::portcullis_core::permission::PermissionInfo::new("members:manage")
                    .described("Manage", "Hands out roles.").held_by(&["ADMIN"]),
                ::portcullis_core::permission::PermissionInfo::new("a_b:c2").described("a_b:c2", "").held_by(&[])
            ];
            const GRANTING: ::core::option::Option<&'static str> = ::core::option::Option::Some("members:manage");
        }

        /// Every permission, as a value.
        pub const VOCABULARY: ::portcullis_core::permission::Vocabulary =
            <Catalogue as ::portcullis_core::permission::Catalogue>::VOCABULARY;

        #[doc = " `members:manage`: Manage. Hands out roles."]
        pub const MEMBERS_MANAGE: ::portcullis_core::Permission = VOCABULARY.expect("members:manage");
        #[doc = " `a_b:c2`."]
        pub const A_B_C2: ::portcullis_core::Permission = VOCABULARY.expect("a_b:c2");
    };
    assert_eq!(permissions(input).to_string(), expected.to_string());
}

#[test]
fn a_mistake_leaves_the_rest_standing() {
    let expansion = permissions(quote!("a:b", "a:b", "Wrong", "c:d" => { colour: "red" })).to_string();
    assert!(expansion.contains("A_B") && expansion.contains("C_D"), "{expansion}");
    assert_eq!(expansion.matches("compile_error").count(), 3, "{expansion}");
}
