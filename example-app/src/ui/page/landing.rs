//! The start page: what this is, and the way in.

use leptos::prelude::*;
use leptos_meta::Title;
use portcullis_frontend::{SignIn, SignOut, SignedIn, SignedOut, use_access};

use crate::ui::{
    demo::{PASSWORD, PERSONAS, is_demo},
    frame::BrandMark,
    icon::Icon,
};

/// Shows what this is, and leads in.
#[component]
pub(in crate::ui) fn LandingPage() -> impl IntoView {
    let access = use_access();
    let organizations = move || {
        access.session().with(|session| {
            session
                .organizations
                .iter()
                .map(|org| {
                    view! {
                        <a class="landing-org" href=format!("/o/{}", org.slug)>
                            <strong>{org.name.clone()}</strong>
                            <span>{org.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")}</span>
                        </a>
                    }
                })
                .collect_view()
        })
    };
    let none = move || access.session().with(|session| session.organizations.is_empty());
    view! {
        <Title text="Portcullis · the guarded portal"/>
        <div class="landing">
            <header class="landing-head">
                <span class="brand"><BrandMark/><span>"Portcullis"</span></span>
                <SignedOut><SignIn class="pc-button"/></SignedOut>
                <SignedIn><SignOut/></SignedIn>
            </header>
            <main class="landing-main" id="content">
                <p class="landing-kicker">"Organization-level access control"</p>
                <h1>"One declaration guards the endpoint, the page, the block and the button."</h1>
                <p class="landing-lead">
                    "The same person is an administrator in one organization and a plain user in the next. \
                    Switch the organization, and roles, permissions, pages and buttons switch with it."
                </p>
                <SignedOut>
                    <div class="landing-actions"><SignIn label="Sign in to the portal" class="pc-button pc-primary pc-large"/></div>
                </SignedOut>
                <SignedIn>
                    <section class="landing-orgs" aria-label="Your organizations">
                        {organizations}
                        {move || none().then(|| view! {
                            <p class="landing-none">
                                "You are signed in, but you do not belong to an organization yet. \
                                Ask an administrator to add you."
                            </p>
                        })}
                    </section>
                </SignedIn>
                <ul class="landing-points">
                    <Point icon="shield" title="Denied by default" text="What nobody granted is not held. A page you may not see is never sent."/>
                    <Point icon="users" title="Tabs keep apart" text="The organization is part of the address, so two tabs never mix two tenants."/>
                    <Point icon="clock" title="Live" text="A role taken away changes the open page within a second."/>
                </ul>
                {is_demo().then(personas)}
            </main>
        </div>
    }
    .into_any()
}

#[component]
fn Point(icon: &'static str, title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <li>
            <Icon name=icon/>
            <strong>{title}</strong>
            <span>{text}</span>
        </li>
    }
    .into_any()
}

fn personas() -> impl IntoView {
    let rows = PERSONAS
        .iter()
        .map(|persona| view! { <li><code>{persona.email}</code><span>{persona.summary}</span></li> })
        .collect_view();
    view! {
        <section class="landing-demo">
            <h2>"People of the demo"</h2>
            <p>"The password of all is " <code>{PASSWORD}</code> ". The sign-in page lists them again."</p>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}
