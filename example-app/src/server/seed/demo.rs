//! The demo: three organizations, seven personas, a year of business.

use portcullis_core::{OrgId, Secret};
use portcullis_provider::PasswordHasher;

use super::{DEFAULT_ROLES, pages::default_pages};
use crate::{
    server::{
        StartError,
        api::AppState,
        business::{DemoProfile, seed_demo as seed_business},
    },
    ui::demo::PASSWORD,
};

const ORGANIZATIONS: [(&str, &str, DemoProfile); 3] = [
    ("acme", "Acme GmbH", DemoProfile::Acme),
    ("globex", "Globex", DemoProfile::Globex),
    ("initech", "Initech", DemoProfile::Empty),
];

/// A person: address, name, roles by organization.
type Person = (&'static str, &'static str, &'static [(&'static str, &'static [&'static str])]);

const PEOPLE: [Person; 7] = [
    ("owner@acme.example", "Olivia Owner", &[("acme", &["ORG_OWNER"])]),
    ("consultant@example.net", "Casey Consultant", &[("acme", &["ORG_ADMIN"]), ("globex", &["ORG_USER"])]),
    ("finance@acme.example", "Fiona Finance", &[("acme", &["ORG_USER", "FINANCE"])]),
    ("support@acme.example", "Samir Support", &[("acme", &["ORG_USER", "SUPPORT"])]),
    ("viewer@globex.example", "Vera Viewer", &[("globex", &["ORG_USER"])]),
    ("founder@initech.example", "Felix Founder", &[("initech", &["ORG_OWNER"])]),
    ("outsider@example.org", "Oskar Outsider", &[]),
];

/// Fills an empty database; one with people in it stays as it is.
pub(crate) async fn seed_demo(state: &AppState, passwords: &PasswordHasher) -> Result<(), StartError> {
    let seeder = state.database.seeder();
    if !seeder.is_empty().await? {
        return Ok(());
    }
    let hash = Secret::new(passwords.hash(&Secret::new(PASSWORD.to_owned())).await.map_err(StartError::Provider)?);
    let mut organizations: Vec<(&str, OrgId)> = Vec::new();
    for (slug, name, profile) in ORGANIZATIONS {
        let slug_parsed = slug.parse().map_err(|_| StartError::Seed(slug))?;
        let id = seeder.create_organization(slug_parsed, name).await?;
        for role in DEFAULT_ROLES {
            seeder.create_role(id, role.name, role.label, role.description, &role.keys()).await?;
        }
        seed_business(&state.business, id, profile, state.today()).await?;
        organizations.push((slug, id));
    }
    let mut first = None;
    for (email, name, memberships) in PEOPLE {
        let user = seeder.create_user(email, name, Some(&hash)).await?;
        first.get_or_insert(user);
        for (slug, roles) in memberships {
            let known = organizations.iter().find(|(known, _)| known == slug).map(|(_, id)| *id);
            let id = known.ok_or(StartError::Seed(slug))?;
            seeder.add_membership(user, id, roles).await?;
        }
    }
    let editor = first.ok_or(StartError::Seed("people"))?;
    for (slug, id) in organizations {
        for page in default_pages() {
            state.database.save_page(id, editor, &page, None).await.map_err(|_| StartError::Seed(slug))?;
        }
    }
    Ok(())
}
