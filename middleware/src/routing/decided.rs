//! Which handlers have an access decision: those whose first argument is one.

use portcullis_core::{
    Rule,
    rule::{Access, Public},
};

use crate::require::{Guard, Open, Require};

/// An extractor that is an access decision: [`Guard`], [`Require`] or [`Open`]. Sealed.
pub trait AccessRule: sealed::Sealed {
    /// The decision, for the record.
    fn access() -> Access;
}

impl<R: Rule> AccessRule for Guard<R> {
    fn access() -> Access {
        Access::Required(R::REQUIREMENT.clone())
    }
}

impl<R: Rule> AccessRule for Require<R> {
    fn access() -> Access {
        Access::Required(R::REQUIREMENT.clone())
    }
}

impl<P: Public> AccessRule for Open<P> {
    fn access() -> Access {
        Access::Public { reason: P::REASON }
    }
}

/// The arguments of a handler whose first one is an access decision. Sealed by [`AccessRule`].
#[diagnostic::on_unimplemented(
    message = "this route handler has no access decision",
    label = "undecided handler",
    note = "put `#[require_permission(\"area:action\")]`, `#[require_role(\"NAME\")]`, `#[require_login]` or `#[public(\"why\")]` on the handler function"
)]
pub trait Decided {
    /// The decision, for the record.
    fn access() -> Access;
}

macro_rules! decided {
    ($($argument:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<M, G: AccessRule, $($argument),*> Decided for (M, G, $($argument,)*) {
            fn access() -> Access {
                G::access()
            }
        }
    };
}

decided!();
decided!(A);
decided!(A, B);
decided!(A, B, C);
decided!(A, B, C, D);
decided!(A, B, C, D, E);
decided!(A, B, C, D, E, F);
decided!(A, B, C, D, E, F, H);
decided!(A, B, C, D, E, F, H, I);
decided!(A, B, C, D, E, F, H, I, J);
decided!(A, B, C, D, E, F, H, I, J, K);
decided!(A, B, C, D, E, F, H, I, J, K, L);
decided!(A, B, C, D, E, F, H, I, J, K, L, N);
decided!(A, B, C, D, E, F, H, I, J, K, L, N, O);
decided!(A, B, C, D, E, F, H, I, J, K, L, N, O, P);
decided!(A, B, C, D, E, F, H, I, J, K, L, N, O, P, Q);

mod sealed {
    use super::{Guard, Open, Public, Require, Rule};

    pub trait Sealed {}
    impl<R: Rule> Sealed for Guard<R> {}
    impl<R: Rule> Sealed for Require<R> {}
    impl<P: Public> Sealed for Open<P> {}
}
