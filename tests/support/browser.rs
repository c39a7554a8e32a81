//! A person at a real browser: Chromium, driven by WebDriver.
//!
//! Tests that use it need a runtime with more than one thread, because closing the browser blocks:
//! `#[tokio::test(flavor = "multi_thread", worker_threads = 2)]`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use thirtyfour::prelude::*;
use thirtyfour::{BrowserLogEntry, ChromiumLikeCapabilities, LoggingPrefsLogLevel};

use crate::process::{OwnedProcess, send_signal};
use crate::temp_dir::TempDir;
use crate::visitor::PASSWORD;

/// A browser with a profile of its own; closed when dropped.
///
/// The fields are dropped in this order: WebDriver says goodbye before its driver ends.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    _chromium: Chromium,
    _chromedriver: OwnedProcess,
    _folder: TempDir,
}

/// The browser's own process, for the case that it outlives its driver.
#[derive(Debug)]
struct Chromium(Option<u32>);

impl Browser {
    /// Opens a browser on an empty page.
    ///
    /// # Errors
    /// When Chromium does not start.
    ///
    /// # Panics
    /// When its driver does not start.
    pub async fn open() -> WebDriverResult<Self> {
        let folder = TempDir::new("browser");
        let mut command = Command::new("chromedriver");
        command.args(["--port=0", "--allowed-ips=127.0.0.1"]);
        let chromedriver = OwnedProcess::spawn("chromedriver", &mut command, &folder.path().join("log"));
        let started = chromedriver.wait_for_line("ChromeDriver was started successfully on port ", PATIENCE);
        let address = format!("http://127.0.0.1:{}", started.trim_end_matches('.'));

        let mut wanted = DesiredCapabilities::chrome();
        for flag in FLAGS {
            wanted.add_arg(flag)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", folder.path().join("profile").display()))?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(address, wanted).await?;
        let chromium = driver.capabilities().get("goog:processID").and_then(serde_json::Value::as_u64);
        let chromium = Chromium(chromium.and_then(|id| u32::try_from(id).ok()));
        Ok(Self { driver, _chromium: chromium, _chromedriver: chromedriver, _folder: folder })
    }

    /// The whole of WebDriver.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// When the browser does not get there.
    pub async fn goto(&self, url: &str) -> WebDriverResult<()> {
        self.driver.goto(url).await
    }

    /// Waits until the page is live.
    ///
    /// # Errors
    /// When it never is.
    pub async fn wait_hydrated(&self) -> WebDriverResult<()> {
        self.find(r#"html[data-hydrated="true"]"#).await.map(|_| ())
    }

    /// Finds by CSS selector, waiting until something is there.
    ///
    /// # Errors
    /// When nothing comes.
    pub async fn find(&self, css: &str) -> WebDriverResult<WebElement> {
        self.driver.query(By::Css(css)).wait(PATIENCE, POLL).first().await
    }

    /// Everything that a CSS selector finds now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn find_all(&self, css: &str) -> WebDriverResult<Vec<WebElement>> {
        self.driver.find_all(By::Css(css)).await
    }

    /// Waits until a CSS selector finds nothing any more.
    ///
    /// # Errors
    /// When something stays.
    pub async fn wait_gone(&self, css: &str) -> WebDriverResult<()> {
        self.driver.query(By::Css(css)).wait(PATIENCE, POLL).not_exists().await.and_then(|gone| match gone {
            true => Ok(()),
            false => Err(WebDriverError::Timeout(format!("`{css}` is still there"))),
        })
    }

    /// Signs one of the demo's people in, from the portal's address, by the sign-in page.
    ///
    /// # Errors
    /// When the page is not as it should be.
    pub async fn sign_in(&self, base: &str, email: &str) -> WebDriverResult<()> {
        self.goto(&format!("{base}/auth/login?provider=local&return_to=/")).await?;
        self.find("input[name=email]").await?.send_keys(email).await?;
        let password = self.find("input[name=password]").await?;
        password.send_keys(PASSWORD).await?;
        password.send_keys(Key::Enter + "").await?;
        self.wait_gone("input[name=password]").await
    }

    /// Sets the size of the page, in CSS pixels.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> WebDriverResult<()> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await
    }

    /// Pretends that the person prefers `dark` or `light` colours.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn prefer(&self, colours: &str) -> WebDriverResult<()> {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
        self.devtools("Emulation.setEmulatedMedia", features).await
    }

    /// Keeps WebAssembly from loading, in this tab, from now on.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn block_wasm(&self) -> WebDriverResult<()> {
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.setBlockedURLs", json!({"urls": ["*.wasm"]})).await
    }

    /// Sends a command of the DevTools protocol.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn devtools(&self, command: &str, parameters: serde_json::Value) -> WebDriverResult<()> {
        self.driver.cdp().send_raw(command, parameters).await?;
        Ok(())
    }

    /// Opens another tab of the same person and brings it to the front.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn open_tab(&self) -> WebDriverResult<WindowHandle> {
        let tab = self.driver.new_tab().await?;
        self.switch_to(&tab).await?;
        Ok(tab)
    }

    /// The tab that is in front.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn tab(&self) -> WebDriverResult<WindowHandle> {
        self.driver.window().await
    }

    /// Goes to a tab.
    ///
    /// # Errors
    /// When it is closed.
    pub async fn switch_to(&self, tab: &WindowHandle) -> WebDriverResult<()> {
        self.driver.switch_to_window(tab.clone()).await
    }

    /// Writes what is seen to a PNG file.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn screenshot(&self, file: &Path) -> WebDriverResult<()> {
        self.driver.screenshot(file).await
    }

    /// What the console says since the last look, warnings included.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn console(&self) -> WebDriverResult<Vec<BrowserLogEntry>> {
        self.driver.browser_log().await
    }

    /// The errors that the console says since the last look.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn console_errors(&self) -> WebDriverResult<Vec<String>> {
        let entries = self.console().await?;
        Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if let Some(process) = self.0 {
            send_signal("KILL", process);
        }
    }
}

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
];
const PATIENCE: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(25);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_browser_shows_a_page_and_tells_what_its_console_says() -> WebDriverResult<()> {
        let browser = Browser::open().await?;
        browser.resize(390, 844).await?;
        browser.prefer("dark").await?;
        let script = "document.body.id = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'";
        browser.goto(&format!("data:text/html,<body><script>{script};console.error('seen')</script>")).await?;
        browser.find("#dark").await?;

        let width = browser.driver().execute("return innerWidth", []).await?;
        assert_eq!(width.json().as_u64(), Some(390));
        let errors = browser.console_errors().await?;
        assert!(errors.iter().any(|error| error.contains("seen")), "{errors:?}");

        let first = browser.tab().await?;
        let second = browser.open_tab().await?;
        assert_ne!(first, second);
        browser.switch_to(&first).await?;
        browser.find("#dark").await.map(|_| ())
    }
}
