//! Passkeys as an application makes, lists and removes them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::{Secret, UserId};
use portcullis_provider::{
    FactorError, FactorSummary, PasskeyEnrolment,
    port::{Account, Accounts},
};
use serde_json::{Value, json};

use crate::{
    house::{ANN, House, ISSUER, ann},
    passkey_device::Device,
};

fn bob() -> UserId {
    "0197a1b2-0000-7000-8000-000000000002".parse().unwrap()
}

fn options(enrolment: &PasskeyEnrolment) -> Value {
    serde_json::from_str(&enrolment.options).unwrap()
}

async fn confirm(
    house: &House,
    user: UserId,
    enrolment: &PasskeyEnrolment,
    answer: &str,
) -> Result<Option<Secret<Vec<String>>>, FactorError> {
    house.provider.confirm_passkey(user, enrolment.ceremony.expose(), " My phone ", answer).await
}

#[tokio::test]
async fn passkeys_are_made_named_listed_and_removed() {
    let house = House::new().await;
    let (mut phone, mut laptop) = (Device::new(), Device::new());
    let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
    let asked = options(&enrolment);
    assert_eq!(asked["rp"], json!({ "id": "id.example.com", "name": "id.example.com" }));
    assert_eq!(asked["user"]["name"], ANN);
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "preferred");
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    let codes = confirm(&house, ann(), &enrolment, &phone.create(&asked)).await.unwrap().unwrap();
    assert_eq!(codes.expose().len(), 10);

    house.wait(60);
    let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
    let asked = options(&enrolment);
    assert_eq!(asked["excludeCredentials"].as_array().unwrap().len(), 1);
    assert!(confirm(&house, ann(), &enrolment, &laptop.create(&asked)).await.unwrap().is_none(), "the codes stay");

    let passkeys = house.provider.passkeys_of(ann()).await.unwrap();
    let seen: Vec<_> = passkeys.iter().map(|one| (one.name.as_str(), one.created_at, one.last_used)).collect();
    assert_eq!(seen, [("My phone", house.now() - 60, None), ("My phone", house.now(), None)]);
    let summary = FactorSummary { totp: false, passkeys: 2, recovery_codes_left: 10 };
    assert_eq!(house.provider.factors_of(ann()).await.unwrap(), summary);
    assert!(house.provider.new_recovery_codes(ann()).await.is_ok());

    let (first, second) = (passkeys[0].id, passkeys[1].id);
    assert!(matches!(house.provider.remove_passkey(bob(), first).await, Err(FactorError::Missing)));
    house.provider.remove_passkey(ann(), first).await.unwrap();
    assert!(matches!(house.provider.remove_passkey(ann(), first).await, Err(FactorError::Missing)));
    assert_eq!(house.provider.factors_of(ann()).await.unwrap().recovery_codes_left, 10);
    house.provider.remove_passkey(ann(), second).await.unwrap();
    assert_eq!(house.provider.factors_of(ann()).await.unwrap(), FactorSummary::default(), "the codes went along");
    assert!(matches!(house.provider.new_recovery_codes(ann()).await, Err(FactorError::Missing)));
}

