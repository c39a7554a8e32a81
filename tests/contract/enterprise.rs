//! Organizations that sign their people in by a provider of their own.

use portcullis_core::{OrgId, Secret, Subject};
use portcullis_middleware::port::{Directory, EnterpriseConnections, ExternalLogin, JustInTime, People, RoleMapping};
use portcullis_storage::{Actor, EnterpriseDraft, EnterpriseError};

use crate::store::{self, LOCAL_ISSUER, NOW, Store};

fn mapping(role: &str) -> RoleMapping {
    RoleMapping { claim: "groups".into(), by_value: [("g".into(), store::texts(&[role]))].into(), always: Vec::new() }
}

fn draft<'a>(roles: &'a RoleMapping, secret: Option<&'a Secret<String>>) -> EnterpriseDraft<'a> {
    EnterpriseDraft {
        issuer: "https://idp.example/tenant",
        client_id: "portal",
        client_secret: secret,
        roles,
        just_in_time: true,
        forced: true,
    }
}

async fn owner(store: &Store, slug: &str) -> (OrgId, Actor) {
    let organization = store.organization(slug).await;
    let actor = store.member(&format!("owner@{slug}.example"), organization, &["ORG_OWNER"]).await;
    (organization, actor)
}

/// Claims a domain and shows it.
async fn own(store: &Store, organization: OrgId, actor: &Actor, domain: &str) {
    let claimed = store.database.claim_enterprise_domain(organization, actor, domain).await.unwrap();
    let records = ["v=spf1 -all".to_owned(), claimed.challenge];
    assert!(store.database.confirm_enterprise_domain(organization, actor, domain, &records).await.unwrap());
}

pub(crate) async fn a_connection_comes_back_and_keeps_its_secret(store: &Store) {
    let (acme, actor) = owner(store, "acme").await;
    let (roles, secret) = (mapping("ORG_USER"), Secret::new("hush".to_owned()));
    assert!(store.database.by_organization(acme).await.unwrap().is_none());
    store.database.set_enterprise_connection(acme, &actor, &draft(&roles, Some(&secret))).await.unwrap();
    let first = store.database.by_organization(acme).await.unwrap().unwrap();
    assert_eq!((first.slug.as_str(), first.issuer.as_str()), ("acme", "https://idp.example/tenant"));
    assert_eq!((first.client_secret.unwrap().expose().as_str(), &first.roles), ("hush", &roles));
    assert!(first.just_in_time && first.forced && first.domains.is_empty());
    store.database.set_enterprise_connection(acme, &actor, &draft(&roles, None)).await.unwrap();
    let second = store.database.by_organization(acme).await.unwrap().unwrap();
    assert_eq!(second.client_secret.unwrap().expose(), "hush");
    assert_ne!(first.version, second.version);
    let elsewhere = EnterpriseDraft { client_id: "other", ..draft(&roles, None) };
    store.database.set_enterprise_connection(acme, &actor, &elsewhere).await.unwrap();
    let third = store.database.by_organization(acme).await.unwrap().unwrap();
    assert!(third.client_secret.is_none(), "a secret goes to nobody else");
    store.database.remove_enterprise_connection(acme, &actor).await.unwrap();
    assert!(store.database.by_organization(acme).await.unwrap().is_none());
    let gone = store.database.remove_enterprise_connection(acme, &actor).await;
    assert!(matches!(gone, Err(EnterpriseError::NotFound)));
    assert_eq!(store.count("SELECT COUNT(*) FROM audit_log WHERE action LIKE 'enterprise.%'").await, 4);
    assert_eq!(store.count("SELECT COUNT(*) FROM audit_log WHERE detail LIKE '%hush%'").await, 0);
}

pub(crate) async fn the_client_secret_lies_sealed(store: &Store) {
    let (acme, actor) = owner(store, "acme").await;
    let (roles, secret) = (mapping("ORG_USER"), Secret::new("hush".to_owned()));
    store.database.set_enterprise_connection(acme, &actor, &draft(&roles, Some(&secret))).await.unwrap();
    assert_eq!(store.count("SELECT COUNT(*) FROM enterprise_connections WHERE client_secret LIKE '%hush%'").await, 0);
    store.with_wrong_key().await.by_organization(acme).await.unwrap_err();
}

pub(crate) async fn only_a_domain_that_was_shown_leads_anywhere(store: &Store) {
    let (acme, actor) = owner(store, "acme").await;
    let roles = mapping("ORG_USER");
    store.database.set_enterprise_connection(acme, &actor, &draft(&roles, None)).await.unwrap();
    let before = store.database.by_organization(acme).await.unwrap().unwrap().version;
    let claimed = store.database.claim_enterprise_domain(acme, &actor, " Bücher.Example").await.unwrap();
    assert_eq!((claimed.domain.as_str(), claimed.verified_at), ("xn--bcher-kva.example", None));
    assert_eq!(store.database.claim_enterprise_domain(acme, &actor, "bücher.example").await.unwrap(), claimed);
    let wrong = [format!("{}x", claimed.challenge), String::new()];
    assert!(!store.database.confirm_enterprise_domain(acme, &actor, "bücher.example", &wrong).await.unwrap());
    assert!(store.database.by_domain("xn--bcher-kva.example").await.unwrap().is_none());
    own(store, acme, &actor, "bücher.example").await;
    let found = store.database.by_domain("xn--bcher-kva.example").await.unwrap().unwrap();
    assert!(found.organization == acme && found.domains.contains("xn--bcher-kva.example") && found.version != before);
    assert_eq!(store.database.enterprise_domains(acme).await.unwrap()[0].verified_at, Some(NOW));
    assert!(store.database.by_domain("sub.xn--bcher-kva.example").await.unwrap().is_none());
    store.database.remove_enterprise_domain(acme, &actor, "bücher.example").await.unwrap();
    assert!(store.database.by_domain("xn--bcher-kva.example").await.unwrap().is_none());
    for bad in ["", "not a domain", "127.0.0.1", "acme.example."] {
        let refused = store.database.claim_enterprise_domain(acme, &actor, bad).await;
        assert!(matches!(refused, Err(EnterpriseError::InvalidDomain(_))), "{bad}");
    }
}

