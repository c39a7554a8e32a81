//! The person in between: follows redirects, fills the forms that come, and stops where the client's address begins.

use http::Method;
use portcullis_tests::visitor::PASSWORD;
use portcullis_tests::{Answer, Visitor, form::Form, sign_in::name_field};
use url::Url;

/// Where a client of these tests waits for its codes. Nothing listens there: what would be sent is read.
pub(crate) const BACK: &str = "http://127.0.0.1:9/back";

/// What a form asks for where somebody has to agree.
const DECISION: &str = "decision";

/// No walk has more pages.
const MOST_PAGES: usize = 20;

/// Walks from an authorization request to the address that the client's code comes back to.
///
/// Signs in as `email` where somebody is asked to, and agrees to whatever is asked.
pub(crate) async fn walk(visitor: &Visitor, url: &str, email: &str) -> Url {
    walk_to(visitor, url, email, BACK).await
}

/// The same to an address that begins so.
pub(crate) async fn walk_to(visitor: &Visitor, url: &str, name: &str, target: &str) -> Url {
    let arrived = |answer: &Answer| answer.location().is_some_and(|to| to.as_str().starts_with(target));
    until(visitor, url, name, arrived).await.location().unwrap()
}

/// Walks until a page asks for nothing any more.
pub(crate) async fn agree(visitor: &Visitor, url: &str, email: &str) -> Answer {
    until(visitor, url, email, |answer| answer.location().is_none() && form(answer).is_none()).await
}

async fn until(visitor: &Visitor, url: &str, name: &str, is_end: impl Fn(&Answer) -> bool) -> Answer {
    let visitor = visitor.wanting_pages();
    let mut answer = visitor.get(url).await;
    for _ in 0..MOST_PAGES {
        if is_end(&answer) {
            return answer;
        }
        answer = match answer.location() {
            Some(target) => visitor.get(target.as_str()).await,
            None => send(&visitor, &answer, name).await,
        };
    }
    panic!("the walk does not end; it is at {}", answer.url)
}

fn form(page: &Answer) -> Option<Form> {
    Form::all(&page.body).into_iter().find(|form| form.is_post)
}

/// Fills the page's form as a person who agrees does.
async fn send(visitor: &Visitor, page: &Answer, name: &str) -> Answer {
    let form =
        form(page).unwrap_or_else(|| panic!("a page without a form: {} {}\n{}", page.status, page.url, page.body));
    let fields = match &form.password {
        Some(password) => form.filled(&[(name_field(&form), name), (password, PASSWORD)]),
        None if form.fields.iter().any(|(field, _)| field == DECISION) => form.filled(&[(DECISION, "allow")]),
        None => form.fields.clone(),
    };
    let target = page.url.join(&form.action).unwrap();
    visitor.send(visitor.request(Method::POST, target.as_str()).form(&fields)).await
}
