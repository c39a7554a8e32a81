//! `/setup`: the first administrator claims an empty portal, by the token that its start printed.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use portcullis_core::{Secret, UserId};
use portcullis_middleware::{
    Rejection,
    port::{Directory, OrgRef, StoreError},
    public,
};
use portcullis_provider::PasswordHasher;
use portcullis_storage::{ClaimError, FirstAdministrator, RoleDraft};
use serde::Deserialize;

use super::AccountState;
use crate::{
    server::{
        api::Input,
        seed::{DEFAULT_ROLES, DefaultRole, default_pages},
    },
    ui::standalone::{Button, Field, FormPage, form_page},
};

/// Who is to administer what.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    token: String,
    email: String,
    name: String,
    password: String,
    slug: String,
    organization: String,
}

/// The form.
#[public("the token proves whoever started the portal")]
pub(super) async fn show() -> Html<String> {
    Html(page(&Claim::default(), None))
}

/// Makes the person, the organization and their membership; of two at once, one.
#[public("the token proves whoever started the portal")]
pub(super) async fn claim(
    State(state): State<AccountState>,
    Input(claim): Input<Claim>,
) -> Result<Response, Rejection> {
    let again = |words: String| Ok(Html(page(&claim, Some(words))).into_response());
    // Nobody hashes passwords for strangers where there is nothing to claim.
    if !state.database.seeder().is_empty().await? {
        return again(ClaimError::NotGood.to_string());
    }
    if claim.password.chars().count() < 8 || claim.password.len() > PasswordHasher::MAX_BYTES {
        return again("The password needs eight characters at least, and is no novel.".into());
    }
    let Ok(slug) = claim.slug.parse() else {
        return again("The name in addresses is of a-z, 0-9 and -.".into());
    };
    let hash = state.passwords.hash(&Secret::new(claim.password.clone())).await.map_err(StoreError::new)?;
    let keys = |role: &'static DefaultRole| role.keys().into_iter().map(str::to_owned).collect::<Vec<String>>();
    let keys: Vec<_> = DEFAULT_ROLES.iter().map(|role| (role, keys(role))).collect();
    let roles: Vec<RoleDraft<'_>> = keys
        .iter()
        .filter(|(role, _)| role.name != portcullis_storage::ORG_OWNER)
        .map(|(role, keys)| RoleDraft {
            name: role.name,
            label: role.label,
            description: role.description,
            permissions: keys,
        })
        .collect();
    let first = FirstAdministrator {
        email: &claim.email,
        name: &claim.name,
        password_hash: &Secret::new(hash),
        slug,
        organization: &claim.organization,
        roles: &roles,
    };
    let reference = OrgRef::Slug(first.slug.clone());
    match state.database.claim_first_administrator(&Secret::new(claim.token.clone()), &first).await {
        Ok(user) => {
            furnish(&state, user, &reference).await?;
            Ok(Redirect::to("/auth/login?provider=local").into_response())
        }
        Err(ClaimError::Store(error)) => Err(error.into()),
        Err(error) => again(error.to_string()),
    }
}

/// The pages that every organization begins with.
async fn furnish(state: &AccountState, user: UserId, reference: &OrgRef) -> Result<(), Rejection> {
    let Some(organization) = state.database.organization(reference).await? else { return Ok(()) };
    for page in default_pages() {
        state.database.save_page(organization.id, user, &page, None).await.map_err(StoreError::new)?;
    }
    Ok(())
}

fn page(claim: &Claim, error: Option<String>) -> String {
    let field = |label, name, kind, autocomplete, value: &str| Field {
        label,
        name,
        kind,
        autocomplete,
        value: value.to_owned(),
        ..Field::default()
    };
    form_page(FormPage {
        title: "Claim this portal".into(),
        lead: "Nobody administers it yet. The portal printed a token when it started.".into(),
        error,
        action: Some("/setup".into()),
        fields: vec![
            field("Token", "token", "text", "off", &claim.token),
            field("Your e-mail address", "email", "email", "username", &claim.email),
            field("Your name", "name", "text", "name", &claim.name),
            Field { least: Some(8), ..field("Password", "password", "password", "new-password", "") },
            field("Organization", "organization", "text", "organization", &claim.organization),
            field("Its name in addresses", "slug", "text", "off", &claim.slug),
        ],
        buttons: vec![Button::submit("Claim it")],
        ..FormPage::default()
    })
}
