//! Whether this is the demo, and whom it offers to sign in as.

use leptos::{prelude::*, server::SharedValue};

/// Put into the Leptos context by the server when the demo was seeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demo(pub bool);

/// A person of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Persona {
    /// The address to sign in with.
    pub email: &'static str,
    /// What it is like to be them.
    pub summary: &'static str,
}

/// The password of every persona.
pub const PASSWORD: &str = "portcullis-demo";

/// The people of the demo.
pub const PERSONAS: &[Persona] = &[
    Persona { email: "owner@acme.example", summary: "Owner of Acme: may do everything there" },
    Persona { email: "consultant@example.net", summary: "Administrator of Acme, plain user of Globex" },
    Persona { email: "finance@acme.example", summary: "Pays invoices at Acme" },
    Persona { email: "support@acme.example", summary: "Closes tickets at Acme" },
    Persona { email: "viewer@globex.example", summary: "Plain user of Globex: may look, not pay" },
    Persona { email: "founder@initech.example", summary: "Owner of Initech, created a moment ago and empty" },
    Persona { email: "outsider@example.org", summary: "Belongs to no organization" },
];

/// Carries from the server to the browser whether this is the demo.
pub(super) fn provide_demo() {
    let demo = SharedValue::new(|| use_context::<Demo>().unwrap_or_default().0).into_inner();
    provide_context(Demo(demo));
}

/// Whether this is the demo.
pub(super) fn is_demo() -> bool {
    use_context::<Demo>().unwrap_or_default().0
}
