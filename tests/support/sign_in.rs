//! Signs a visitor in as a person does: page by page, by what the forms say.

use http::Method;
use url::{Origin, Url};

use crate::form::Form;
use crate::visitor::{Answer, Visitor};

/// Signs in at a provider, by its page with a name and a password, and gives the page it ends on.
///
/// # Panics
/// When it does not work; the message holds the last page.
pub async fn by_password(visitor: &Visitor, provider: &str, name: &str, password: &str) -> Answer {
    let answer = attempt(visitor, provider, name, password).await;
    let refused = !answer.status.is_success() || Form::all(&answer.body).iter().any(|form| form.password.is_some());
    let at_home = answer.url.origin() == visitor.base().origin();
    assert!(at_home && !refused, "signing in as {name} ended at {}", shown(&answer));
    answer
}

/// Tries to sign in, and gives the page it ends on, whatever it says.
///
/// Walks from `/auth/login` along redirects, fills the form that has a password once, confirms what a foreign
/// provider asks, and ends on the first page that is no redirect and asks for nothing more.
///
/// # Panics
/// When that never comes; the message holds the last page.
pub async fn attempt(visitor: &Visitor, provider: &str, name: &str, password: &str) -> Answer {
    let visitor = visitor.wanting_pages();
    let home = visitor.base().origin();
    let mut answer = visitor.get(&format!("/auth/login?provider={provider}&return_to=/")).await;
    let mut password_given = false;
    for _ in 0..MOST_PAGES {
        if let Some(next) = answer.location() {
            answer = visitor.get(next.as_str()).await;
            continue;
        }
        let Some(form) = form_to_send(&answer, &home, password_given) else {
            return answer;
        };
        let target = target(&answer.url, &form);
        let fields = match &form.password {
            Some(field) => {
                password_given = true;
                let values = [(name_field(&form), name), (field.as_str(), password)];
                form.filled(&values)
            }
            None => form.fields.clone(),
        };
        answer = visitor.send(visitor.request(Method::POST, target.as_str()).form(&fields)).await;
    }
    panic!("signing in as {name} does not end; it is at {}", shown(&answer));
}

/// Fills the embedded provider's sign-in form once, and gives the answer to that, whatever it is.
///
/// # Panics
/// When there is no such form.
pub async fn attempt_once(visitor: &Visitor, name: &str, password: &str) -> Answer {
    let visitor = visitor.wanting_pages();
    let mut page = visitor.get("/auth/login?provider=local").await;
    while let Some(next) = page.location() {
        page = visitor.get(next.as_str()).await;
    }
    let form = Form::all(&page.body).into_iter().find(|form| form.password.is_some());
    let form = form.unwrap_or_else(|| panic!("no sign-in form at {}", shown(&page)));
    let target = target(&page.url, &form);
    let fields = form.filled(&[("email", name), ("password", password)]);
    visitor.send(visitor.request(Method::POST, target.as_str()).form(&fields)).await
}

/// The form a person would send from this page to get signed in, if there is one.
fn form_to_send(answer: &Answer, home: &Origin, password_given: bool) -> Option<Form> {
    let mut forms = Form::all(&answer.body).into_iter().filter(|form| form.is_post);
    match (password_given, answer.url.origin() == *home) {
        (false, _) => forms.find(|form| form.password.is_some()),
        (true, true) => None,
        // A foreign provider's question whether we may know.
        (true, false) => forms.find(|form| form.password.is_none()),
    }
}

/// The field for the name: ours is `email`; other providers have their own word.
#[must_use]
pub fn name_field(form: &Form) -> &'static str {
    let known = ["email", "login", "username"];
    known.into_iter().find(|known| form.fields.iter().any(|(name, _)| name == known)).unwrap_or("email")
}

fn target(page: &Url, form: &Form) -> Url {
    if form.action.is_empty() {
        return page.clone();
    }
    page.join(&form.action).unwrap_or_else(|error| panic!("the form's action `{}` is no address: {error}", form.action))
}

fn shown(answer: &Answer) -> String {
    format!("{} with {}:\n{}", answer.url, answer.status, answer.body)
}

const MOST_PAGES: usize = 30;
