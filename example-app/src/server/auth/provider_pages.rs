//! The authorization server's pages, drawn like the rest of the portal.

use portcullis_provider::{
    ConsentView, DeviceCodeView, DeviceConsentView, DeviceDoneView, ErrorView, LoginView, Pages, SignedOutView,
};

use super::PORTAL_NAME;
use crate::permissions::VOCABULARY;
use crate::ui::standalone::{self, Button, Field, FormPage, form_page};

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
            providers: Vec::new(),
            demo: self.demo,
        })
    }

    fn consent(&self, view: &ConsentView) -> String {
        standalone::consent_page(standalone::ConsentView {
            action: view.action.clone(),
            hidden: hidden(&view.interaction, &view.csrf),
            client_name: view.client_name.clone(),
            user: view.email.clone(),
            scopes: wishes(&view.scopes, &view.resources, view.organization.as_deref()),
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
                least: None,
            }],
            buttons: vec![Button::submit("Continue")],
            ..FormPage::default()
        })
    }

    fn device_consent(&self, view: &DeviceConsentView) -> String {
        form_page(FormPage {
            title: "Allow this device?".into(),
            lead: format!("You are signed in as {}. {} on a device wants to:", view.email, view.client_name),
            points: wishes(&view.scopes, &view.resources, view.organization.as_deref()),
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

/// Yes or no.
fn decision() -> Vec<Button> {
    vec![
        Button { label: "Deny", says: Some(("decision", "deny")) },
        Button { label: "Allow", says: Some(("decision", "allow")) },
    ]
}

/// What is asked for, in words.
fn wishes(scopes: &[String], resources: &[String], organization: Option<&str>) -> Vec<String> {
    let act = organization.map(|org| format!("act for you in {org}, as far as is listed here"));
    let reach = resources.iter().map(|resource| format!("use {resource} for you"));
    let scopes = scopes.iter().filter(|scope| !scope.starts_with("org:")).map(|scope| in_words(scope));
    scopes.chain(act).chain(reach).collect()
}

fn hidden(interaction: &str, csrf: &str) -> Vec<(String, String)> {
    vec![("interaction".into(), interaction.into()), ("csrf".into(), csrf.into())]
}

fn in_words(scope: &str) -> String {
    if let Some(permission) = VOCABULARY.find(scope).and_then(|permission| VOCABULARY.info(permission)) {
        return permission.label.to_owned();
    }
    match scope {
        "openid" => "know who you are",
        "email" => "see your e-mail address",
        "profile" => "see your name",
        "offline_access" => "stay connected while you are away",
        other => other,
    }
    .to_owned()
}
