//! Enterprise login of an organization: its own provider, its domains, and a dry run.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use portcullis_core::{OrgContext, ProblemKind, Secret};
use portcullis_middleware::{
    Caller, Org, Rejection,
    port::{EnterpriseConnection, EnterpriseConnections, RoleMapping, StoreError},
    require_permission,
    token::Claims,
};
use portcullis_storage::{EnterpriseDomain, EnterpriseDraft, EnterpriseError};
use serde::Deserialize;

use super::{AccountState, state::actor};
use crate::{
    server::{api::Input, dns},
    ui::standalone::{Button, Choice, Field, Form as PageForm, ListPage, Notice, Row, Section, list_page},
};

/// The provider, as the form has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    issuer: String,
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    claim: String,
    /// `value = ROLE ROLE`, one a line or parted by `;`; `*` = at every login.
    #[serde(default)]
    roles: String,
    #[serde(default)]
    just_in_time: Option<String>,
    #[serde(default)]
    forced: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Domain {
    domain: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DryRun {
    claims: String,
}

/// The page.
#[require_permission("settings:edit")]
pub(super) async fn show(State(state): State<AccountState>, Org(org): Org) -> Result<Html<String>, Rejection> {
    page(&state, &org, None).await
}

/// Sets the provider.
#[require_permission("settings:edit")]
pub(super) async fn save(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
    Input(settings): Input<Settings>,
) -> Result<Response, Rejection> {
    let roles = mapping(&settings.claim, &settings.roles);
    let secret = (!settings.client_secret.is_empty()).then(|| Secret::new(settings.client_secret.clone()));
    let draft = EnterpriseDraft {
        issuer: settings.issuer.trim(),
        client_id: settings.client_id.trim(),
        client_secret: secret.as_ref(),
        roles: &roles,
        just_in_time: settings.just_in_time.is_some(),
        forced: settings.forced.is_some(),
    };
    let actor = actor(&access)?;
    let set = state.database.set_enterprise_connection(org.organization().id, &actor, &draft).await;
    answer(&state, &org, set.map(|()| "The provider was set.")).await
}

/// Takes it away.
#[require_permission("settings:edit")]
pub(super) async fn remove(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
) -> Result<Response, Rejection> {
    let actor = actor(&access)?;
    let removed = state.database.remove_enterprise_connection(org.organization().id, &actor).await;
    answer(&state, &org, removed.map(|()| "The provider was removed.")).await
}

/// What a login with these claims would bring; nobody signs in and nothing changes.
#[require_permission("settings:edit")]
pub(super) async fn preview(
    State(state): State<AccountState>,
    Org(org): Org,
    Input(DryRun { claims }): Input<DryRun>,
) -> Result<Html<String>, Rejection> {
    let connection = state.database.by_organization(org.organization().id).await?;
    let notice = match (connection, Claims::parse(claims.into_bytes())) {
        (None, _) => Notice::Failed("There is no provider yet.".into()),
        (_, None) => Notice::Failed("These are no claims: one JSON object, no claim twice.".into()),
        (Some(connection), Some(claims)) => {
            let preview = serde_json::to_string_pretty(&connection.preview(&claims)).map_err(StoreError::new)?;
            Notice::Secret { words: "Such a login would bring:".into(), text: preview }
        }
    };
    page(&state, &org, Some(notice)).await
}

/// Claims a domain.
#[require_permission("settings:edit")]
pub(super) async fn claim(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
    Input(Domain { domain }): Input<Domain>,
) -> Result<Response, Rejection> {
    let actor = actor(&access)?;
    let claimed = state.database.claim_enterprise_domain(org.organization().id, &actor, &domain).await;
    answer(&state, &org, claimed.map(|_| "The domain was noted. Show now that it is yours.")).await
}

/// Looks for the challenge in the domain's TXT records.
#[require_permission("settings:edit")]
pub(super) async fn confirm(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, domain)): Path<(String, String)>,
) -> Result<Response, Rejection> {
    let actor = actor(&access)?;
    let id = org.organization().id;
    let claimed = state.database.enterprise_domains(id).await?.into_iter().find(|one| one.domain == domain);
    let claimed = claimed.ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    let records = if state.demo && domain.ends_with(".example") {
        // Nobody can own such a domain (RFC 2606), so that the demo may take it for shown.
        vec![claimed.challenge]
    } else {
        dns::text_records(&domain).await?
    };
    let confirmed = state.database.confirm_enterprise_domain(id, &actor, &domain, &records).await;
    let words =
        |shown| if shown { "The domain is yours." } else { "The text does not stand there yet; it may take an hour." };
    answer(&state, &org, confirmed.map(words)).await
}

/// Gives a domain up.
#[require_permission("settings:edit")]
pub(super) async fn remove_domain(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, domain)): Path<(String, String)>,
) -> Result<Response, Rejection> {
    let actor = actor(&access)?;
    let removed = state.database.remove_enterprise_domain(org.organization().id, &actor, &domain).await;
    answer(&state, &org, removed.map(|()| "The domain was given up.")).await
}

async fn answer(
    state: &AccountState,
    org: &OrgContext,
    done: Result<&'static str, EnterpriseError>,
) -> Result<Response, Rejection> {
    let notice = match done {
        Ok(words) => Notice::Done(words.into()),
        Err(EnterpriseError::Store(error)) => return Err(error.into()),
        Err(EnterpriseError::NotFound) => return Ok(Redirect::to(&address(org, "")).into_response()),
        Err(error) => Notice::Failed(error.to_string()),
    };
    Ok(page(state, org, Some(notice)).await?.into_response())
}

