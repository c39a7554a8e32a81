//! The authorization server's pages, drawn like the rest of the portal.

use portcullis_provider::{
    ConsentView, DeviceCodeView, DeviceConsentView, DeviceDoneView, ErrorView, ForgotView, LoginView, NewPasswordView,
    NoticeView, Pages, PasskeyView, ScopeText, SecondFactorView, SignUpView, SignedOutView,
};

use super::PORTAL_NAME;
use crate::ui::standalone::{self, Button, Field, FormPage, PasskeyForm, form_page};

/// The pages; in the demo the sign-in page names the personas.
pub(crate) struct PortalProviderPages {
    pub(crate) demo: bool,
}

impl Pages for PortalProviderPages {
    fn login(&self, view: &LoginView) -> String {
        standalone::login_page(standalone::LoginView {
            action: view.action.clone(),
            hidden: hidden(&view.interaction, &view.csrf),
            email: view.email.clone(),
            error: view.error.map(|error| error.to_string()),
            client_name: (view.client_name != PORTAL_NAME).then(|| view.client_name.clone()),
            elsewhere: view.upstream.as_ref().map(|upstream| standalone::Elsewhere {
                action: upstream.action.clone(),
                providers: upstream.providers.clone(),
                by_address: upstream.by_address,
            }),
            links: links([("Create an account", &view.sign_up), ("Forgot your password?", &view.forgot)]),
            passkey: view.passkey.as_ref().map(|view| passkey(view, "Sign in with a passkey")),
            demo: self.demo,
        })
    }

    fn consent(&self, view: &ConsentView) -> String {
        standalone::consent_page(standalone::ConsentView {
            action: view.action.clone(),
            hidden: hidden(&view.interaction, &view.csrf),
            client_name: view.client_name.clone(),
            user: view.email.clone(),
            scopes: wishes(&view.wishes, &view.resources, view.organization.as_deref()),
        })
    }

    fn error(&self, view: &ErrorView) -> String {
        standalone::message_page(view.status, &view.title, &view.message)
    }

    fn signed_out(&self, view: &SignedOutView) -> String {
        match &view.question {
            None => standalone::signed_out_page(),
            Some(question) => standalone::sign_out_question_page(&question.action, &question.email, &question.fields),
        }
    }

    fn sign_up(&self, view: &SignUpView) -> String {
        form_page(FormPage {
            title: "Create an account".into(),
            lead: "We send a letter to your address; the link in it makes the account.".into(),
            error: view.error.map(|error| error.to_string()),
            action: Some(view.action.clone()),
            hidden: hidden(&view.interaction, &view.csrf),
            fields: vec![
                email(view.email.clone()),
                Field {
                    label: "Name",
                    name: "name",
                    kind: "text",
                    autocomplete: "name",
                    value: view.name.clone(),
                    ..Field::default()
                },
                new_password(),
            ],
            buttons: vec![Button::submit("Create the account")],
            links: vec![("I have an account".into(), view.sign_in.clone())],
            ..FormPage::default()
        })
    }

    fn forgot(&self, view: &ForgotView) -> String {
        form_page(FormPage {
            title: "A new password".into(),
            lead: "We send a letter to your address; the link in it lets you choose another password.".into(),
            error: view.error.map(|error| error.to_string()),
            action: Some(view.action.clone()),
            hidden: hidden(&view.interaction, &view.csrf),
            fields: vec![email(view.email.clone())],
            buttons: vec![Button::submit("Send the letter")],
            links: links([("Back to the sign-in", &view.sign_in)]),
            ..FormPage::default()
        })
    }

    fn new_password(&self, view: &NewPasswordView) -> String {
        let whose = if view.email.is_empty() { String::new() } else { format!(" It is for {}.", view.email) };
        form_page(FormPage {
            title: "Choose a password".into(),
            lead: format!("Eight characters at least; a few words are better.{whose}"),
            error: view.error.map(|error| error.to_string()),
            action: Some(view.action.clone()),
            hidden: vec![("token".into(), view.token.clone())],
            fields: vec![new_password()],
            buttons: vec![Button::submit("Set the password")],
            ..FormPage::default()
        })
    }

