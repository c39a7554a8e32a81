//! The way to a passkey and with it: enrolled, asked for, used.

use http::StatusCode;
use portcullis_core::UserId;
use portcullis_provider::ACR_TWO_FACTORS;
use serde_json::Value;

use crate::{
    house::{ANN, Answer, Browser, House, PASSWORD, claims},
    passkey_device::Device,
};

pub(crate) const TWO: (&str, &str) = ("acr_values", ACR_TWO_FACTORS);

pub(crate) fn bob() -> UserId {
    "0197a1b2-0000-7000-8000-000000000002".parse().unwrap()
}

/// A passkey of this person, with the recovery codes that came with it.
pub(crate) async fn enrol(house: &House, user: UserId) -> (Device, Vec<String>) {
    let mut device = Device::new();
    let codes = enrol_device(house, user, &mut device).await;
    (device, codes)
}

pub(crate) async fn enrol_device(house: &House, user: UserId, device: &mut Device) -> Vec<String> {
    let enrolment = house.provider.begin_passkey(user).await.unwrap();
    let answer = device.create(&serde_json::from_str(&enrolment.options).unwrap());
    let codes = house.provider.confirm_passkey(user, enrolment.ceremony.expose(), "Laptop", &answer).await.unwrap();
    codes.map(|codes| codes.expose().clone()).unwrap_or_default()
}

/// The passkey form of a page.
pub(crate) struct Asking {
    pub(crate) interaction: String,
    pub(crate) csrf: String,
}

impl Asking {
    pub(crate) fn of(page: &Answer) -> Self {
        let form = page.passkey_form();
        Self { interaction: form.hidden("interaction"), csrf: form.hidden("csrf") }
    }

    pub(crate) async fn options(&self, browser: &mut Browser<'_>) -> Value {
        let answer = self.try_options(browser).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{}", answer.body);
        answer.json()
    }

    pub(crate) async fn try_options(&self, browser: &mut Browser<'_>) -> Answer {
        let fields = [("interaction", self.interaction.as_str()), ("csrf", &self.csrf)];
        browser.post("/oauth/passkey/options", &fields).await
    }

    pub(crate) async fn give(&self, browser: &mut Browser<'_>, credential: &str) -> Answer {
        let fields = [("interaction", self.interaction.as_str()), ("csrf", &self.csrf), ("credential", credential)];
        browser.post("/oauth/passkey", &fields).await
    }

    /// Asks, and answers with this device.
    pub(crate) async fn use_device(&self, browser: &mut Browser<'_>, device: &mut Device) -> Answer {
        let options = self.options(browser).await;
        self.give(browser, &device.get(&options)).await
    }
}

/// Arrives at the sign-in page.
pub(crate) async fn sign_in_page(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> Asking {
    Asking::of(&browser.form(changes).await)
}

/// Gives the password, and arrives at the second step.
pub(crate) async fn second_step(browser: &mut Browser<'_>, changes: &[(&str, &str)]) -> (Answer, Asking) {
    let form = browser.form(changes).await;
    let location = browser.submit(&form, ANN, PASSWORD).await.location().to_owned();
    assert!(location.starts_with("/oauth/second-factor?interaction="));
    let page = browser.get(&location).await;
    let asking = Asking::of(&page);
    (page, asking)
}

pub(crate) async fn id_token(house: &House, at_client: &Answer) -> Value {
    claims(&house.redeem(&at_client.at_client()["code"]).await.json()["id_token"])
}

/// The page once more, and nobody signed on.
pub(crate) fn refused(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("The passkey was not accepted."), "{}", answer.body);
    assert!(answer.cookie("__Host-portcullis-sso").is_none());
}
