//! Pictures of what matters, light, dark and narrow, for eyes: `target/screenshots/`.

use std::fs;
use std::path::PathBuf;

use portcullis_tests::{Portal, PortalOptions};
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_view_fits_its_screen() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Person::unknown(&portal).await?;
    for look in LOOKS {
        look.put_on(&consultant).await?;
        consultant.load("/auth/login?provider=local&return_to=/o/acme").await?;
        take(&consultant, "sign-in", look).await?;
    }
    consultant.browser.sign_in(portal.base(), "consultant@example.net").await?;
    for look in LOOKS {
        look.put_on(&consultant).await?;
        for (name, path) in PAGES {
            consultant.load(path).await?;
            consultant.sees_part("h1").await?;
            take(&consultant, name, look).await?;
        }
        consultant.visit("/o/acme/invoices").await?;
        consultant.press("[data-part=org-switcher-trigger]").await?;
        consultant.sees_part("[data-part=org-switcher][open]").await?;
        take(&consultant, "switcher", look).await?;
    }
    Ok(())
}

/// Takes the picture; nothing may stick out of the screen.
async fn take(person: &Person, name: &str, look: &Look) -> WebDriverResult<()> {
    person
        .sees("document.fonts.status === 'loaded' && document.getAnimations().every(it => it.playState !== 'running')")
        .await?;
    let (wide, screen): (f64, f64) = person.value("[document.documentElement.scrollWidth, innerWidth]").await?;
    assert!(wide <= screen, "{name} is {wide} pixels wide on a screen of {screen} ({})", look.name);
    let folder = folder();
    fs::create_dir_all(&folder).expect("the target folder can be written");
    person.browser.screenshot(&folder.join(format!("{name}-{}.png", look.name))).await
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
