//! Pages as content.

use portcullis_core::{GrantSet, Standing, decide, permission::Catalogue};
use portcullis_middleware::port::Change;
use portcullis_storage::{Mode, PageBlock, PageDraft, PageError};
use serde_json::json;

use crate::store::{self, NOW, Shop, Store};

fn draft(slug: &str) -> PageDraft {
    PageDraft {
        slug: slug.into(),
        title: "Billing".into(),
        nav_section: "Money".into(),
        nav_order: 2,
        nav_visible: true,
        icon: "coin".into(),
        roles: store::texts(&["ORG_ADMIN", "ORG_OWNER"]),
        role_mode: Mode::Any,
        permissions: store::texts(&["invoices:view"]),
        blocks: vec![PageBlock { kind: "invoices".into(), title: "Open".into(), settings: json!({ "limit": 5 }) }],
        ..PageDraft::default()
    }
}

pub(crate) async fn a_page_is_saved_and_found(store: &Store) {
    let acme = store.organization("acme").await;
    let editor = store.user("editor@acme.example").await;
    let (before, mut changes) = (store.revision(acme).await, store.changes.subscribe());
    let saved = store.database.save_page(acme, editor, &draft("billing"), None).await.unwrap();
    assert_eq!((saved.version, saved.updated_at), (1, NOW));
    assert!(store.revision(acme).await > before);
    assert_eq!(store::next(&mut changes).await, Some(Change::Organization(acme)));
    assert_eq!(store.database.page(acme, "billing").await.unwrap(), Some(saved.clone()));
    assert_eq!(store.database.page(acme, "BILLING").await.unwrap(), None);

    let first = store.database.save_page(acme, editor, &PageDraft { nav_order: 1, ..draft("home") }, None).await;
    assert_eq!(store.database.pages_of(acme).await.unwrap(), [first.unwrap(), saved]);
}

pub(crate) async fn a_save_from_an_old_version_conflicts(store: &Store) {
    let acme = store.organization("acme").await;
    let editor = store.user("editor@acme.example").await;
    store.database.save_page(acme, editor, &draft("billing"), None).await.unwrap();
    let renamed = PageDraft { title: "Bills".into(), ..draft("billing") };
    let second = store.database.save_page(acme, editor, &renamed, Some(1)).await.unwrap();
    for version in [None, Some(1), Some(3)] {
        let refused = store.database.save_page(acme, editor, &draft("billing"), version).await;
        assert!(matches!(refused, Err(PageError::Conflict { current: 2 })), "{version:?}");
    }
    assert_eq!(store.database.page(acme, "billing").await.unwrap(), Some(second));
    let refused = store.database.save_page(acme, editor, &draft("gone"), Some(1)).await;
    assert!(matches!(refused, Err(PageError::NotFound)));
}

pub(crate) async fn of_many_savers_one_wins(store: &Store) {
    let acme = store.organization("acme").await;
    let editor = store.user("editor@acme.example").await;
    store.database.save_page(acme, editor, &draft("billing"), None).await.unwrap();
    let savers: Vec<_> = (0..8)
        .map(|_| {
            let database = store.database.clone();
            tokio::spawn(async move { database.save_page(acme, editor, &draft("billing"), Some(1)).await })
        })
        .collect();
    let mut won = 0;
    for saver in savers {
        match saver.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert!(matches!(error, PageError::Conflict { current: 2 }), "{error:?}"),
        }
    }
    assert_eq!(won, 1);
}

pub(crate) async fn bad_drafts_are_refused(store: &Store) {
    let acme = store.organization("acme").await;
    let editor = store.user("editor@acme.example").await;
    let save = async |draft: PageDraft| store.database.save_page(acme, editor, &draft, None).await.unwrap_err();
    assert!(matches!(save(draft("../admin")).await, PageError::InvalidSlug));
    assert!(matches!(save(PageDraft { title: " ".into(), ..draft("a") }).await, PageError::EmptyTitle));
    let misspelt = PageDraft { permissions: store::texts(&["invoices:veiw"]), ..draft("a") };
    let message = save(misspelt).await.to_string();
    assert_eq!(message, "there is no permission `invoices:veiw`; did you mean `invoices:view`?");
    assert!(store.database.pages_of(acme).await.unwrap().is_empty());
}

pub(crate) async fn a_stored_permission_that_is_unknown_denies(store: &Store) {
    let acme = store.organization("acme").await;
    let editor = store.user("editor@acme.example").await;
    let grants = GrantSet::new(["ORG_OWNER"], store::permissions(&["invoices:view", "invoices:pay"]), 1);
    let page = store.database.save_page(acme, editor, &draft("billing"), None).await.unwrap();
    assert!(decide(Standing::Member(&grants), &page.requirement(Shop::VOCABULARY)).is_allow());
    // The application was released without a permission that a page still names.
    store.execute(r#"UPDATE pages SET permissions = '["invoices:view", "gone:view"]', permission_mode = 'any'"#).await;
    let page = store.database.page(acme, "billing").await.unwrap().unwrap();
    assert!(decide(Standing::Member(&grants), &page.requirement(Shop::VOCABULARY)).is_deny());
}

pub(crate) async fn pages_of_others_are_out_of_reach(store: &Store) {
    let (acme, globex) = (store.organization("acme").await, store.organization("globex").await);
    let editor = store.user("editor@acme.example").await;
    store.database.save_page(acme, editor, &draft("billing"), None).await.unwrap();
    assert_eq!(store.database.page(globex, "billing").await.unwrap(), None);
    assert!(store.database.pages_of(globex).await.unwrap().is_empty());
    let refused = store.database.delete_page(globex, editor, "billing", 1).await;
    assert!(matches!(refused, Err(PageError::NotFound)));
    store.database.save_page(globex, editor, &draft("billing"), None).await.unwrap();
    assert!(store.database.page(acme, "billing").await.unwrap().is_some());
}

pub(crate) async fn deleting_needs_the_version(store: &Store) {
    let acme = store.organization("acme").await;
    let editor = store.user("editor@acme.example").await;
    store.database.save_page(acme, editor, &draft("billing"), None).await.unwrap();
    let refused = store.database.delete_page(acme, editor, "billing", 2).await;
    assert!(matches!(refused, Err(PageError::Conflict { current: 1 })));
    store.database.delete_page(acme, editor, "billing", 1).await.unwrap();
    assert_eq!(store.database.page(acme, "billing").await.unwrap(), None);
    assert_eq!(store.database.audit_of(acme, None, 1).await.unwrap()[0].action, "page.deleted");
}
