//! A real browser, driven through the pipe that Chromium offers for it (`--remote-debugging-pipe`): messages of the DevTools
//! protocol as JSON, each ended by a zero byte. It needs no driver, no port and no client library, gives events that pages take
//! for a person's, and tells of every request and message of the console.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Names that it has in a `PATH`.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/// If this variable is set, a missing browser is a failure: for machines that shall have one.
const REQUIRED: &str = "BRISK_TEST_CHROMIUM";
/// A browser that says nothing for so long will never say anything: the test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

const ARGUMENTS: [&str; 13] = [
    "--headless",
    "--remote-debugging-pipe",
    // The only page is ours, and containers have no user namespaces to build a sandbox of.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-extensions",
    "--window-size=1440,900",
];

/// A browser with one page.
pub(crate) struct Chromium {
    child: Child,
    /// `None` once it is closed.
    requests: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What it told without being asked.
    events: Vec<Value>,
    session: Option<String>,
    n_requests: u64,
    directory: TempDir,
}

impl Chromium {
    /// Starts the browser. `None`, and a word on it, if this machine has none.
    pub(crate) fn start() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let directories: Vec<_> = std::env::split_paths(&path).collect();
        let found =
            NAMES.iter().flat_map(|name| directories.iter().map(move |it| it.join(name))).find(|it| it.is_file());
        let Some(program) = found else {
            assert!(std::env::var_os(REQUIRED).is_none(), "{REQUIRED} is set, and there is no Chromium in PATH");
            writeln!(std::io::stderr(), "skipped: there is no Chromium in PATH").unwrap();
            return None;
        };
        let mut browser = Self::of(&program);
        let target = browser.ask("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached =
            browser.ask("Target.attachToTarget", &json!({ "targetId": target["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{domain}.enable"), &json!({}));
        }
        browser.ask("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }));
        Some(browser)
    }

    fn of(program: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        // It reads from descriptor 3 and writes to 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1"])
            .arg(program)
            .args(ARGUMENTS)
            .arg(format!("--user-data-dir={}", directory.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (requests, mut replies) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            while replies.read_until(0, &mut bytes).is_ok_and(|n| n > 0) {
                let message = serde_json::from_slice(bytes.strip_suffix(&[0]).unwrap_or(&bytes));
                bytes.clear();
                if message.is_ok_and(|message: Value| sender.send(message).is_err()) {
                    return;
                }
            }
        });
        Self { child, requests, messages, events: Vec::new(), session: None, n_requests: 0, directory }
    }

    /// Asks for something and gives the answer.
    pub(crate) fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.n_requests += 1;
        let id = self.n_requests;
        let mut request = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        let requests = self.requests.as_mut().unwrap();
        requests.write_all(format!("{request}\0").as_bytes()).unwrap();
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{method}: {error}"));
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Shows this page and waits until it is complete.
    pub(crate) fn show(&mut self, html: &str) {
        let path = self.directory.path().join("report.html");
        std::fs::write(&path, html).unwrap();
        self.events.clear();
        self.ask("Page.navigate", &json!({ "url": format!("file://{}", path.display()) }));
        let ready = "new Promise((resolve) => {
            const look = () => document.documentElement?.dataset.ready ? resolve(true) : setTimeout(look, 5);
            look();
        })";
        assert_eq!(self.value(ready), true);
    }

    /// The value of an expression in the page; a promise is waited for.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true,
        });
        let answer = self.ask("Runtime.evaluate", &asked);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// The text of the first element that matches, as people see it.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let text = self.value(&format!("document.querySelector({}).innerText", json!(selector)));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until what was asked for is painted.
    pub(crate) fn painted(&mut self) {
        self.value("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))");
    }

    /// The middle of the first element that matches, scrolled into sight.
    fn place(&mut self, selector: &str) -> (Value, Value) {
        let place = self.value(&format!(
            "(() => {{
                const node = document.querySelector({});
                node.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = node.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})()",
            json!(selector)
        ));
        (place[0].clone(), place[1].clone())
    }

    /// Presses and releases the mouse there.
    pub(crate) fn click(&mut self, selector: &str) {
        let (x, y) = self.place(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", &event);
        }
        self.painted();
    }

    /// Turns the wheel there with the control key held, away from the user.
    pub(crate) fn zoom(&mut self, selector: &str) {
        const CONTROL: u32 = 2;
        let (x, y) = self.place(selector);
        let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": -240, "modifiers": CONTROL });
        self.ask("Input.dispatchMouseEvent", &event);
        self.painted();
    }

    /// Types into what has the focus.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.ask("Input.insertText", &json!({ "text": text }));
        self.painted();
    }

    /// Presses a key: its name, and what it writes.
    pub(crate) fn press(&mut self, key: &str, text: &str) {
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        self.ask("Input.dispatchKeyEvent", &json!({ "type": down, "key": key, "code": key, "text": text }));
        self.ask("Input.dispatchKeyEvent", &json!({ "type": "keyUp", "key": key, "code": key }));
        self.painted();
    }

    /// Makes the window that large.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", &metrics);
        self.painted();
    }

    /// Everything that the page's console, its exceptions and its policy complained of since it was shown.
    pub(crate) fn complaints(&self) -> Vec<String> {
        const COMPLAINTS: [&str; 3] = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"];
        let is_complaint = |event: &&Value| event["method"].as_str().is_some_and(|method| COMPLAINTS.contains(&method));
        self.events.iter().filter(is_complaint).map(|event| event["params"].to_string()).collect()
    }

    /// Addresses of everything that was asked for since the page was shown.
    pub(crate) fn requests(&self) -> Vec<String> {
        let sent = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.filter_map(|event| event["params"]["request"]["url"].as_str().map(str::to_owned)).collect()
    }
}

impl Drop for Chromium {
    /// Asks the browser to end, and does not leave it behind if it does not answer.
    fn drop(&mut self) {
        if let Some(mut requests) = self.requests.take() {
            // Failing means that it has ended already.
            let _ = requests.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        }
        while self.messages.recv_timeout(Duration::from_secs(5)).is_ok() {}
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
