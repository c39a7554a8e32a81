//! Who may see the invoices, and who may not.

use axum::{body::Body, http::Request};

use super::*;

async fn status(store: &Arc<Database>, email: Option<&str>) -> Result<u16, Box<dyn Error>> {
    let (app, sessions) = app(store.clone()).await?;
    let mut request = Request::get("/o/acme/invoices");
    if let Some(email) = email {
        let user = store.seeder().create_user(email, email, None).await?;
        let session = sessions.sign_in(None, &sign_in::signed_in(user, email), "a test").await?;
        request = request.header("cookie", format!("portcullis={session}"));
    }
    Ok(tower::ServiceExt::oneshot(app, request.body(Body::empty())?).await?.status().as_u16())
}

#[tokio::test]
async fn finance_sees_the_invoices_and_nobody_else() -> Result<(), Box<dyn Error>> {
    let store = open("sqlite::memory:", SealingKey::generate()?).await?;
    assert_eq!(status(&store, Some("ada@acme.example")).await?, 200);
    assert_eq!(status(&store, Some("bob@acme.example")).await?, 403);
    assert_eq!(status(&store, Some("eve@example.org")).await?, 404);
    assert_eq!(status(&store, None).await?, 401);
    Ok(())
}
