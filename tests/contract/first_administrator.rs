//! The first administrator: one token, one claim, one owner.

use std::sync::Arc;

use portcullis_core::Secret;
use portcullis_middleware::port::{Directory, OrgRef};
use portcullis_provider::port::Accounts;
use portcullis_storage::{ClaimError, FirstAdministrator, RoleDraft, RoleError};
use tokio::sync::Barrier;

use crate::store::{self, NOW, Store};

fn hash() -> Secret<String> {
    Secret::new("$argon2id$not-a-real-one".to_owned())
}

fn ada<'a>(hash: &'a Secret<String>, slug: &str, roles: &'a [RoleDraft<'a>]) -> FirstAdministrator<'a> {
    FirstAdministrator {
        email: " Ada@ACME.example",
        name: "Ada",
        password_hash: hash,
        slug: slug.parse().unwrap(),
        organization: "Acme GmbH",
        roles,
    }
}

pub(crate) async fn a_claim_makes_an_owner_of_everything(store: &Store) {
    let token = store.database.first_administrator_token().await.unwrap().unwrap();
    let (hash, keys) = (hash(), store::texts(&["invoices:view"]));
    let roles = [RoleDraft { name: "ORG_USER", label: "Member", description: "", permissions: &keys }];
    let user = store.database.claim_first_administrator(&token, &ada(&hash, "acme", &roles)).await.unwrap();

    let account = store.database.by_email("ada@acme.example").await.unwrap().unwrap();
    assert_eq!((account.id, account.name.as_str()), (user, "Ada"));
    let slug = OrgRef::Slug("acme".parse().unwrap());
    let acme = store.database.organization(&slug).await.unwrap().unwrap();
    let held = store.database.membership(user, acme.id).await.unwrap().unwrap();
    assert!(held.contains("ORG_OWNER") && held.iter().count() == 1);
    let table = store.database.roles(acme.id).await.unwrap().table;
    let all = store::permissions(&["invoices:view", "invoices:pay", "members:manage", "roles:manage"]);
    assert_eq!(table.expand(&held), all);
    assert_eq!(table.permissions("ORG_USER"), Some(&store::permissions(&["invoices:view"])));
    let entry = &store.database.audit_of(acme.id, None, 1).await.unwrap()[0];
    assert_eq!((entry.actor, entry.action.as_str()), (Some(user), "organization.claimed"));

    let again = store.database.claim_first_administrator(&token, &ada(&hash, "globex", &[])).await;
    assert!(matches!(again, Err(ClaimError::NotGood)));
    assert!(store.database.first_administrator_token().await.unwrap().is_none(), "there is somebody");
}

pub(crate) async fn of_many_claims_one_wins(store: &Store) {
    let token = Arc::new(store.database.first_administrator_token().await.unwrap().unwrap());
    let start = Arc::new(Barrier::new(16));
    let claims = (0..16).map(|number| {
        let (database, token, start) = (store.database.clone(), Arc::clone(&token), Arc::clone(&start));
        tokio::spawn(async move {
            start.wait().await;
            let hash = hash();
            database.claim_first_administrator(&token, &ada(&hash, &format!("acme-{number}"), &[])).await
        })
    });
    let (mut won, mut lost) = (0, 0);
    for claim in claims.collect::<Vec<_>>() {
        match claim.await.unwrap() {
            Ok(_) => won += 1,
            Err(ClaimError::NotGood) => lost += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((won, lost), (1, 15));
    for table in [
        "SELECT COUNT(*) FROM users",
        "SELECT COUNT(*) FROM organizations",
        "SELECT COUNT(*) FROM memberships",
        "SELECT COUNT(*) FROM membership_roles",
    ] {
        assert_eq!(store.count(table).await, 1, "{table}");
    }
    assert_eq!(store.count("SELECT COUNT(*) FROM first_administrator").await, 0);
}

pub(crate) async fn the_latest_token_counts_for_a_day(store: &Store) {
    let first = store.database.first_administrator_token().await.unwrap().unwrap();
    let second = store.database.first_administrator_token().await.unwrap().unwrap();
    let (held,): (String,) =
        sqlx::query_as("SELECT token FROM first_administrator").fetch_one(store.database.pool()).await.unwrap();
    assert_ne!(&held, second.expose(), "a digest lies there");
    let hash = hash();
    let guess = Secret::new("a guess".to_owned());
    for token in [&guess, &first] {
        let refused = store.database.claim_first_administrator(token, &ada(&hash, "acme", &[])).await;
        assert!(matches!(refused, Err(ClaimError::NotGood)));
    }
    store.set_now(NOW + 24 * 60 * 60);
    let refused = store.database.claim_first_administrator(&second, &ada(&hash, "acme", &[])).await;
    assert!(matches!(refused, Err(ClaimError::NotGood)));
    store.set_now(NOW + 24 * 60 * 60 - 1);
    store.database.claim_first_administrator(&second, &ada(&hash, "acme", &[])).await.unwrap();
}

pub(crate) async fn a_token_from_before_somebody_came_is_worthless(store: &Store) {
    let token = store.database.first_administrator_token().await.unwrap().unwrap();
    store.user("bob@acme.example").await;
    let hash = hash();
    let refused = store.database.claim_first_administrator(&token, &ada(&hash, "acme", &[])).await;
    assert!(matches!(refused, Err(ClaimError::NotGood)));
    assert_eq!(store.count("SELECT COUNT(*) FROM organizations").await, 0);
    assert!(store.database.first_administrator_token().await.unwrap().is_none());
}

pub(crate) async fn a_claim_that_is_not_sound_costs_nothing(store: &Store) {
    let token = store.database.first_administrator_token().await.unwrap().unwrap();
    store.organization("acme").await;
    let (hash, unknown) = (hash(), store::texts(&["invoices:pya"]));
    let refused = store.database.claim_first_administrator(&token, &ada(&hash, "acme", &[])).await;
    assert!(matches!(refused, Err(ClaimError::Exists)));
    let nobody = FirstAdministrator { email: "nobody", ..ada(&hash, "globex", &[]) };
    assert!(matches!(store.database.claim_first_administrator(&token, &nobody).await, Err(ClaimError::Email)));
    let unnamed = FirstAdministrator { organization: " ", ..ada(&hash, "globex", &[]) };
    assert!(matches!(store.database.claim_first_administrator(&token, &unnamed).await, Err(ClaimError::EmptyName)));
    let roles = [RoleDraft { name: "ORG_USER", label: "Member", description: "", permissions: &unknown }];
    let refused = store.database.claim_first_administrator(&token, &ada(&hash, "globex", &roles)).await;
    assert!(matches!(refused, Err(ClaimError::Role(RoleError::UnknownPermission { .. }))));
    assert_eq!(store.count("SELECT COUNT(*) FROM users").await, 0);
    store.database.claim_first_administrator(&token, &ada(&hash, "globex", &[])).await.unwrap();
}
