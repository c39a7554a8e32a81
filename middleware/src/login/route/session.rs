//! `GET /auth/session`: who is signed in, where, with which rights.

use axum::{Json, extract::State};
use portcullis_core::AccessSnapshot;

use super::WhoAmI;
use crate::{
    Caller, Rejection,
    login::{Login, snapshot},
    require::Open,
};

pub(super) async fn session(
    _: Open<WhoAmI>,
    State(login): State<Login>,
    caller: Option<Caller>,
) -> Result<Json<AccessSnapshot>, Rejection> {
    let access = caller.as_ref().map(|Caller(access)| &**access);
    Ok(Json(snapshot(access, &login.inner().organizations).await?))
}
