//! API keys: made within one's rights, found by digest, gone with the membership.

use std::sync::Arc;

use portcullis_core::{
    AccessContext, OrgId, Principal, Subject,
    access::Access,
    permission::Catalogue,
    principal::{Key, Party, User},
    role::ClaimedGrants,
};
use portcullis_middleware::{
    Organizations,
    api_key::{KeyDigest, KeyText},
    grants::{DatabaseGrants, GrantSources},
    port::{ApiKeys, Change, OrgRef},
};
use portcullis_storage::{Actor, ApiKeyDraft, ApiKeyError, NewApiKey};
use serde_json::json;

use crate::store::{self, LOCAL_ISSUER, NOW, Shop, Store};

/// The access of a member, worked out as the gate does.
async fn access(store: &Store, organization: OrgId, party: Party) -> Access {
    let directory = Arc::new(store.database.clone());
    let sources = GrantSources::new().with_source("local", Arc::new(DatabaseGrants::new(Arc::clone(&directory) as _)));
    let organizations = Organizations::new(directory, sources, Shop::VOCABULARY);
    let id = match &party {
        Party::User(user) => user.id.to_string(),
        Party::Key(key) => key.owner.id.to_string(),
        _ => "a service".to_owned(),
    };
    let subject = Subject { issuer: LOCAL_ISSUER.into(), id: id.into() };
    let principal = Arc::new(Principal { subject, provider: "local".into(), party, claimed: None });
    let entered = organizations.enter(&principal, &OrgRef::Id(organization)).await.unwrap();
    entered.access().clone()
}

fn person(actor: &Actor) -> User {
    User { id: actor.user, email: "ada@acme.example".into(), name: "Ada".into() }
}

async fn access_of(store: &Store, organization: OrgId, actor: &Actor) -> Access {
    access(store, organization, Party::User(person(actor))).await
}

fn draft<'a>(name: &'a str, permissions: &'a [String]) -> ApiKeyDraft<'a> {
    ApiKeyDraft { name, permissions, expires_at: None }
}

/// The digest of a key's text, as the gate works it out.
fn digest(made: &NewApiKey) -> KeyDigest {
    KeyDigest::of(made.secret.expose())
}

pub(crate) async fn a_key_is_found_by_its_digest(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let maker = access_of(store, acme, &admin).await;
    let keys = store::texts(&["invoices:view", "invoices:pay", "invoices:view"]);
    let made = store.database.create_api_key(&maker, &draft("  A report ", &keys)).await.unwrap();
    assert_eq!((made.key.name.as_str(), made.key.created_at, made.key.last_used), ("A report", NOW, None));
    assert_eq!(made.key.permissions, ["invoices:pay", "invoices:view"]);

    let record = store.database.api_key(&digest(&made)).await.unwrap().unwrap();
    assert_eq!((record.id, record.organization, record.owner.id), (made.key.id, acme, admin.user));
    assert_eq!((record.provider.as_ref(), record.subject.issuer.as_ref()), ("local", LOCAL_ISSUER));
    assert_eq!(record.permissions, store::permissions(&["invoices:view", "invoices:pay"]));
    let unknown = KeyText::new(made.key.id, &[7; 32]).digest();
    assert_eq!(store.database.api_key(&unknown).await.unwrap(), None, "the id alone opens nothing");
}

pub(crate) async fn the_table_opens_nothing(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let maker = access_of(store, acme, &admin).await;
    let made = store.database.create_api_key(&maker, &draft("A report", &[])).await.unwrap();
    let (held,): (String,) =
        sqlx::query_as("SELECT digest FROM api_keys").fetch_one(store.database.pool()).await.unwrap();
    assert!(!made.secret.expose().contains(&held) && held == digest(&made).as_str());
    let trail = store.database.audit_of(acme, None, 1).await.unwrap();
    let (_, secret) = made.secret.expose().rsplit_once('_').unwrap();
    assert!(!trail[0].detail.to_string().contains(secret));
}

