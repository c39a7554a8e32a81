//! By what people sign in: several ways, each theirs alone, and never none.

use std::sync::Arc;

use portcullis_core::{Subject, UserId};
use portcullis_middleware::port::{ExternalLogin, People};
use portcullis_storage::{Credential, CredentialError};
use tokio::sync::Barrier;

use crate::store::Store;

fn at(issuer: &str, id: &str) -> Subject {
    Subject { issuer: issuer.into(), id: id.into() }
}

/// Somebody who came by a provider's word.
async fn stranger(store: &Store, subject: &Subject) -> UserId {
    let login = ExternalLogin {
        subject: subject.clone(),
        email: "ada@acme.example".into(),
        email_verified: true,
        name: "Ada".into(),
        membership: None,
    };
    store.database.reconcile(&login).await.unwrap().id
}

pub(crate) async fn several_belong_to_one_person(store: &Store) {
    let ada = store.user("ada@acme.example").await;
    let (one, two) = (at("https://one.example", "ada"), at("https://two.example", "ada"));
    for subject in [&two, &one, &one] {
        store.database.link_identity(ada, subject).await.unwrap();
    }
    let all = store.database.credentials_of(ada).await.unwrap();
    assert_eq!(all, [Credential::Password, Credential::Linked(one.clone()), Credential::Linked(two.clone())]);
    assert_eq!(store.database.by_subject(&two).await.unwrap().unwrap().id, ada, "they come in by it");
    assert_eq!(store.count("SELECT COUNT(*) FROM audit_log WHERE action = 'credential.linked'").await, 2);

    store.database.unlink_identity(ada, &one).await.unwrap();
    assert_eq!(store.database.credentials_of(ada).await.unwrap(), [Credential::Password, Credential::Linked(two)]);
    assert_eq!(store.database.by_subject(&one).await.unwrap(), None);
    assert_eq!(store.count("SELECT COUNT(*) FROM audit_log WHERE action = 'credential.unlinked'").await, 1);
}

pub(crate) async fn an_account_elsewhere_is_one_persons(store: &Store) {
    let subject = at("https://one.example", "ada");
    let stranger = stranger(store, &subject).await;
    let ada = store.user("ada@acme.example").await;
    assert!(matches!(store.database.link_identity(ada, &subject).await, Err(CredentialError::Taken)));
    assert!(matches!(store.database.unlink_identity(ada, &subject).await, Err(CredentialError::NotFound)));
    assert_eq!(store.database.by_subject(&subject).await.unwrap().unwrap().id, stranger);
    let nobody = UserId::from_uuid(uuid::Uuid::nil());
    let free = at("https://one.example", "nobody");
    assert!(matches!(store.database.link_identity(nobody, &free).await, Err(CredentialError::NotFound)));
    assert!(store.database.credentials_of(nobody).await.unwrap().is_empty());
}

pub(crate) async fn the_last_one_stays(store: &Store) {
    let (one, two) = (at("https://one.example", "ada"), at("https://two.example", "ada"));
    let ada = stranger(store, &one).await;
    assert!(matches!(store.database.unlink_identity(ada, &one).await, Err(CredentialError::LastCredential)));
    assert_eq!(store.database.credentials_of(ada).await.unwrap(), [Credential::Linked(one.clone())]);
    store.database.link_identity(ada, &two).await.unwrap();
    store.database.unlink_identity(ada, &one).await.unwrap();
    assert!(matches!(store.database.unlink_identity(ada, &two).await, Err(CredentialError::LastCredential)));
}

pub(crate) async fn of_two_unlinked_at_once_one_stays(store: &Store) {
    for round in 0..8 {
        let id = format!("ada {round}");
        let (one, two) = (at("https://one.example", &id), at("https://two.example", &id));
        let ada = stranger(store, &one).await;
        store.database.link_identity(ada, &two).await.unwrap();
        let start = Arc::new(Barrier::new(2));
        let unlink = |subject: Subject| {
            let (database, start) = (store.database.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                database.unlink_identity(ada, &subject).await
            })
        };
        let (first, second) = (unlink(one), unlink(two));
        let outcomes = [first.await.unwrap(), second.await.unwrap()];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert_eq!(store.database.credentials_of(ada).await.unwrap().len(), 1);
    }
}
