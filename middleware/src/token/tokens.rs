//! Room 4b: a bearer token → a principal, remembered while it is good.

use std::{
    borrow::Cow,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use portcullis_core::{Principal, ProblemKind, Subject, UserId, principal::Party};
use quick_cache::sync::Cache;
use serde_json::Value;

use super::{
    Keys, RevocationList, TokenError, TrustedIssuer, Unbound, UnverifiedToken, VerifiedToken,
    known_text::{KnownText, Sought},
    unverified::UnverifiedHeader,
    verify::verify_read,
};
use crate::{
    Clock, Rejection,
    port::{Admission, Change, People},
    stage::live::Live,
};

/// Claims that only ID tokens carry (OpenID Connect Core 1.0 section 2): such a token says who somebody
/// is to a client, and is no key to an API, whatever its `typ` and `aud`.
const OF_ID_TOKENS: [&str; 3] = ["nonce", "at_hash", "c_hash"];

/// Verifies bearer tokens of trusted issuers and keeps the good ones.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    /// By the name that their tokens give; the last of a name counts. A handful: a walk beats a search.
    issuers: Vec<(Arc<str>, TrustedIssuer)>,
    people: Arc<dyn People>,
    revoked: Arc<dyn RevocationList>,
    clock: Clock,
    /// By the token's full text: two tokens can never be taken for one another.
    good: Cache<KnownText, Arc<GoodToken>>,
    /// Raised by each change heard: what was verified before it is not remembered after it.
    generation: AtomicU64,
}

/// A token found good.
#[derive(Debug)]
pub(crate) struct GoodToken {
    live: Live,
    jti: Option<String>,
    /// The key that it is bound to (`cnf.jkt`, RFC 9449 section 6.1).
    jkt: Option<Box<str>>,
    /// What verified it, and which edition of that.
    keys: Arc<Keys>,
    edition: u64,
}

impl GoodToken {
    /// Whether a revocation means it: its `jti`, or the family before the point in it.
    fn is_named_by(&self, revoked: &str) -> bool {
        let Some(jti) = &self.jti else { return false };
        jti == revoked || jti.split_once('.').is_some_and(|(family, _)| family == revoked)
    }

    /// Whether it is a token of this person.
    fn is_of(&self, user: UserId) -> bool {
        self.live.principal().user().is_some_and(|known| known.id == user)
    }

    pub(crate) const fn live(&self) -> &Live {
        &self.live
    }

    /// The thumbprint of the key that it is bound to: who sends it has to prove that they hold that key.
    pub(crate) fn jkt(&self) -> Option<&str> {
        self.jkt.as_deref()
    }
}

impl Tokens {
    /// Accepts the tokens of these issuers, and keeps at most `capacity` of those found good.
    #[must_use]
    pub fn new(
        issuers: impl IntoIterator<Item = TrustedIssuer>,
        people: Arc<dyn People>,
        revoked: Arc<dyn RevocationList>,
        clock: Clock,
        capacity: usize,
    ) -> Self {
        let issuers = issuers.into_iter().map(|issuer| (issuer.expectations.issuer.as_str().into(), issuer)).collect();
        Self(Arc::new(Inner {
            issuers,
            people,
            revoked,
            clock,
            good: Cache::new(capacity),
            generation: AtomicU64::new(0),
        }))
    }

    /// The token, if it was found good before and its time is not over. Nothing of it is looked into.
    pub(crate) fn warm(&self, text: &[u8], now: i64) -> Option<Arc<GoodToken>> {
        let good = self.0.good.get(&Sought(text))?;
        (!good.live.is_over(now) && good.keys.still(good.edition, now)).then_some(good)
    }

