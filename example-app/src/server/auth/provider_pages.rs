//! The authorization server's pages, drawn like the rest of the portal.

use portcullis_provider::{ConsentView, ErrorView, LoginView, Pages, SignedOutView};

use super::PORTAL_NAME;
use crate::ui::standalone;

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
        let act = view.organization.iter().map(|org| format!("act for you in {org}, with all your rights there"));
        standalone::consent_page(standalone::ConsentView {
            action: view.action.clone(),
            hidden: hidden(&view.interaction, &view.csrf),
            client_name: view.client_name.clone(),
            user: view.email.clone(),
            scopes: view.scopes.iter().map(|scope| in_words(scope)).chain(act).collect(),
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
}

fn hidden(interaction: &str, csrf: &str) -> Vec<(String, String)> {
    vec![("interaction".into(), interaction.into()), ("csrf".into(), csrf.into())]
}

fn in_words(scope: &str) -> String {
    match scope {
        "openid" => "know who you are",
        "email" => "see your e-mail address",
        "profile" => "see your name",
        "offline_access" => "stay connected while you are away",
        other => other,
    }
    .to_owned()
}
