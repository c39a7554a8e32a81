//! The session as `GET /auth/session` and pages show it.

use portcullis_core::{AccessContext, AccessSnapshot, access::OrganizationSummary};

use crate::{Organizations, port::StoreError};

/// Projects the access of a request, with every organization of the person; `None` is nobody.
///
/// # Errors
/// When the directory cannot answer.
pub async fn snapshot(
    access: Option<&AccessContext>,
    organizations: &Organizations,
) -> Result<AccessSnapshot, StoreError> {
    let Some(access) = access else { return Ok(AccessSnapshot::default()) };
    let principal = access.principal();
    let mut listed: Vec<OrganizationSummary> = match principal.user() {
        Some(user) => organizations.directory().organizations_of(user.id).await?,
        None => Vec::new(),
    };
    if let Some(claimed) = &principal.claimed {
        listed.retain(|one| claimed.reaches(&one.slug, one.id));
    }
    // An organization that only the credential names is listed while it is the one entered.
    if let Some(here) = access.organization() {
        let id = here.organization().id;
        if let Some(known) = listed.iter_mut().find(|one| one.id == id) {
            known.roles = here.grants().roles().iter().cloned().collect();
        } else {
            listed.push(OrganizationSummary {
                id,
                slug: here.organization().slug.clone(),
                name: here.organization().name.as_ref().into(),
                roles: here.grants().roles().iter().cloned().collect(),
            });
        }
    }
    Ok(access.project(listed))
}
