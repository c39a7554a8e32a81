//! An authenticator in software, as good or as bad as a test wants it: ES256, attestation `none`.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// One passkey, and what the device around it says.
pub(crate) struct Device {
    key: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    /// The user handle, in base64url; told where it is known.
    pub(crate) handle: Option<String>,
    /// The origin that the browser writes down.
    pub(crate) origin: String,
    /// The relying party that the device signs for.
    pub(crate) rp_id: String,
    /// What its counter will say next.
    pub(crate) counter: u32,
    /// By how much each use raises it; 0 for devices that do not count.
    pub(crate) step: u32,
    /// Whether it verifies its owner.
    pub(crate) verifies: bool,
    /// Whether its keys may be on several devices.
    pub(crate) synced: bool,
}

impl Device {
    pub(crate) fn new() -> Self {
        let mut id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id,
            handle: None,
            origin: "https://id.example.com".to_owned(),
            rp_id: "id.example.com".to_owned(),
            counter: 1,
            step: 1,
            verifies: true,
            synced: false,
        }
    }

    /// What `navigator.credentials.create` gives for these options.
    pub(crate) fn create(&mut self, options: &Value) -> String {
        self.handle = Some(options["user"]["id"].as_str().unwrap().to_owned());
        let client_data = self.client_data("webauthn.create", options);
        let mut data = self.authenticator_data(HOLDS_A_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key());
        let mut attestation = vec![0xa3];
        attestation.extend(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x59");
        attestation.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        attestation.extend(data);
        let response = json!({ "attestationObject": encode(&attestation), "clientDataJSON": encode(&client_data) });
        self.answer(response)
    }

    /// What `navigator.credentials.get` gives for these options.
    pub(crate) fn get(&mut self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.authenticator_data(0);
        let signed = [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.answer(json!({
            "authenticatorData": encode(&data),
            "clientDataJSON": encode(&client_data),
            "signature": encode(signature.as_ref()),
            "userHandle": self.handle,
        }))
    }

    fn answer(&self, response: Value) -> String {
        let id = encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["challenge"];
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&mut self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let synced = if self.synced { MAY_BE_COPIED | IS_COPIED } else { 0 };
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(PRESENT | verified | synced | flags);
        data.extend(self.counter.to_be_bytes());
        self.counter += self.step;
        data
    }

    /// The public key in the form of COSE (RFC 9053 section 7.1.1), written by hand: five entries.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const MAY_BE_COPIED: u8 = 0x08;
const IS_COPIED: u8 = 0x10;
const HOLDS_A_KEY: u8 = 0x40;
