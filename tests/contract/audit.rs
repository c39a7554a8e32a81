//! The audit trail.

use portcullis_storage::AuditNote;
use serde_json::json;

use crate::store::Store;

pub(crate) async fn pages_run_backwards(store: &Store) {
    let acme = store.organization("acme").await;
    let ada = store.user("ada@acme.example").await;
    for number in 0..5 {
        let target = number.to_string();
        let note =
            AuditNote { organization: Some(acme), ..AuditNote::by(ada, "test", &target, json!({ "n": number })) };
        store.database.record_audit(&note).await.unwrap();
    }
    let first = store.database.audit_of(acme, None, 3).await.unwrap();
    assert_eq!(first.iter().map(|entry| entry.target.as_str()).collect::<Vec<_>>(), ["4", "3", "2"]);
    assert_eq!((first[0].actor, &first[0].detail), (Some(ada), &json!({ "n": 4 })));
    let second = store.database.audit_of(acme, Some(first[2].id), 3).await.unwrap();
    assert_eq!(second.iter().map(|entry| entry.target.as_str()).collect::<Vec<_>>(), ["1", "0"]);
}

pub(crate) async fn organizations_see_their_own_trail(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    let ada = store.user("ada@acme.example").await;
    let note = AuditNote::by(ada, "test", "", json!({}));
    store.database.record_audit(&AuditNote { organization: Some(globex), ..note.clone() }).await.unwrap();
    store.database.record_audit(&note).await.unwrap();
    assert_eq!(store.database.audit_of(acme, None, 10).await.unwrap(), []);
    assert_eq!(store.database.audit_of(globex, None, 10).await.unwrap().len(), 1);
}
