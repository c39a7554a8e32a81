//! `save_page`: demands `pages:edit` in the organization that the request names in its header.

use leptos::{prelude::*, server_fn::codec::Json};
use portcullis_frontend::{InOrganization, require_permission};

use crate::model::PageDraft;

/// Writes a page, and gives it back as it stands now.
///
/// # Errors
/// When the caller may not edit pages, when the page cannot be accepted, when somebody else changed
/// it meanwhile, and when the store cannot answer: in words for the person who edits.
#[require_permission("pages:edit")]
#[server(endpoint = "save_page", input = Json, client = InOrganization)]
pub async fn save_page(draft: PageDraft) -> Result<PageDraft, ServerFnError> {
    use std::sync::Arc;

    use portcullis_core::access::Access;
    use portcullis_frontend::{Reason, set_status};

    use crate::{model::PortalData, permissions::VOCABULARY};

    let missing = || ServerFnError::new("the portal's data cannot be reached");
    let data = use_context::<Arc<dyn PortalData>>().ok_or_else(missing)?;
    let parts = use_context::<http::request::Parts>().ok_or_else(missing)?;
    let access = parts.extensions.get::<Access>().ok_or_else(missing)?;
    let org = access.organization().ok_or_else(missing)?.organization();
    data.save_page(org.slug.as_str(), draft).await.map_err(|problem| {
        set_status(problem.status);
        ServerFnError::new(Reason::of_problem(&problem, VOCABULARY).sentence())
    })
}