pub(crate) async fn a_domain_is_one_organizations(store: &Store) {
    let ((acme, one), (globex, two)) = (owner(store, "acme").await, owner(store, "globex").await);
    own(store, acme, &one, "acme.example").await;
    let claimed = store.database.claim_enterprise_domain(globex, &two, "acme.example").await.unwrap();
    let records = [claimed.challenge];
    let refused = store.database.confirm_enterprise_domain(globex, &two, "acme.example", &records).await;
    assert!(matches!(refused, Err(EnterpriseError::Taken)), "{refused:?}");
    store.database.remove_enterprise_domain(acme, &one, "acme.example").await.unwrap();
    assert!(store.database.confirm_enterprise_domain(globex, &two, "acme.example", &records).await.unwrap());
}

pub(crate) async fn settings_are_checked(store: &Store) {
    let (acme, actor) = owner(store, "acme").await;
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    let roles = mapping("ORG_USER");
    for issuer in
        ["http://idp.example", "https://idp.example/?a=b", "https://me@idp.example", "idp.example", LOCAL_ISSUER]
    {
        let refused = store
            .database
            .set_enterprise_connection(acme, &actor, &EnterpriseDraft { issuer, ..draft(&roles, None) })
            .await;
        assert!(matches!(refused, Err(EnterpriseError::InvalidIssuer)), "{issuer}");
    }
    for (role, who) in [("NOBODY", &actor), ("ORG_OWNER", &admin)] {
        let refused = store.database.set_enterprise_connection(acme, who, &draft(&mapping(role), None)).await;
        assert!(matches!(refused, Err(EnterpriseError::Role(_))), "{role}");
    }
    store.database.set_enterprise_connection(acme, &actor, &draft(&mapping("ORG_OWNER"), None)).await.unwrap();
    // What was mapped before may stay.
    store.database.set_enterprise_connection(acme, &admin, &draft(&mapping("ORG_OWNER"), None)).await.unwrap();
}

pub(crate) async fn an_owner_by_a_role_granted_here_breaks_the_glass(store: &Store) {
    let ((acme, actor), (globex, _)) = (owner(store, "acme").await, owner(store, "globex").await);
    let admin = store.member("admin@acme.example", acme, &["ORG_ADMIN"]).await;
    assert!(store.database.may_break_glass(actor.user, acme).await.unwrap());
    assert!(!store.database.may_break_glass(actor.user, globex).await.unwrap());
    assert!(!store.database.may_break_glass(admin.user, acme).await.unwrap());
    let provided = store.database.reconcile(&login(&["ORG_OWNER"], true)).await.unwrap().id;
    assert!(!store.database.may_break_glass(provided, acme).await.unwrap(), "by the provider's word");
}

fn login(roles: &[&str], makes_membership: bool) -> ExternalLogin {
    let (organization, provider) = ("acme".into(), "enterprise-acme".into());
    ExternalLogin {
        subject: Subject { issuer: "https://idp.example".into(), id: "ada".into() },
        email: "ada@acme.example".into(),
        email_verified: true,
        name: "Ada".into(),
        membership: Some(JustInTime { organization, roles: store::texts(roles), provider, makes_membership }),
    }
}

pub(crate) async fn a_word_for_members_makes_none(store: &Store) {
    let (acme, actor) = owner(store, "acme").await;
    let ada = store.database.reconcile(&login(&["ORG_USER"], false)).await.unwrap().id;
    assert_eq!(store.database.membership(ada, acme).await.unwrap(), None);
    store.database.add_member(acme, &actor, "ada@acme.example", &[]).await.unwrap();
    store.database.reconcile(&login(&["ORG_USER"], false)).await.unwrap();
    assert_eq!(store.database.membership(ada, acme).await.unwrap(), Some(["ORG_USER"].into_iter().collect()));
}

pub(crate) async fn a_disabled_member_does_not_come_back(store: &Store) {
    let (acme, actor) = owner(store, "acme").await;
    let ada = store.database.reconcile(&login(&["ORG_USER"], true)).await.unwrap().id;
    store.database.disable_member(acme, &actor, ada).await.unwrap();
    store.database.reconcile(&login(&["ORG_USER"], true)).await.unwrap();
    assert_eq!(store.database.membership(ada, acme).await.unwrap(), None);
    store.database.add_member(acme, &actor, "ada@acme.example", &[]).await.unwrap();
    store.database.remove_member(acme, &actor, ada).await.unwrap();
    store.database.reconcile(&login(&["ORG_USER"], true)).await.unwrap();
    assert!(store.database.membership(ada, acme).await.unwrap().is_some(), "one who was only removed may");
}
