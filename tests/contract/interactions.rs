//! Authorization requests that wait for a person.

use portcullis_core::UserId;
use portcullis_provider::port::{Digest, FirstFactor, Goal, Interaction, Interactions};
use uuid::Uuid;

use crate::store::{NOW, Store};

pub(crate) fn request() -> Interaction {
    Interaction {
        client_id: "portal".into(),
        redirect_uri: "https://portal.example/callback".into(),
        state: Some("state".into()),
        scopes: vec!["openid".into(), "org:acme".into()],
        organization: Some("acme".into()),
        nonce: None,
        code_challenge: "challenge".into(),
        resources: Vec::new(),
        dpop_jkt: None,
        acr_values: Vec::new(),
        login_hint: None,
        max_age: Some(300),
        prompt: vec!["login".into()],
        consented: false,
        first_factor: Some(FirstFactor {
            user: UserId::from_uuid(Uuid::nil()),
            auth_time: NOW,
            password: "digest".into(),
            amr: vec!["pwd".into()],
            upstream: None,
        }),
        goal: Goal::Device { user_code: Some("WDJB-MJHT".into()) },
    }
}

pub(crate) async fn wait_until_removed(store: &Store) {
    let id = Digest::of("interaction");
    store.database.insert_interaction(&id, &request(), NOW + 60).await.unwrap();
    assert_eq!(store.database.interaction(&id, NOW).await.unwrap(), Some(request()));
    assert_eq!(store.database.interaction(&Digest::of("another"), NOW).await.unwrap(), None);
    store.database.remove_interaction(&id).await.unwrap();
    assert_eq!(store.database.interaction(&id, NOW).await.unwrap(), None);
}

pub(crate) async fn wait_until_they_expire(store: &Store) {
    let id = Digest::of("interaction");
    store.database.insert_interaction(&id, &request(), NOW + 60).await.unwrap();
    assert!(store.database.interaction(&id, NOW + 59).await.unwrap().is_some());
    assert!(store.database.interaction(&id, NOW + 60).await.unwrap().is_none());
}
