//! The authorization server's pages, drawn like the rest of the portal.

use portcullis_provider::{ConsentView, ErrorView, LoginView, Pages, SignedOutView};

use crate::ui::standalone;

/// The pages; in the demo the sign-in page names the personas.
pub(crate) struct PortalProviderPages {
    pub(crate) demo: bool,
}

impl Pages for PortalProviderPages {
    fn login(&self, view: &LoginView) -> String {
        standalone::login_page(&standalone::Login {
            action: &view.action,
            hidden: &[("interaction", &view.interaction), ("csrf", &view.csrf)],
            email: &view.email,
            error: view.error.map(|error| error.to_string()),
            client_name: &view.client_name,
            demo: self.demo,
        })
    }

    fn consent(&self, view: &ConsentView) -> String {
        standalone::consent_page(&standalone::Consent {
            action: &view.action,
            hidden: &[("interaction", &view.interaction), ("csrf", &view.csrf)],
            client_name: &view.client_name,
            email: &view.email,
            scopes: &view.scopes,
            organization: view.organization.as_deref(),
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
