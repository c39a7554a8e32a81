//! Whole documents without script, but for the one that asks for passkeys: the authorization server's pages, and refusals.

mod form_page;
mod list_page;
mod passkey_form;
mod service_page;

use leptos::prelude::*;

use self::passkey_form::passkey_form;
pub use self::{
    form_page::{Button, Choice, Field, FormPage, form_page},
    list_page::{Form, ListPage, Notice, Row, Section, list_page},
    passkey_form::PasskeyForm,
    service_page::{ServicePage, ServicePrompt, ServiceShown, service_page},
};
use super::{
    demo::{PASSWORD, PERSONAS},
    frame::BrandMark,
    icon::Icon,
    problem::{chips, missing, words},
};
use crate::{model::Problem, permissions::VOCABULARY};
use portcullis_frontend::Reason;

/// What the sign-in page shows.
#[derive(Clone, Debug, Default)]
pub struct LoginView {
    /// Where the form is posted.
    pub action: String,
    /// Hidden fields that go with it: the interaction, the token against forged posts.
    pub hidden: Vec<(String, String)>,
    /// What was typed before, after a failure.
    pub email: String,
    /// Why the last attempt failed, in words.
    pub error: Option<String>,
    /// The application that asks, where it is not the portal itself.
    pub client_name: Option<String>,
    /// Other identity providers, where there are any.
    pub elsewhere: Option<Elsewhere>,
    /// Ways elsewhere, to sign up or to a new password: words and address.
    pub links: Vec<(String, String)>,
    /// The form that asks for a passkey instead, where there are passkeys.
    pub passkey: Option<PasskeyForm>,
    /// Whether to offer the people of the demo.
    pub demo: bool,
}

/// The identity providers beside the sign-in form.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// Where their buttons are posted to, with the hidden fields of the form.
    pub action: String,
    /// Each with its id and its label.
    pub providers: Vec<(String, String)>,
    /// Whether an address leads to its organization's own.
    pub by_address: bool,
}

/// What the consent page shows.
#[derive(Clone, Debug, Default)]
pub struct ConsentView {
    /// Where the form is posted, with `decision=allow` or `decision=deny`.
    pub action: String,
    /// Hidden fields that go with it.
    pub hidden: Vec<(String, String)>,
    /// The application that asks.
    pub client_name: String,
    /// Who is signed in.
    pub user: String,
    /// What is asked for, in words.
    pub scopes: Vec<String>,
}

/// The sign-in page.
#[must_use]
pub fn login_page(login: LoginView) -> String {
    let LoginView { action, hidden, email, error, client_name, elsewhere, links, passkey, demo } = login;
    let links = links.into_iter().map(|(words, href)| view! { <a href=href>{words}</a> }).collect_view();
    let lead = client_name.map_or_else(
        || "Use your work account to enter the portal.".to_owned(),
        |client| format!("{client} asks who you are."),
    );
    let failed = error.is_some();
    let organization = elsewhere.as_ref().filter(|elsewhere| elsewhere.by_address).map(|elsewhere| {
        view! {
            <button type="submit" class="pc-button" formaction=elsewhere.action.clone() formnovalidate
                data-part="sign-in-by-organization">
                "Continue with your organization"
            </button>
        }
    });
    let others =
        elsewhere.filter(|elsewhere| !elsewhere.providers.is_empty()).map(|elsewhere| others(elsewhere, &hidden));
    let personas = demo.then(|| personas(&action, &hidden));
    let form = view! {
        <main class="sheet" id="content">
            <h1>"Sign in"</h1>
            <p>{lead}</p>
            {error.map(|error| view! { <p class="sheet-alert" role="alert" id="error"><Icon name="alert"/>{error}</p> })}
            <form class="form" method="post" action=action data-part="sign-in">
                {hidden_fields(&hidden)}
                <label>
                    "E-mail address"
                    <input class="pc-input" type="email" name="email" value=email required autocomplete="username"
                        aria-invalid=failed.then_some("true") aria-describedby=failed.then_some("error")/>
                </label>
                <label>
                    "Password"
                    <input class="pc-input" type="password" name="password" required autocomplete="current-password"
                        aria-invalid=failed.then_some("true")/>
                </label>
                <button type="submit" class="pc-button pc-primary">"Sign in"</button>
                {organization}
            </form>
            {others}
            {passkey.map(passkey_form)}
            <p class="sheet-links">{links}</p>
        </main>
        {personas}
    };
    document("Sign in · Portcullis", form.into_any())
}

