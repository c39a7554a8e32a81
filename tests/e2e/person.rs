//! A person in front of the portal: goes places, presses keys, and waits until something is to be seen.

use std::time::{Duration, Instant};

use portcullis_tests::{Browser, Portal, Visitor};
use thirtyfour::prelude::*;

/// A person with a browser of their own.
pub(crate) struct Person {
    pub(crate) browser: Browser,
    base: String,
}

impl Person {
    /// Somebody whom nobody knows.
    pub(crate) async fn unknown(portal: &Portal) -> WebDriverResult<Self> {
        Ok(Self { browser: Browser::open().await?, base: portal.base().to_owned() })
    }

    /// Somebody whom nobody knows, who knows the portal by another address.
    pub(crate) async fn at(portal: &Portal, base: &str) -> WebDriverResult<Self> {
        Ok(Self { base: base.to_owned(), ..Self::unknown(portal).await? })
    }

    /// One of the demo's people, signed in by way of the sign-in page.
    pub(crate) async fn signed_in(portal: &Portal, email: &str) -> WebDriverResult<Self> {
        let person = Self::unknown(portal).await?;
        person.browser.sign_in(portal.base(), email).await?;
        Ok(person)
    }

    /// Goes to a page and waits until it is live.
    pub(crate) async fn visit(&self, path: &str) -> WebDriverResult<()> {
        self.load(path).await?;
        self.browser.wait_hydrated().await
    }

    /// Goes to a page, live or not.
    pub(crate) async fn load(&self, path: &str) -> WebDriverResult<()> {
        self.browser.goto(&format!("{}{path}", self.base)).await
    }

    /// Presses what a selector finds, as soon as it is there.
    pub(crate) async fn press(&self, css: &str) -> WebDriverResult<()> {
        self.browser.find(css).await?.click().await
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn type_keys(&self, keys: impl Into<TypingData>) -> WebDriverResult<()> {
        self.browser.driver().action_chain().send_keys(keys).perform().await
    }

    /// Presses a key while Control is held.
    pub(crate) async fn type_with_control(&self, key: Key) -> WebDriverResult<()> {
        let chain = self.browser.driver().action_chain();
        chain.key_down(Key::Control).send_keys(Key::value(&key).to_string()).key_up(Key::Control).perform().await
    }

    /// The text that a person reads there.
    pub(crate) async fn reads(&self, css: &str) -> WebDriverResult<String> {
        self.browser.find(css).await?.text().await
    }

    /// The value of an expression of the page.
    pub(crate) async fn value<T: serde::de::DeserializeOwned>(&self, expression: &str) -> WebDriverResult<T> {
        self.browser.driver().execute(format!("return ({expression})"), Vec::new()).await?.convert()
    }

    /// Waits until an expression of the page is true, and says how long that took.
    ///
    /// A page that is being left answers nothing; it is asked again.
    pub(crate) async fn sees(&self, expression: &str) -> WebDriverResult<Duration> {
        let begin = Instant::now();
        let mut last = String::from("false");
        while begin.elapsed() < PATIENCE {
            match self.value::<bool>(&format!("!!({expression})")).await {
                Ok(true) => return Ok(begin.elapsed()),
                Ok(false) => {}
                Err(error) => last = error.to_string(),
            }
            tokio::time::sleep(POLL).await;
        }
        let page: String = self.value("location.href + '\\n' + document.body.innerText").await.unwrap_or_default();
        Err(WebDriverError::Timeout(format!("never true: {expression} ({last}); the page:\n{page}")))
    }

    /// Waits until a selector finds something.
    pub(crate) async fn sees_part(&self, css: &str) -> WebDriverResult<Duration> {
        self.sees(&format!("document.querySelector({css:?})")).await
    }

    /// Waits until a selector finds nothing any more.
    pub(crate) async fn sees_no(&self, css: &str) -> WebDriverResult<Duration> {
        self.sees(&format!("!document.querySelector({css:?})")).await
    }

    /// Waits until the address begins with this path.
    pub(crate) async fn arrives_at(&self, path: &str) -> WebDriverResult<Duration> {
        self.sees(&format!("location.pathname.startsWith({path:?}) && document.readyState === 'complete'")).await
    }

    /// The same person without a browser: a visitor with the browser's session.
    pub(crate) async fn as_visitor(&self, portal: &Portal) -> WebDriverResult<Visitor> {
        let cookie = self.browser.driver().get_named_cookie("portcullis").await?;
        let visitor = Visitor::anonymous(portal);
        visitor.jar(|jar| jar.set("portcullis", &cookie.value));
        Ok(visitor)
    }
}

const PATIENCE: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(20);