pub(crate) async fn nobody_hands_on_what_they_lack(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let maker = access_of(store, acme, &admin).await;
    let keys = store::texts(&["invoices:view", "roles:manage"]);
    let refused = store.database.create_api_key(&maker, &draft("A report", &keys)).await;
    assert!(matches!(refused, Err(ApiKeyError::Lacking { permission }) if permission == "roles:manage"));
    let refused = store.database.create_api_key(&maker, &draft("A report", &store::texts(&["invoices:pya"]))).await;
    let message = refused.unwrap_err().to_string();
    assert_eq!(message, "there is no permission `invoices:pya`; did you mean `invoices:pay`?");
    for name in ["", "   ", &"x".repeat(101)] {
        let refused = store.database.create_api_key(&maker, &draft(name, &[])).await;
        assert!(matches!(refused, Err(ApiKeyError::Name)), "{name}");
    }
    let over = ApiKeyDraft { name: "A report", permissions: &[], expires_at: Some(NOW) };
    assert!(matches!(store.database.create_api_key(&maker, &over).await, Err(ApiKeyError::Over)));
    assert_eq!(store.count("SELECT COUNT(*) FROM api_keys").await, 0);
}

pub(crate) async fn a_key_makes_no_key(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let maker = access_of(store, acme, &admin).await;
    let keys = store::texts(&["invoices:view", "members:manage"]);
    let made = store.database.create_api_key(&maker, &draft("A report", &keys)).await.unwrap();
    let record = store.database.api_key(&digest(&made)).await.unwrap().unwrap();
    let party = Party::Key(Box::new(Key { id: record.id, owner: record.owner, permissions: record.permissions }));
    let by_key = access(store, acme, party).await;
    let refused = store.database.create_api_key(&by_key, &draft("Another", &keys)).await;
    assert!(matches!(refused, Err(ApiKeyError::NotAMember)));
    // Whatever else it may do is done in its owner's name, within what it was given.
    let actor = Actor::of(&by_key).unwrap();
    assert_eq!((actor.user, actor.permissions), (admin.user, store::permissions(&["invoices:view", "members:manage"])));
}

