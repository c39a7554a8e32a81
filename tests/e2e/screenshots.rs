//! Pictures of what matters, light, dark and narrow, for eyes: `target/screenshots/`.

use std::fs;
use std::path::PathBuf;

use portcullis_tests::{Portal, PortalOptions};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_view_fits_its_screen() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Person::unknown(&portal).await?;
    consultant.browser.devtools("Emulation.setScrollbarsHidden", json!({"hidden": true})).await?;
    consultant.load("/auth/login?provider=local&return_to=/o/acme").await?;
    consultant.sees_part("input[name=password]").await?;
    take(&consultant, "sign-in").await?;

    consultant.browser.sign_in(portal.base(), "consultant@example.net").await?;
    for (name, path) in PAGES {
        consultant.load(path).await?;
        consultant.sees_part("h1").await?;
        take(&consultant, name).await?;
    }
    consultant.visit("/o/acme/invoices").await?;
    consultant.press("[data-part=org-switcher-trigger]").await?;
    consultant.sees_part("[data-part=org-switcher][open]").await?;
    take(&consultant, "switcher").await
}

/// Takes the pictures of a view; nothing may stick out of the screen.
pub(crate) async fn take(person: &Person, name: &str) -> WebDriverResult<()> {
    let folder = folder();
    fs::create_dir_all(&folder).expect("the target folder can be written");
    for look in LOOKS {
        look.put_on(person).await?;
        person.sees(STILL).await?;
        let (wide, screen): (f64, f64) = person.value("[document.documentElement.scrollWidth, innerWidth]").await?;
        assert!(wide <= screen, "{name} is {wide} pixels wide on a screen of {screen} ({})", look.name);
        person.browser.screenshot(&folder.join(format!("{name}-{}.png", look.name))).await?;
    }
    LOOKS[0].put_on(person).await
}

/// A screen and a preference.
struct Look {
    name: &'static str,
    width: u32,
    height: u32,
    dark: bool,
}

impl Look {
    async fn put_on(&self, person: &Person) -> WebDriverResult<()> {
        person.browser.resize(self.width, self.height).await?;
        person.browser.prefer(if self.dark { "dark" } else { "light" }).await
    }
}

fn folder() -> PathBuf {
    let own = std::env::current_exe().expect("a program knows its path");
    own.ancestors().nth(3).expect("a test lies in target/debug/deps").join("screenshots")
}

/// Fonts are there, and nothing moves.
const STILL: &str =
    "document.fonts.status === 'loaded' && document.getAnimations().every(it => it.playState !== 'running')";

const LOOKS: &[Look] = &[
    Look { name: "light", width: 1280, height: 900, dark: false },
    Look { name: "dark", width: 1280, height: 900, dark: true },
    Look { name: "narrow", width: 390, height: 844, dark: false },
    Look { name: "narrow-dark", width: 390, height: 844, dark: true },
];

const PAGES: &[(&str, &str)] = &[
    ("landing", "/"),
    ("dashboard", "/o/acme"),
    ("invoices", "/o/acme/invoices"),
    ("denied-buttons", "/o/globex/invoices?state=open"),
    ("tickets", "/o/acme/tickets"),
    ("services", "/o/acme/services"),
    ("members", "/o/acme/members"),
    ("roles", "/o/acme/roles"),
    ("settings", "/o/acme/settings"),
    ("audit", "/o/acme/audit"),
    ("editor", "/o/acme/pages/invoices/edit"),
    ("forbidden", "/o/globex/audit"),
    ("not-found", "/o/initech"),
];
