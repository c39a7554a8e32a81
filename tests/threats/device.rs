//! Devices: a link that somebody else sent, and a device that does not wait.

use std::time::Duration;

use http::Method;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor, form::Form};

use crate::client::{FINANCE, error, member};

const SCREEN: &str = r#"
[[clients]]
client_id = "screen"
client_name = "Screen in the hall"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid"]
"#;

/// The interval that RFC 8628 section 3.2 has where nothing else is said.
const INTERVAL: Duration = Duration::from_secs(5);

/// A device that shows its code.
struct Device<'p> {
    portal: &'p Portal,
    shown: Answer,
}

impl<'p> Device<'p> {
    async fn start(portal: &'p Portal) -> Self {
        let fields = [("client_id", "screen"), ("scope", "openid")];
        let shown = Visitor::anonymous(portal).post_form("/oauth/device", &fields).await;
        assert_eq!(shown.json()["interval"], INTERVAL.as_secs(), "{}", shown.body);
        Self { portal, shown }
    }

    fn link(&self) -> String {
        member(&self.shown, "verification_uri_complete")
    }

    async fn poll(&self) -> (u16, String) {
        let device_code = member(&self.shown, "device_code");
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", "screen"),
            ("device_code", device_code.as_str()),
        ];
        error(&Visitor::anonymous(self.portal).post_form("/oauth/token", &fields).await)
    }
}

fn pending() -> (u16, String) {
    (400, "authorization_pending".to_owned())
}

/// RFC 8628 section 5.4: whoever follows a link has seen no device.
#[tokio::test]
async fn a_link_with_the_code_in_it_confirms_nothing() {
    let portal = Portal::start(PortalOptions::default().with_config(SCREEN));
    let (device, victim) = (Device::start(&portal).await, Visitor::signed_in(&portal, FINANCE).await.wanting_pages());
    let page = victim.get(&device.link()).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&member(&device.shown, "user_code")) && page.body.contains("Screen in the hall"));
    victim.get(&device.link()).await;
    assert_eq!(device.poll().await, pending(), "looking is no answer");

    // A page of somebody else's sends the form for the victim: it lacks what only our page has.
    let form = Form::all(&page.body).into_iter().find(|form| form.is_post).unwrap();
    let target = page.url.join(&form.action).unwrap();
    let fields = form.filled(&[("decision", "allow")]);
    let forged: Vec<_> = fields.iter().filter(|(name, _)| name != "csrf").collect();
    assert_ne!(forged.len(), fields.len(), "there is such a thing: {fields:?}");
    let refused = victim.send(victim.request(Method::POST, target.as_str()).form(&forged)).await;
    assert!(!refused.status.is_success(), "{}", refused.status);

    tokio::time::sleep(INTERVAL + Duration::from_secs(1)).await;
    assert_eq!(device.poll().await, pending());
    let done = victim.send(victim.request(Method::POST, target.as_str()).form(&fields)).await;
    assert!(done.status.is_success() || done.status.is_redirection(), "{} {}", done.status, done.body);
    assert_eq!(device.poll().await.0, 200, "the person has seen what asks, and agreed");
}

/// RFC 8628 section 3.5: the interval grows "for this and all subsequent requests".
#[tokio::test]
async fn whoever_was_told_to_slow_down_stays_slow() {
    let portal = Portal::start(PortalOptions::default().with_config(SCREEN));
    let (hasty, patient) = (Device::start(&portal).await, Device::start(&portal).await);
    for device in [&hasty, &patient] {
        assert_eq!(device.poll().await, pending());
    }
    let slow_down = (400, "slow_down".to_owned());
    assert_eq!(hasty.poll().await, slow_down);
    tokio::time::sleep(INTERVAL + Duration::from_secs(1)).await;
    assert_eq!(patient.poll().await, pending(), "the first interval is over for whoever kept it");
    assert_eq!(hasty.poll().await, slow_down, "and not for whoever did not");
}
