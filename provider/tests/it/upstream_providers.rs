//! Upstream providers of the test's own: what they were asked, and what they answer.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portcullis_core::{Subject, principal::User};
use portcullis_middleware::login::{
    Upstream, UpstreamAnswer, UpstreamDeparture, UpstreamError, UpstreamPending, UpstreamPerson, UpstreamRequest,
};
use portcullis_provider::port::Upstreams;
use serde_json::json;
use url::Url;

use crate::house::{ANN, BOB, House, ISSUER, ann};

/// The corporate provider.
pub(crate) const CORPORATE: &str = "https://login.corporate.example";

/// Three providers for everybody, and one of an organization.
pub(crate) struct Elsewhere {
    pub(crate) person: Mutex<Result<UpstreamPerson, UpstreamError>>,
    pub(crate) asked: Mutex<Vec<Asked>>,
    pub(crate) answered: Mutex<Vec<UpstreamAnswer>>,
    pub(crate) forced: Mutex<bool>,
    pub(crate) down: Mutex<bool>,
}

/// What a provider was asked: its id, `login_hint`, `prompt` and `max_age`.
pub(crate) type Asked = (String, Option<String>, Option<String>, Option<i64>);

fn upstream(id: &str, issuer: &str, shows_auth_time: bool) -> Upstream {
    Upstream { id: id.into(), label: format!("The <{id}>"), issuer: issuer.to_owned(), shows_auth_time }
}

#[async_trait]
impl Upstreams for Elsewhere {
    fn offered(&self) -> Vec<Upstream> {
        vec![
            upstream("local", ISSUER, true),
            upstream("corporate", CORPORATE, true),
            upstream("hub", "oauth2:hub", false),
        ]
    }

    fn by_address(&self) -> bool {
        true
    }

    async fn named(&self, id: &str) -> Result<Upstream, UpstreamError> {
        match id {
            "enterprise-acme" => Ok(upstream(id, "https://login.acme.example", true)),
            _ => self.offered().into_iter().find(|one| &*one.id == id).ok_or(UpstreamError::Unknown),
        }
    }

    async fn of_address(&self, email: &str) -> Result<Option<Upstream>, UpstreamError> {
        match email.split_once('@') {
            Some((_, "acme.example")) => self.named("enterprise-acme").await.map(Some),
            Some((_, "ourselves.example")) => self.named("local").await.map(Some),
            Some((_, "down.example")) => Err(UpstreamError::Unavailable),
            _ => Ok(None),
        }
    }

    async fn depart(&self, id: &str, request: &UpstreamRequest<'_>) -> Result<UpstreamDeparture, UpstreamError> {
        if *self.down.lock().unwrap() {
            return Err(UpstreamError::Unavailable);
        }
        assert_eq!(request.redirect_uri, format!("{ISSUER}/oauth/upstream/{id}"));
        let mut asked = self.asked.lock().unwrap();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        asked.push((id.to_owned(), owned(request.login_hint), owned(request.prompt), request.max_age));
        let state = format!("state-{}", asked.len());
        let pending = json!({"provider": id, "nonce": "n", "verifier": "v", "redirect_uri": request.redirect_uri,
            "max_age": request.max_age, "started_at": 0});
        let pending: UpstreamPending = serde_json::from_value(pending).unwrap();
        let url = Url::parse(&format!("{CORPORATE}/authorize?state={state}")).unwrap();
        Ok(UpstreamDeparture { url, state, pending })
    }

    async fn arrive(&self, _: &UpstreamPending, answer: UpstreamAnswer) -> Result<UpstreamPerson, UpstreamError> {
        self.answered.lock().unwrap().push(answer);
        self.person.lock().unwrap().clone()
    }

    async fn enforce_single_sign_on(&self, person: &User) -> Result<(), UpstreamError> {
        let refused = *self.forced.lock().unwrap() && person.email.ends_with("@acme.example") && &*person.email != BOB;
        if refused { Err(UpstreamError::SingleSignOn) } else { Ok(()) }
    }
}

impl Elsewhere {
    /// From now on this comes back from there.
    pub(crate) fn answers(&self, person: Result<UpstreamPerson, UpstreamError>) {
        *self.person.lock().unwrap() = person;
    }
}

/// Ann, as the corporate provider vouches for her.
pub(crate) fn person() -> UpstreamPerson {
    UpstreamPerson {
        user: User { id: ann(), email: ANN.into(), name: "Ann Ames".into() },
        subject: Subject { issuer: CORPORATE.into(), id: "ann-over-there".into() },
        sid: Some("their-session".to_owned()),
        auth_time: None,
        amr: Vec::new(),
    }
}

/// A house that offers them.
pub(crate) async fn house() -> (House, Arc<Elsewhere>) {
    let elsewhere = Arc::new(Elsewhere {
        person: Mutex::new(Ok(person())),
        asked: Mutex::default(),
        answered: Mutex::default(),
        forced: Mutex::default(),
        down: Mutex::default(),
    });
    let house = House::new().await;
    house.provider.offer_upstreams(Arc::clone(&elsewhere) as Arc<dyn Upstreams>);
    (house, elsewhere)
}
