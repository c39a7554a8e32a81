//! What stands where no page is.

use leptos::prelude::*;
use portcullis_core::{ProblemDetails, ProblemKind};
use portcullis_frontend::set_status;

use crate::ui::problem::ProblemPage;

/// Says that there is nothing here.
#[component]
pub(in crate::ui) fn NotFoundPage() -> impl IntoView {
    set_status(404);
    view! { <main class="content content-alone"><ProblemPage problem=ProblemDetails::new(ProblemKind::NotFound)/></main> }
}