/// One form with a button each.
fn others(elsewhere: Elsewhere, hidden: &[(String, String)]) -> AnyView {
    let Elsewhere { action, providers, .. } = elsewhere;
    let buttons = providers
        .into_iter()
        .map(|(id, label)| {
            view! {
                <button type="submit" class="pc-button" name="provider" value=id>{format!("Continue with {label}")}</button>
            }
        })
        .collect_view();
    view! {
        <form class="form sheet-choices" method="post" action=action data-part="sign-in-elsewhere">
            {hidden_fields(hidden)}
            {buttons}
        </form>
    }
    .into_any()
}

/// Each person of the demo is a form of its own, so one press signs in without script.
fn personas(action: &str, hidden: &[(String, String)]) -> AnyView {
    let rows = PERSONAS
        .iter()
        .map(|persona| {
            view! {
                <li>
                    <form method="post" action=action.to_owned()>
                        {hidden_fields(hidden)}
                        <input type="hidden" name="email" value=persona.email/>
                        <input type="hidden" name="password" value=PASSWORD/>
                        <button type="submit" data-persona=persona.email>
                            <strong>{persona.email}</strong>
                            <span>{persona.summary}</span>
                        </button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="personas" aria-label="People of the demo">
            <h2>"Demo: sign in as …"</h2>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

/// The page that asks whether a client may act for the person.
#[must_use]
pub fn consent_page(consent: ConsentView) -> String {
    let ConsentView { action, hidden, client_name, user, scopes } = consent;
    let scopes =
        scopes.into_iter().map(|scope| view! { <li><Icon name="check"/><span>{scope}</span></li> }).collect_view();
    let form = view! {
        <main class="sheet" id="content">
            <h1>{format!("Allow {client_name}?")}</h1>
            <p>{format!("You are signed in as {user}. {client_name} wants to:")}</p>
            <ul class="scopes">{scopes}</ul>
            <form class="form" method="post" action=action data-part="consent">
                {hidden_fields(&hidden)}
                <div class="sheet-actions">
                    <button type="submit" class="pc-button" name="decision" value="deny">"Deny"</button>
                    <button type="submit" class="pc-button pc-primary" name="decision" value="allow">"Allow"</button>
                </div>
            </form>
        </main>
    };
    document("Allow access · Portcullis", form.into_any())
}

/// A problem as a page. A 403 says what is missing and who can grant it.
#[must_use]
pub fn error_page(problem: &Problem) -> String {
    let reason = Reason::of_problem(problem, VOCABULARY);
    let said = words(problem, &reason);
    let forbidden = (problem.status == 403).then(|| {
        view! {
            <dl class="problem-facts">
                {missing(problem).map(|keys| view! { <dt>"Missing"</dt><dd>{keys}</dd> })}
                {(!reason.grantable_by.is_empty()).then(|| view! {
                    <dt>"Can be granted by"</dt><dd>{chips(&reason.grantable_by)}</dd>
                })}
            </dl>
        }
    });
    let sign_in = reason
        .sign_in_helps
        .then(|| view! { <a class="pc-button pc-primary" href="/auth/login" data-part="sign-in">"Sign in"</a> });
    let page = view! {
        <main class="problem" id="content" data-part="problem" data-status=problem.status.to_string() data-code=problem.code.clone()>
            <span class="problem-icon"><Icon name=said.icon/></span>
            <p class="problem-status">{problem.status.to_string()}</p>
            <h1>{said.title}</h1>
            <p class="problem-text">{said.text}</p>
            {forbidden}
            <div class="problem-actions">{sign_in}<a class="pc-button" href="/">"To the start page"</a></div>
            {(!problem.instance.is_empty()).then(|| view! {
                <p class="problem-id">"Request " <code>{problem.instance.clone()}</code></p>
            })}
        </main>
    };
    document(&format!("{} · Portcullis", said.title), page.into_any())
}

/// The page that says that the session is over.
#[must_use]
pub fn signed_out_page() -> String {
    let page = view! {
        <main class="problem" id="content" data-part="signed-out">
            <span class="problem-icon"><Icon name="check"/></span>
            <h1>"You are signed out"</h1>
            <p class="problem-text">"Your session has ended in every tab of this browser."</p>
            <div class="problem-actions">
                <a class="pc-button pc-primary" href="/auth/login" data-part="sign-in">"Sign in again"</a>
                <a class="pc-button" href="/">"To the start page"</a>
            </div>
        </main>
    };
    document("Signed out · Portcullis", page.into_any())
}

/// A page with a headline and a sentence: what went wrong where nothing can be redirected.
#[must_use]
pub fn message_page(status: u16, title: &str, text: &str) -> String {
    let page = view! {
        <main class="problem" id="content" data-part="problem" data-status=status.to_string()>
            <p class="problem-status">{status.to_string()}</p>
            <h1>{title.to_owned()}</h1>
            <p class="problem-text">{text.to_owned()}</p>
            <div class="problem-actions"><a class="pc-button" href="/">"To the start page"</a></div>
        </main>
    };
    document(&format!("{title} · Portcullis"), page.into_any())
}

/// The question whether to sign out, for a request that does not prove whose it is.
#[must_use]
pub fn sign_out_question_page(action: &str, email: &str, hidden: &[(String, String)]) -> String {
    let who = if email.is_empty() { String::new() } else { format!("You are signed in as {email}. ") };
    let page = view! {
        <main class="sheet" id="content">
            <h1>"Sign out?"</h1>
            <p>{who}"An application asks to end your session."</p>
            <form class="form" method="post" action=action.to_owned()>
                {hidden_fields(hidden)}
                <div class="sheet-actions">
                    <a class="pc-button" href="/">"Stay signed in"</a>
                    <button type="submit" class="pc-button pc-primary">"Sign out"</button>
                </div>
            </form>
        </main>
    };
    document("Sign out · Portcullis", page.into_any())
}

/// The address first, and the choice between identity providers: label and address.
#[must_use]
pub fn provider_choice_page(providers: &[(String, String)], return_to: &str, error: Option<&str>) -> String {
    let error = error.map(str::to_owned);
    let return_to = return_to.to_owned();
    let choices = providers
        .iter()
        .map(|(label, href)| {
            view! { <a class="pc-button" href=href.clone() data-part="sign-in">{format!("Continue with {label}")}</a> }
        })
        .collect_view();
    let page = view! {
        <main class="sheet" id="content">
            <h1>"Sign in"</h1>
            <p>"State the address that you use at work, or choose an account."</p>
            {error.map(|error| view! { <p class="sheet-alert" role="alert"><Icon name="alert"/>{error}</p> })}
            <form class="form" method="post" action="/auth/login" data-part="sign-in-by-address">
                <input type="hidden" name="return_to" value=return_to/>
                <label>
                    "E-mail address"
                    <input class="pc-input" type="email" name="email" required autocomplete="username"/>
                </label>
                <button type="submit" class="pc-button pc-primary">"Continue"</button>
            </form>
            <div class="form sheet-choices">{choices}</div>
        </main>
    };
    document("Sign in · Portcullis", page.into_any())
}

fn hidden_fields(fields: &[(String, String)]) -> AnyView {
    fields
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect_view()
        .into_any()
}

fn document(title: &str, body: AnyView) -> String {
    let title = title.to_owned();
    // The owner holds what the view makes while it is rendered, and nothing survives it.
    let html = Owner::new().with(|| {
        view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <meta name="referrer" content="same-origin"/>
                    <title>{title}</title>
                    <link rel="stylesheet" href="/pkg/portal.css"/>
                    <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                </head>
                <body>
                    <div class="alone">
                        <a class="brand" href="/"><BrandMark/><span>"Portcullis"</span></a>
                        {body}
                    </div>
                </body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{html}")
}

#[cfg(test)]
mod tests {
    use portcullis_core::{ProblemDetails, ProblemKind};

    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_text() {
        let page = login_page(LoginView { email: "\"><script>".into(), ..LoginView::default() });
        assert!(!page.contains("<script>"), "{page}");
        assert!(page.contains(r#"name="password""#));
    }

    #[test]
    fn a_refusal_names_what_is_missing() {
        let mut problem = ProblemDetails::new(ProblemKind::PermissionDenied);
        problem.missing = Some(vec!["audit:view".into()]);
        let page = error_page(&problem);
        assert!(page.contains("audit:view") && page.contains(r#"data-status="403""#), "{page}");
    }
}
