//! What is measured: one request, and what its answer has to hold.

use serde::Deserialize;
use url::Url;

use crate::{
    Outcome,
    address::{CALLBACK, OWN_SCOPE, VERIFIER},
    connection::{Answer, Connection},
    contender::Contender,
};

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Authorize,
    Code,
    Refresh,
    ClientCredentials,
    Introspect,
}

impl Operation {
    pub(crate) const ALL: [Self; 5] =
        [Self::Authorize, Self::Code, Self::Refresh, Self::ClientCredentials, Self::Introspect];

    /// How the table calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Code => "code",
            Self::Refresh => "refresh",
            Self::ClientCredentials => "client credentials",
            Self::Introspect => "introspect",
        }
    }

    /// Asks once and looks at the answer.
    ///
    /// `supply` holds what the request needs: codes are taken from it, a refresh token is replaced by its successor, the
    /// token that is introspected stays; an authorization adds its code.
    pub(crate) async fn ask(
        self,
        connection: &mut Connection,
        contender: &Contender,
        supply: &mut Vec<String>,
    ) -> Outcome {
        match self {
            Self::Authorize => supply.push(authorize(connection, contender, false).await?),
            Self::Code => {
                let code = supply.pop().ok_or(USED_UP)?;
                let answer = redeem(connection, contender, &code).await?;
                answer.json::<Tokens<'_>>()?.of_a_person(&answer)?;
            }
            Self::Refresh => {
                let token = supply.pop().ok_or(USED_UP)?;
                let pairs = [("grant_type", "refresh_token"), ("refresh_token", &token)];
                let answer = connection.ask(contender.token(&pairs)?).await?;
                let successor = answer.json::<Tokens<'_>>()?.of_a_person(&answer)?.refresh;
                if successor == token {
                    return Err("the refresh token was not rotated".into());
                }
                supply.push(successor);
            }
            Self::ClientCredentials => {
                let pairs = [("grant_type", "client_credentials"), ("scope", OWN_SCOPE)];
                let answer = connection.ask(contender.token(&pairs)?).await?;
                let token = answer.json::<Tokens<'_>>()?.access_token.ok_or_else(|| answer.unexpected())?;
                if token.split('.').count() != 3 {
                    return Err(answer.unexpected());
                }
            }
            Self::Introspect => {
                let token = supply.last().ok_or(USED_UP)?;
                let answer = connection.ask(contender.introspect(token)?).await?;
                if !answer.json::<Introspection>()?.active {
                    return Err(answer.unexpected());
                }
            }
        }
        Ok(())
    }

    /// What so many requests on one connection need, before the clock runs.
    pub(crate) async fn supply(self, contender: &Contender, codes: Vec<String>) -> Outcome<Vec<String>> {
        let mut connection = contender.connect().await?;
        match self {
            Self::Code => Ok(codes),
            Self::Refresh | Self::Introspect => {
                let code = authorize(&mut connection, contender, self == Self::Introspect).await?;
                let answer = redeem(&mut connection, contender, &code).await?;
                let held = answer.json::<Tokens<'_>>()?.of_a_person(&answer)?;
                Ok(vec![if self == Self::Refresh { held.refresh } else { held.access }])
            }
            Self::Authorize | Self::ClientCredentials => Ok(Vec::new()),
        }
    }
}

/// What a token endpoint gives.
#[derive(Debug, Deserialize)]
struct Tokens<'a> {
    access_token: Option<&'a str>,
    refresh_token: Option<&'a str>,
    id_token: Option<&'a str>,
}

/// What a person's client keeps of it.
struct Held {
    access: String,
    refresh: String,
}

impl Tokens<'_> {
    /// All three have to be there.
    fn of_a_person(&self, answer: &Answer) -> Outcome<Held> {
        let (Some(access), Some(refresh), Some(_)) = (self.access_token, self.refresh_token, self.id_token) else {
            return Err(answer.unexpected());
        };
        Ok(Held { access: access.to_owned(), refresh: refresh.to_owned() })
    }
}

#[derive(Debug, Deserialize)]
struct Introspection {
    active: bool,
}

async fn authorize(connection: &mut Connection, contender: &Contender, introspectable: bool) -> Outcome<String> {
    let answer = connection.ask(contender.authorize(introspectable)?).await?;
    let location = answer.location().filter(|location| location.starts_with(CALLBACK));
    let location = Url::parse(location.ok_or_else(|| answer.unexpected())?)?;
    let code = location.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
    code.ok_or_else(|| answer.unexpected())
}

async fn redeem(connection: &mut Connection, contender: &Contender, code: &str) -> Outcome<Answer> {
    let pairs =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    connection.ask(contender.token(&pairs)?).await
}

const USED_UP: &str = "the supply of codes or tokens is used up";
