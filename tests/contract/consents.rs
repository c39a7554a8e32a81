//! What people agreed to.

use portcullis_core::UserId;
use portcullis_middleware::port::Change;
use portcullis_provider::port::{Consent, Consents, Digest, Granted, RefreshTokens};

use crate::store::{self, NOW, Store, texts};

fn consent(user: UserId, client: &str, organization: Option<&str>, scopes: &[&str]) -> Consent {
    Consent {
        user,
        client_id: client.into(),
        organization: organization.map(Into::into),
        scopes: texts(scopes),
        resources: Vec::new(),
        since: NOW,
    }
}

pub(crate) async fn one_a_person_client_and_organization(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    let outside = consent(ada, "third", None, &["openid"]);
    let acme = consent(ada, "third", Some("acme"), &["openid", "email"]);
    for one in [&outside, &acme, &consent(bob, "third", None, &["openid"])] {
        store.database.put_consent(one).await.unwrap();
    }
    let wider = Consent { since: NOW + 1, ..consent(ada, "third", None, &["openid", "profile"]) };
    store.database.put_consent(&wider).await.unwrap();
    assert_eq!(store.database.consent(ada, "third", None).await.unwrap(), Some(wider.clone()));
    assert_eq!(store.database.consent(ada, "third", Some("acme")).await.unwrap(), Some(acme.clone()));
    assert_eq!(store.database.consent(ada, "Third", None).await.unwrap(), None);
    assert_eq!(store.database.consents_of(ada).await.unwrap(), [wider, acme]);
}

pub(crate) async fn revoking_ends_the_tokens_of_person_and_client(store: &Store) {
    let (ada, bob) = (store.user("ada@acme.example").await, store.user("bob@acme.example").await);
    for (user, client, family) in [(ada, "third", "a"), (ada, "other", "b"), (bob, "third", "c")] {
        store.database.put_consent(&consent(user, client, Some("acme"), &["openid"])).await.unwrap();
        let granted = Granted {
            client_id: client.into(),
            user,
            scopes: Vec::new(),
            organization: None,
            resources: Vec::new(),
            auth_time: NOW,
            amr: Vec::new(),
            sid: "one".into(),
            family: family.into(),
            jkt: None,
        };
        store.database.insert_refresh(&Digest::of(family), &granted, NOW + 60).await.unwrap();
    }
    let mut changes = store.changes.subscribe();
    assert!(store.database.revoke_consents(ada, "third", NOW + 60).await.unwrap());
    for mark in ["a", "a.1"] {
        assert_eq!(store::next(&mut changes).await, Some(Change::TokenRevoked(mark.into())));
    }
    assert_eq!(store.database.consents_of(ada).await.unwrap().len(), 1);
    for (family, lives) in [("a", false), ("b", true), ("c", true)] {
        assert_eq!(store.database.peek_refresh(&Digest::of(family), NOW).await.unwrap().is_some(), lives, "{family}");
        assert_eq!(!store.database.access_token_revoked(family).await.unwrap(), lives, "{family}");
    }
    assert!(!store.database.revoke_consents(ada, "third", NOW + 60).await.unwrap());
    store::assert_silent(&store.changes, &mut changes).await;
}