pub(crate) async fn a_token_makes_no_key(store: &Store) {
    let acme = store.organization("acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let maker = access_of(store, acme, &admin).await;
    for bound_to in [acme.to_string(), String::new()] {
        let claimed = ClaimedGrants { bound_to: Some(bound_to), ..ClaimedGrants::default() };
        let principal = Principal { claimed: Some(Arc::new(claimed)), ..maker.principal().clone() };
        let by_token = AccessContext::new(Arc::new(principal), maker.organization().cloned(), Shop::VOCABULARY);
        let refused = store.database.create_api_key(&by_token, &draft("A report", &[])).await;
        assert!(matches!(refused, Err(ApiKeyError::Bound)));
    }
}

pub(crate) async fn making_and_revoking_are_recorded(store: &Store) {
    let acme = store.organization("acme").await;
    let (admin, ada) = (
        store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await,
        store.member("ada@acme.example", acme, &["ORG_USER"]).await,
    );
    let maker = access_of(store, acme, &ada).await;
    let (before, mut changes) = (store.revision(acme).await, store.changes.subscribe());
    let keys = store::texts(&["invoices:view"]);
    let made = store.database.create_api_key(&maker, &draft("A report", &keys)).await.unwrap();
    let entry = &store.database.audit_of(acme, None, 1).await.unwrap()[0];
    assert_eq!((entry.actor, entry.action.as_str()), (Some(ada.user), "api_key.created"));
    assert_eq!((entry.target.as_str(), &entry.detail["name"]), (&*made.key.id.to_string(), &json!("A report")));
    store.database.revoke_api_key(acme, admin.user, made.key.id).await.unwrap();
    let entry = &store.database.audit_of(acme, None, 1).await.unwrap()[0];
    assert_eq!((entry.actor, entry.action.as_str()), (Some(admin.user), "api_key.revoked"));
    assert_eq!(store::next(&mut changes).await, Some(Change::ApiKeyRevoked(made.key.id)));
    assert_eq!(store.database.api_key(&digest(&made)).await.unwrap(), None);
    let refused = store.database.revoke_api_key(acme, admin.user, made.key.id).await;
    assert!(matches!(refused, Err(ApiKeyError::NotFound)));
    assert_eq!(store.revision(acme).await, before, "nobody's rights changed");
    store::assert_silent(&store.changes, &mut changes).await;
}

pub(crate) async fn keys_are_their_owners_and_their_organizations(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    let (ada, bob) = (
        store.member("ada@acme.example", acme, &["ORG_USER"]).await,
        store.member("bob@acme.example", acme, &["ORG_USER"]).await,
    );
    let (adas, bobs) = (access_of(store, acme, &ada).await, access_of(store, acme, &bob).await);
    let first = store.database.create_api_key(&adas, &draft("first", &[])).await.unwrap().key;
    let second = store.database.create_api_key(&adas, &draft("second", &[])).await.unwrap().key;
    let third = store.database.create_api_key(&bobs, &draft("third", &[])).await.unwrap().key;
    let ids = |keys: Vec<portcullis_storage::ApiKey>| keys.into_iter().map(|key| key.id).collect::<Vec<_>>();
    assert_eq!(ids(store.database.api_keys_of(acme, ada.user).await.unwrap()), [second.id, first.id]);
    assert_eq!(ids(store.database.api_keys_in(acme).await.unwrap()), [third.id, second.id, first.id]);
    assert!(store.database.api_keys_in(globex).await.unwrap().is_empty());
    for refused in [
        store.database.revoke_own_api_key(acme, ada.user, third.id).await,
        store.database.revoke_own_api_key(globex, bob.user, third.id).await,
        store.database.revoke_api_key(globex, ada.user, third.id).await,
    ] {
        assert!(matches!(refused, Err(ApiKeyError::NotFound)));
    }
    store.database.revoke_own_api_key(acme, bob.user, third.id).await.unwrap();
    assert_eq!(store.database.api_keys_in(acme).await.unwrap().len(), 2);
}

pub(crate) async fn keys_end_with_the_membership(store: &Store) {
    let acme = store.organization("acme").await;
    let (owner, ada) = (
        store.member("owner@acme.example", acme, &["ORG_OWNER"]).await,
        store.member("ada@acme.example", acme, &["ORG_USER"]).await,
    );
    let maker = access_of(store, acme, &ada).await;
    let made = store.database.create_api_key(&maker, &draft("A report", &[])).await.unwrap();
    let mut changes = store.changes.subscribe();
    store.database.remove_member(acme, &owner, ada.user).await.unwrap();
    assert_eq!(store::next(&mut changes).await, Some(Change::User(ada.user)), "the gate looks the key up again");
    assert_eq!(store.database.api_key(&digest(&made)).await.unwrap(), None);
    assert_eq!(store.count("SELECT COUNT(*) FROM api_keys").await, 0);
    // Whoever is added again begins without keys, and an access from before makes none.
    let late = access_of(store, acme, &owner).await;
    store.database.create_api_key(&late, &draft("A report", &[])).await.unwrap();
    let refused = store.database.create_api_key(&maker, &draft("A report", &[])).await;
    assert!(matches!(refused, Err(ApiKeyError::NotAMember)));
}

pub(crate) async fn a_use_is_noted_to_the_minute(store: &Store) {
    let acme = store.organization("acme").await;
    let ada = store.member("ada@acme.example", acme, &["ORG_USER"]).await;
    let maker = access_of(store, acme, &ada).await;
    let made = store.database.create_api_key(&maker, &draft("A report", &[])).await.unwrap();
    for now in [NOW + 61, NOW + 119, NOW + 7] {
        assert!(store.database.touch_api_key(made.key.id, now).await.unwrap());
    }
    let listed = store.database.api_keys_of(acme, ada.user).await.unwrap();
    assert_eq!(listed[0].last_used, Some(NOW + 60));
    store.database.revoke_own_api_key(acme, ada.user, made.key.id).await.unwrap();
    assert!(!store.database.touch_api_key(made.key.id, NOW + 200).await.unwrap());
}

pub(crate) async fn expired_keys_are_seen_for_a_month(store: &Store) {
    let acme = store.organization("acme").await;
    let ada = store.member("ada@acme.example", acme, &["ORG_USER"]).await;
    let maker = access_of(store, acme, &ada).await;
    let soon = ApiKeyDraft { name: "A report", permissions: &[], expires_at: Some(NOW + 60) };
    let made = store.database.create_api_key(&maker, &soon).await.unwrap();
    store.database.create_api_key(&maker, &draft("For good", &[])).await.unwrap();
    let month = 30 * 24 * 60 * 60;
    assert_eq!(store.database.sweep(NOW + 60 + month - 1).await.unwrap(), 0);
    let record = store.database.api_key(&digest(&made)).await.unwrap().unwrap();
    assert_eq!(record.expires_at, Some(NOW + 60), "so that the gate can say why");
    assert_eq!(store.database.sweep(NOW + 60 + month).await.unwrap(), 1);
    assert_eq!(store.database.api_keys_in(acme).await.unwrap().len(), 1);
}
