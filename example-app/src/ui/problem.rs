//! A problem as a page: what happened, what is missing, what can be done.

use leptos::prelude::*;
use leptos_meta::Title;
use portcullis_frontend::{Reason, SignIn, use_access};

use super::icon::Icon;
use crate::model::Problem;

/// The page that stands where another one could not be shown.
#[component]
pub(super) fn ProblemPage(problem: Problem) -> impl IntoView {
    let access = use_access();
    let reason = Reason::of_problem(&problem, access.vocabulary());
    let Words { title, text, icon } = words(&problem, &reason);
    let home = access.organization().get_untracked().map_or_else(|| "/".to_owned(), |org| format!("/o/{}", org.slug));
    let forbidden = problem.status == 403;
    let retry = problem.status >= 500;
    let roles: Vec<String> =
        access.session().with_untracked(|session| session.roles.iter().flatten().map(ToString::to_string).collect());
    view! {
        <Title text=title/>
        <section class="problem" data-part="problem" data-status=problem.status.to_string() data-code=problem.code.clone()>
            <span class="problem-icon"><Icon name=icon/></span>
            <p class="problem-status">{problem.status.to_string()}</p>
            <h1>{title}</h1>
            <p class="problem-text">{text}</p>
            {forbidden.then(|| view! {
                <dl class="problem-facts">
                    {missing(&problem).map(|keys| view! { <dt>"Missing"</dt><dd>{keys}</dd> })}
                    {(!reason.grantable_by.is_empty()).then(|| view! {
                        <dt>"Can be granted by"</dt>
                        <dd>{chips(&reason.grantable_by)}</dd>
                    })}
                    {(!roles.is_empty()).then(|| view! { <dt>"Your roles here"</dt><dd>{chips(&roles)}</dd> })}
                </dl>
            })}
            <div class="problem-actions">
                {reason.sign_in_helps.then(|| view! { <SignIn/> })}
                {retry.then(|| view! { <a class="pc-button pc-primary" href="" rel="external">"Try again"</a> })}
                <a class="pc-button" href=home rel="external">"Back to the overview"</a>
            </div>
            {(!problem.instance.is_empty()).then(|| view! {
                <p class="problem-id">"Request " <code>{problem.instance.clone()}</code></p>
            })}
        </section>
    }
    .into_any()
}

/// What a problem is called for people.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) text: String,
    pub(super) icon: &'static str,
}

/// The words for a problem.
pub(super) fn words(problem: &Problem, reason: &Reason) -> Words {
    match problem.status {
        401 => Words {
            title: "Please sign in",
            text: "Your session has ended, or you have not signed in yet.".into(),
            icon: "lock",
        },
        403 => Words { title: "You do not have access to this", text: reason.sentence(), icon: "lock" },
        404 => Words {
            title: "Page not found",
            text: "There is nothing here, or it is not yours to see.".into(),
            icon: "search",
        },
        500.. => Words {
            title: "This cannot be shown right now",
            text: "A part of the portal does not answer. Nothing was changed; please try again in a moment.".into(),
            icon: "alert",
        },
        _ => Words { title: "That did not work", text: reason.needed.clone(), icon: "alert" },
    }
}

/// The missing permissions or roles as chips.
pub(super) fn missing(problem: &Problem) -> Option<AnyView> {
    let names = problem.missing.as_ref().or(problem.any_of.as_ref()).filter(|names| !names.is_empty())?;
    Some(chips(names))
}

/// Names as chips.
pub(super) fn chips(names: &[String]) -> AnyView {
    names.iter().map(|name| view! { <code class="chip">{name.clone()}</code> }).collect_view().into_any()
}