/// `staff = ORG_USER; admins = ORG_ADMIN ORG_USER; * = ORG_USER`
fn mapping(claim: &str, text: &str) -> RoleMapping {
    let mut mapping = RoleMapping { claim: claim.trim().to_owned(), ..RoleMapping::default() };
    for (value, roles) in text.split([';', '\n']).filter_map(|line| line.split_once('=')) {
        let roles = roles.split_whitespace().map(str::to_owned);
        match value.trim() {
            "*" => mapping.always.extend(roles),
            value => mapping.by_value.entry(value.to_owned()).or_default().extend(roles),
        }
    }
    mapping
}

fn written(mapping: &RoleMapping) -> String {
    let line = |value: &str, roles: &[String]| format!("{value} = {}", roles.join(" "));
    let always = (!mapping.always.is_empty()).then(|| line("*", &mapping.always));
    let by_value = mapping.by_value.iter().map(|(value, roles)| line(value, roles));
    by_value.chain(always).collect::<Vec<_>>().join("; ")
}

fn address(org: &OrgContext, rest: &str) -> String {
    format!("/account/o/{}/sign-on{rest}", org.organization().slug)
}

async fn page(state: &AccountState, org: &OrgContext, notice: Option<Notice>) -> Result<Html<String>, Rejection> {
    let id = org.organization().id;
    let connection = state.database.by_organization(id).await?;
    let domains = state.database.enterprise_domains(id).await?;
    let sections =
        vec![provider(org, connection.as_ref()), domain_section(org, domains), dry_run(org, connection.is_some())];
    let page = ListPage {
        title: format!("Sign-in of {}", org.organization().name),
        lead: "People who state an address of your domains are sent to your own identity provider.".into(),
        notice,
        sections,
        links: vec![
            ("Your account".into(), "/account".into()),
            ("Back to the portal".into(), format!("/o/{}", org.organization().slug)),
        ],
    };
    Ok(Html(list_page(page)))
}

fn provider(org: &OrgContext, connection: Option<&EnterpriseConnection>) -> Section {
    let known = |of: fn(&EnterpriseConnection) -> String| connection.map(of).unwrap_or_default();
    let field = |label, name, kind, value: String, optional| Field {
        label,
        name,
        kind,
        autocomplete: "off",
        value,
        optional,
        ..Field::default()
    };
    let tick = |label: &str, name, ticked| Choice { label: label.to_owned(), name, value: "yes".to_owned(), ticked };
    let id = EnterpriseConnection::provider_id(org.organization().id);
    Section {
        part: "enterprise-provider",
        title: "Your identity provider",
        text: format!(
            "An OpenID provider, found by its issuer. Register there the redirect addresses that end in \
             /auth/callback/{id} and, for applications that ask here who people are, /oauth/upstream/{id}."
        ),
        rows: connection
            .map(|one| Row {
                title: one.issuer.clone(),
                detail: one.client_id.clone(),
                action: Some(("Remove", address(org, "/remove"))),
            })
            .into_iter()
            .collect(),
        form: Some(PageForm {
            action: address(org, ""),
            fields: vec![
                field("Issuer", "issuer", "url", known(|one| one.issuer.clone()), false),
                field("Client id", "client_id", "text", known(|one| one.client_id.clone()), false),
                field("Client secret (empty: as it is)", "client_secret", "password", String::new(), true),
                field("Claim that holds groups", "claim", "text", known(|one| one.roles.claim.clone()), true),
                field("Roles: group = ROLE ROLE; * = ROLE", "roles", "text", known(|one| written(&one.roles)), true),
            ],
            choices: vec![
                tick("A login makes people members", "just_in_time", connection.is_some_and(|one| one.just_in_time)),
                tick(
                    "People of your domains sign in no other way (owners may)",
                    "forced",
                    connection.is_some_and(|one| one.forced),
                ),
            ],
            buttons: vec![Button::submit("Save")],
            ..PageForm::default()
        }),
    }
}

fn domain_section(org: &OrgContext, domains: Vec<EnterpriseDomain>) -> Section {
    let row = |one: EnterpriseDomain| match one.verified_at {
        Some(_) => Row {
            detail: "shown to be yours".into(),
            action: Some(("Give up", address(org, &format!("/domains/{}/remove", one.domain)))),
            title: one.domain,
        },
        None => Row {
            detail: format!("Put this text into a TXT record of the domain: {}", one.challenge),
            action: Some(("Look for it", address(org, &format!("/domains/{}/confirm", one.domain)))),
            title: one.domain,
        },
    };
    Section {
        part: "enterprise-domains",
        title: "Your domains",
        text: "Only domains that you have shown to be yours lead anybody to your provider.".into(),
        rows: domains.into_iter().map(row).collect(),
        form: Some(PageForm {
            action: address(org, "/domains"),
            fields: vec![Field {
                label: "Domain",
                name: "domain",
                kind: "text",
                autocomplete: "off",
                ..Field::default()
            }],
            buttons: vec![Button::submit("Add")],
            ..PageForm::default()
        }),
    }
}

fn dry_run(org: &OrgContext, possible: bool) -> Section {
    let form = PageForm {
        action: address(org, "/preview"),
        fields: vec![Field {
            label: "Claims, as JSON",
            name: "claims",
            kind: "text",
            autocomplete: "off",
            value: r#"{"email": "ada@acme.example", "groups": ["staff"]}"#.into(),
            ..Field::default()
        }],
        buttons: vec![Button::submit("Try")],
        ..PageForm::default()
    };
    Section {
        part: "enterprise-dry-run",
        title: "Dry run",
        text: "What a login with these claims would bring. Nobody signs in, and nothing changes.".into(),
        rows: Vec::new(),
        form: possible.then_some(form),
    }
}