#[tokio::test]
async fn a_passkey_is_one_persons() {
    let house = House::new().await;
    let mut device = Device::new();
    let anns = house.provider.begin_passkey(ann()).await.unwrap();
    confirm(&house, ann(), &anns, &device.create(&options(&anns))).await.unwrap();
    let bobs = house.provider.begin_passkey(bob()).await.unwrap();
    let taken = confirm(&house, bob(), &bobs, &device.create(&options(&bobs))).await;
    assert!(matches!(taken, Err(FactorError::Taken)));
    assert_ne!(options(&anns)["user"]["id"], options(&bobs)["user"]["id"]);
    let again = house.provider.begin_passkey(ann()).await.unwrap();
    let excluded = confirm(&house, ann(), &again, &device.create(&options(&again))).await;
    assert!(matches!(excluded, Err(FactorError::Mismatch)));
    assert_eq!(house.provider.passkeys_of(ann()).await.unwrap().len(), 1);
    assert!(house.provider.passkeys_of(bob()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_enrolment_is_for_its_person_once_and_for_five_minutes() {
    let house = House::new().await;
    let mut device = Device::new();
    let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
    let answer = device.create(&options(&enrolment));
    let other = house.provider.begin_passkey(ann()).await.unwrap();
    for (user, of) in [(bob(), &enrolment), (ann(), &other)] {
        assert!(matches!(confirm(&house, user, of, &answer).await, Err(FactorError::Mismatch)));
    }
    confirm(&house, ann(), &enrolment, &answer).await.unwrap();
    assert!(matches!(confirm(&house, ann(), &enrolment, &answer).await, Err(FactorError::Mismatch)));
    let late = house.provider.begin_passkey(ann()).await.unwrap();
    house.wait(300);
    let answer = Device::new().create(&options(&late));
    assert!(matches!(confirm(&house, ann(), &late, &answer).await, Err(FactorError::Mismatch)));
}

#[tokio::test]
async fn a_bad_new_passkey_is_refused() {
    let house = House::new().await;
    let bad: [fn(&mut Device); 4] = [
        |device| device.origin = "https://evil.example".to_owned(),
        |device| device.origin = format!("{ISSUER}:8443"),
        |device| device.rp_id = "evil.example".to_owned(),
        |device| device.verifies = false,
    ];
    for make_bad in bad {
        let mut device = Device::new();
        make_bad(&mut device);
        let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
        let answer = device.create(&options(&enrolment));
        assert!(matches!(confirm(&house, ann(), &enrolment, &answer).await, Err(FactorError::Mismatch)));
    }
    let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
    let mut asked = options(&enrolment);
    asked["challenge"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let answer = Device::new().create(&asked);
    assert!(matches!(confirm(&house, ann(), &enrolment, &answer).await, Err(FactorError::Mismatch)));
    for nonsense in ["", "{}", "null"] {
        let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
        assert!(matches!(confirm(&house, ann(), &enrolment, nonsense).await, Err(FactorError::Mismatch)));
    }
    for name in ["", "  ", "two\nlines", &"x".repeat(65)] {
        let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
        let answer = Device::new().create(&options(&enrolment));
        let ceremony = enrolment.ceremony.expose();
        let refused = house.provider.confirm_passkey(ann(), ceremony, name, &answer).await;
        assert!(matches!(refused, Err(FactorError::Name)));
        house.provider.confirm_passkey(ann(), ceremony, "ä", &answer).await.unwrap();
    }
    assert!(house.provider.remove_factors(ann()).await.unwrap());
    assert_eq!(house.provider.factors_of(ann()).await.unwrap(), FactorSummary::default());
}

#[tokio::test]
async fn mangled_new_passkeys_break_nothing() {
    let house = House::new().await;
    let flip: fn(&mut Vec<u8>, usize) =
        |bytes, place| bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 0xff);
    let cut: fn(&mut Vec<u8>, usize) = |bytes, place| bytes.truncate(place);
    for place in 0..240 {
        for mangle in [flip, cut] {
            let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
            let mut answer: Value = serde_json::from_str(&Device::new().create(&options(&enrolment))).unwrap();
            let attestation = answer["response"]["attestationObject"].as_str().unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(attestation).unwrap();
            mangle(&mut bytes, place);
            answer["response"]["attestationObject"] = json!(URL_SAFE_NO_PAD.encode(&bytes));
            match confirm(&house, ann(), &enrolment, &answer.to_string()).await {
                // What nobody signs may differ: the credential id and the kind of the authenticator.
                Ok(_) => assert!(house.provider.remove_factors(ann()).await.unwrap()),
                Err(error) => assert!(matches!(error, FactorError::Mismatch), "{place}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn a_letter_tells_of_a_new_passkey() {
    let house = House::open_to_strangers().await;
    let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
    let answer = Device::new().create(&options(&enrolment));
    assert!(house.letters().await.is_empty(), "nothing was added yet");
    confirm(&house, ann(), &enrolment, &answer).await.unwrap();
    let letters = house.letters().await;
    assert_eq!((letters.len(), letters[0].to.as_str(), letters[0].subject.as_str()), (1, ANN, "A passkey was added"));
}

#[tokio::test]
async fn twenty_passkeys_are_enough() {
    let house = House::new().await;
    for _ in 0..20 {
        let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
        confirm(&house, ann(), &enrolment, &Device::new().create(&options(&enrolment))).await.unwrap();
    }
    assert!(matches!(house.provider.begin_passkey(ann()).await, Err(FactorError::TooMany { most: 20 })));
}

#[tokio::test]
async fn a_person_keeps_a_way_to_sign_in() {
    let house = House::new().await;
    let account = house.store.by_id(bob()).await.unwrap().unwrap();
    house.store.put_account(Account { password_hash: None, ..account });
    for _ in 0..2 {
        let enrolment = house.provider.begin_passkey(bob()).await.unwrap();
        confirm(&house, bob(), &enrolment, &Device::new().create(&options(&enrolment))).await.unwrap();
    }
    let passkeys = house.provider.passkeys_of(bob()).await.unwrap();
    house.provider.remove_passkey(bob(), passkeys[0].id).await.unwrap();
    let refused = house.provider.remove_passkey(bob(), passkeys[1].id).await;
    assert!(matches!(refused, Err(FactorError::LastCredential)));
}

#[tokio::test]
async fn removing_the_authenticator_leaves_passkeys_and_their_recovery_codes() {
    let house = House::new().await;
    let trial = house.provider.begin_totp(ann()).await.unwrap();
    let totp = totp_rs::Totp::from_url(trial.uri.expose()).unwrap();
    let code = totp.generate(house.now().try_into().unwrap()).to_string();
    house.provider.confirm_totp(ann(), &code).await.unwrap();
    let enrolment = house.provider.begin_passkey(ann()).await.unwrap();
    let codes = confirm(&house, ann(), &enrolment, &Device::new().create(&options(&enrolment))).await.unwrap();
    assert!(codes.is_none(), "there are codes already");
    assert!(house.provider.remove_totp(ann()).await.unwrap() && !house.provider.remove_totp(ann()).await.unwrap());
    let left = FactorSummary { totp: false, passkeys: 1, recovery_codes_left: 10 };
    assert_eq!(house.provider.factors_of(ann()).await.unwrap(), left);
    assert!(
        house.provider.remove_factors(ann()).await.unwrap() && !house.provider.remove_factors(ann()).await.unwrap()
    );
}