    /// Authenticates a token.
    pub(crate) async fn authenticate(&self, token: UnverifiedToken<'_>) -> Result<Arc<GoodToken>, Rejection> {
        let generation = self.0.generation.load(Ordering::Acquire);
        let header = token.header().ok_or_else(invalid)?;
        let (header, claims) = UnverifiedHeader::read(&header).zip(token.claims()).ok_or_else(invalid)?;
        let claimed = claims.text("iss").ok_or_else(invalid)?;
        let mut issuers = self.0.issuers.iter().rev();
        let (name, issuer) = issuers.find(|(name, _)| **name == *claimed).ok_or_else(invalid)?;
        drop(claimed);
        let keys = issuer.keys.for_kid(header.kid()).await.map_err(|_| reject(TokenError::NoKeys))?;
        let verified = verify_read(token, &header, claims, &keys, &issuer.expectations, self.0.clock.now());
        let verified = verified.and_then(no_id_token).map_err(reject)?;
        let jkt = confirmed_key(&verified).map_err(reject)?;
        let jti = verified.text("jti").map(Cow::into_owned);
        if let Some(jti) = &jti
            && self.0.revoked.is_revoked(jti).await?
        {
            return Err(invalid());
        }
        let principal = Arc::new(self.principal(&verified, name, issuer).await?);
        let live = Live::new(principal, verified.expires_at());
        let good = Arc::new(GoodToken { live, jti, jkt, keys: Arc::clone(&issuer.keys), edition: keys.edition });
        let text = token.text().as_bytes();
        self.0.good.insert(text.into(), Arc::clone(&good));
        if self.0.generation.load(Ordering::Acquire) != generation {
            self.0.good.remove(&Sought(text));
        }
        Ok(good)
    }

    /// Hears of a change: what rests on it is verified again.
    pub(crate) fn hear(&self, change: &Change) {
        self.0.generation.fetch_add(1, Ordering::AcqRel);
        match change {
            Change::Keys | Change::Lost => {
                self.0.issuers.iter().for_each(|(_, issuer)| issuer.keys.expire());
                self.0.good.clear();
            }
            Change::User(user) => self.0.good.retain(|_, good| !good.is_of(*user)),
            Change::TokenRevoked(revoked) => self.0.good.retain(|_, good| !good.is_named_by(revoked)),
            _ => {}
        }
    }

    async fn principal(
        &self,
        token: &VerifiedToken,
        name: &Arc<str>,
        issuer: &TrustedIssuer,
    ) -> Result<Principal, Rejection> {
        let subject = Subject { issuer: Arc::clone(name), id: token.text("sub").ok_or_else(invalid)?.into() };
        // RFC 9068 section 2.2: a client that acts for itself is its own subject.
        let party = match token.text("client_id").or_else(|| token.text("azp")) {
            Some(client_id) if *client_id == *subject.id => Party::Service { client_id: client_id.into() },
            _ => match self.0.people.admit(&subject).await? {
                Admission::Disabled => return Err(invalid()),
                Admission::Unknown => Party::External,
                Admission::User(user) => Party::User(user),
            },
        };
        let mut claimed = issuer.claims.read(token.claims());
        let of_a_person = !matches!(party, Party::Service { .. });
        if of_a_person && issuer.unbound == Unbound::Nothing {
            claimed.bound_to.get_or_insert_default();
        }
        let claimed = Some(Arc::new(claimed));
        Ok(Principal { subject, provider: Arc::clone(&issuer.provider), party, claimed })
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers: Vec<&str> = self.0.issuers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Tokens").field("issuers", &issuers).finish_non_exhaustive()
    }
}

fn no_id_token(verified: VerifiedToken) -> Result<VerifiedToken, TokenError> {
    match OF_ID_TOKENS.iter().any(|claim| verified.claims().has(claim)) {
        true => Err(TokenError::Invalid("an ID token")),
        false => Ok(verified),
    }
}

/// `cnf.jkt`. A token that is bound in a way that we cannot check is of no use: as a bearer token it would be worth
/// more than its issuer meant.
fn confirmed_key(verified: &VerifiedToken) -> Result<Option<Box<str>>, TokenError> {
    match verified.claims().value("cnf") {
        Some(Value::Null) => Ok(None),
        None if !verified.claims().has("cnf") => Ok(None),
        confirmation => {
            let jkt = confirmation.as_ref().and_then(|confirmation| confirmation.get("jkt")?.as_str());
            jkt.map(|jkt| Some(jkt.into())).ok_or(TokenError::Invalid("cnf"))
        }
    }
}

fn invalid() -> Rejection {
    Rejection::new(ProblemKind::TokenInvalid)
}

fn reject(error: TokenError) -> Rejection {
    match error {
        TokenError::Expired => Rejection::new(ProblemKind::TokenExpired),
        TokenError::Invalid(what) => {
            tracing::debug!(what, "a token was refused");
            invalid()
        }
        TokenError::NoKeys => Rejection::new(ProblemKind::Unavailable),
    }
}
