//! An OpenID provider written by others (npm `oidc-provider`), as a program of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::OwnedProcess;
use crate::temp_dir::TempDir;

/// A running provider with one client; anybody may sign in, with any password.
#[derive(Debug)]
pub struct OidcProvider {
    issuer: String,
    http: reqwest::Client,
    process: OwnedProcess,
    _folder: TempDir,
}

impl OidcProvider {
    /// The identifier of its one client.
    pub const CLIENT_ID: &str = "portal";
    /// The secret of its one client.
    pub const CLIENT_SECRET: &str = "secret-of-the-portal-at-the-peer";

    /// Starts one whose client may return to these addresses.
    ///
    /// Somebody who signs in as `NAME` has the e-mail `NAME` or, without `@`, `NAME@idp.example`,
    /// and neither roles nor organizations.
    ///
    /// # Panics
    /// When it does not start; the message holds its log.
    #[must_use]
    pub fn start(redirect_uris: &[&str]) -> Self {
        Self::start_with(redirect_uris, &[], &json!({}))
    }

    /// The same, with addresses to return to after signing out, and with claims by login name.
    ///
    /// `accounts` is such as `{"ada": {"roles": ["FINANCE"], "organizations": ["acme"]}}`.
    ///
    /// # Panics
    /// When it does not start; the message holds its log.
    #[must_use]
    pub fn start_with(redirect_uris: &[&str], post_logout_redirect_uris: &[&str], accounts: &Value) -> Self {
        let client = json!({"redirect_uris": redirect_uris, "post_logout_redirect_uris": post_logout_redirect_uris});
        Self::start_for(&client, accounts)
    }

    /// Starts one whose client has this metadata (RFC 7591) beside its identifier and its secret; `null` as
    /// `client_secret` leaves that out.
    ///
    /// # Panics
    /// When it does not start; the message holds its log.
    #[must_use]
    pub fn start_for(client: &Value, accounts: &Value) -> Self {
        Self::start_demanding(&[], client, accounts)
    }

    /// The same, which demands of requests that they are pushed (`pushed-requests`, RFC 9126), and of proofs of
    /// possession that they carry a nonce (`dpop-nonce`, RFC 9449 section 8).
    ///
    /// # Panics
    /// When it does not start; the message holds its log.
    #[must_use]
    pub fn start_demanding(demands: &[&str], client: &Value, accounts: &Value) -> Self {
        let mut metadata = json!({"client_id": Self::CLIENT_ID, "client_secret": Self::CLIENT_SECRET});
        let members = metadata.as_object_mut().expect("it is written as an object");
        members.extend(client.as_object().expect("metadata is an object").clone());
        members.retain(|_, value| !value.is_null());
        let folder = TempDir::new("oidc-provider");
        let mut command = Command::new("node");
        command
            .arg(program())
            .current_dir(folder.path())
            .env("OIDC_CLIENT", metadata.to_string())
            .env("OIDC_ACCOUNTS", accounts.to_string())
            .env("OIDC_DEMANDS", json!(demands).to_string());
        let process = OwnedProcess::spawn("oidc-provider", &mut command, &folder.path().join("log"));
        let issuer = process.wait_for_line("listening on ", PATIENCE);
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
        Self { issuer, http: http.expect("an HTTP client can be built"), process, _folder: folder }
    }

    /// Changes the claims of those who are named; the next login states them.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn set_accounts(&self, accounts: &Value) {
        let request = self.http.post(format!("{}/test/accounts", self.issuer)).json(accounts);
        let answer = request.send().await.expect("the peer answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// How often something happened there so far: `granted TYPE`, `refused TYPE`, `revoked`, `told CLIENT`,
    /// `pushed`, `bound token`, `bearer token`.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn count(&self, event: &str) -> usize {
        let answer = self.http.get(format!("{}/test/events", self.issuer)).send().await.expect("the peer answers");
        let events: Vec<String> = answer.json().await.expect("a list of events");
        events.iter().filter(|one| *one == event).count()
    }

    /// Its issuer, which is also its address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.log()
    }
}

/// Our script, beside what npm installed.
fn program() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/oidc-provider");
    assert!(
        folder.join("node_modules").is_dir(),
        "the peer is not installed; run `cargo xtask test`, or `npm ci` in {}",
        folder.display()
    );
    folder.join("server.mjs")
}

const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::extract::{Query, State};
    use axum::response::Redirect;
    use axum::routing::get;
    use axum::{Json, Router};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::sign_in;
    use crate::visitor::Visitor;

    /// A relying party in its barest form: sends people there, and shows the claims they come back with.
    struct Party {
        provider: OidcProvider,
        redirect_uri: String,
    }

    async fn login(State(party): State<Arc<Party>>) -> Redirect {
        let query = serde_urlencoded::to_string([
            ("client_id", OidcProvider::CLIENT_ID),
            ("redirect_uri", &party.redirect_uri),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("state", "s"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ]);
        Redirect::to(&format!("{}/auth?{}", party.provider.issuer(), query.unwrap()))
    }

    async fn callback(State(party): State<Arc<Party>>, Query(query): Query<Value>) -> Json<Value> {
        let request = reqwest::Client::new()
            .post(format!("{}/token", party.provider.issuer()))
            .basic_auth(OidcProvider::CLIENT_ID, Some(OidcProvider::CLIENT_SECRET))
            .form(&json!({
                "grant_type": "authorization_code",
                "code": query["code"],
                "redirect_uri": party.redirect_uri,
                "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            }));
        let tokens: Value = request.send().await.unwrap().json().await.unwrap();
        let claims = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        Json(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap())
    }

    #[tokio::test]
    async fn somebody_signs_in_and_comes_back_with_the_claims_the_test_chose() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let redirect_uri = format!("{base}/auth/callback/peer");
        let accounts = json!({"ada": {"roles": ["FINANCE"], "organizations": ["acme"]}});
        let provider = OidcProvider::start_with(&[&redirect_uri], &[], &accounts);
        let issuer = provider.issuer().to_owned();
        let party = Arc::new(Party { provider, redirect_uri });
        let router = Router::new().route("/auth/login", get(login)).route("/auth/callback/peer", get(callback));
        tokio::spawn(axum::serve(listener, router.with_state(party)).into_future());

        let visitor = Visitor::at(&base);
        let claims = sign_in::by_password(&visitor, "peer", "ada", "anything").await.json();
        assert_eq!(claims["iss"], issuer);
        assert_eq!(claims["email"], "ada@idp.example");
        assert_eq!(claims["roles"], json!(["FINANCE"]));
        assert_eq!(claims["organizations"], json!(["acme"]));
    }
}