    fn second_factor(&self, view: &SecondFactorView) -> String {
        form_page(FormPage {
            title: "One more step".into(),
            lead: match (view.authenticator, &view.passkey) {
                (true, None) => "Enter the code that your authenticator shows, or one of your recovery codes.",
                (true, Some(_)) => {
                    "Use a passkey, or enter the code that your authenticator shows or one of your recovery codes."
                }
                (false, None) => "Enter one of your recovery codes.",
                (false, Some(_)) => "Use a passkey, or enter one of your recovery codes.",
            }
            .into(),
            error: view.error.map(|error| error.to_string()),
            action: Some(view.action.clone()),
            hidden: hidden(&view.interaction, &view.csrf),
            fields: vec![Field {
                label: "Code",
                name: "code",
                kind: "text",
                autocomplete: "one-time-code",
                ..Field::default()
            }],
            buttons: vec![Button::submit("Sign in")],
            passkey: view.passkey.as_ref().map(|view| passkey(view, "Use a passkey")),
            ..FormPage::default()
        })
    }

    fn notice(&self, view: &NoticeView) -> String {
        let mut links = links([("Go on", &view.sign_in)]);
        if self.demo {
            links.push(("Open the demo's mailbox".into(), "/mailbox".into()));
        }
        form_page(FormPage {
            title: view.notice.title().into(),
            lead: view.notice.message().into(),
            links,
            ..FormPage::default()
        })
    }

    fn device_code(&self, view: &DeviceCodeView) -> String {
        form_page(FormPage {
            title: "Connect a device".into(),
            lead: format!("Enter the code that your device shows. You are signed in as {}.", view.email),
            error: view.error.map(|error| error.to_string()),
            action: Some(view.action.clone()),
            hidden: vec![("csrf".into(), view.csrf.clone())],
            fields: vec![Field {
                label: "Code",
                name: "user_code",
                kind: "text",
                autocomplete: "off",
                value: view.user_code.clone(),
                ..Field::default()
            }],
            buttons: vec![Button::submit("Continue")],
            ..FormPage::default()
        })
    }

    fn device_consent(&self, view: &DeviceConsentView) -> String {
        form_page(FormPage {
            title: "Allow this device?".into(),
            lead: format!("You are signed in as {}. {} on a device wants to:", view.email, view.client_name),
            points: wishes(&view.wishes, &view.resources, view.organization.as_deref()),
            code: Some(view.user_code.clone()),
            warning: Some(
                "Allow it only if the device in front of you shows this code. If somebody sent you the code, deny it."
                    .into(),
            ),
            action: Some(view.action.clone()),
            hidden: vec![("csrf".into(), view.csrf.clone()), ("user_code".into(), view.user_code.clone())],
            buttons: decision(),
            ..FormPage::default()
        })
    }

    fn device_done(&self, view: &DeviceDoneView) -> String {
        let (title, lead) = if view.allowed {
            ("Device connected", "You can go back to your device.")
        } else {
            ("Device refused", "The device was told. You can close this page.")
        };
        form_page(FormPage {
            title: title.into(),
            lead: lead.into(),
            links: vec![("To the start page".into(), "/".into())],
            ..FormPage::default()
        })
    }
}

/// The form that asks for a passkey.
fn passkey(view: &PasskeyView, label: &'static str) -> PasskeyForm {
    PasskeyForm {
        kind: "get",
        options: view.options.clone(),
        action: view.action.clone(),
        hidden: hidden(&view.interaction, &view.csrf),
        label,
        script: view.script.clone(),
        otherwise: "",
    }
}

/// Yes or no.
fn decision() -> Vec<Button> {
    vec![
        Button { label: "Deny", says: Some(("decision", "deny")) },
        Button { label: "Allow", says: Some(("decision", "allow")) },
    ]
}

/// What is asked for, in words.
fn wishes(scopes: &[ScopeText], resources: &[String], organization: Option<&str>) -> Vec<String> {
    let act = organization.map(|org| format!("Act for you in {org}, as far as is listed here"));
    let reach = resources.iter().map(|resource| format!("Use {resource} for you"));
    scopes.iter().map(|scope| scope.text.clone()).chain(act).chain(reach).collect()
}

/// The ways that there are.
fn links<const N: usize>(ways: [(&str, &Option<String>); N]) -> Vec<(String, String)> {
    ways.into_iter().filter_map(|(words, href)| Some((words.to_owned(), href.clone()?))).collect()
}

fn email(value: String) -> Field {
    Field { label: "E-mail address", name: "email", kind: "email", autocomplete: "username", value, ..Field::default() }
}

fn new_password() -> Field {
    Field {
        label: "Password",
        name: "password",
        kind: "password",
        autocomplete: "new-password",
        least: Some(8),
        ..Field::default()
    }
}

fn hidden(interaction: &str, csrf: &str) -> Vec<(String, String)> {
    vec![("interaction".into(), interaction.into()), ("csrf".into(), csrf.into())]
}
