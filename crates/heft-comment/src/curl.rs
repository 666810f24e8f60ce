//! Sends requests with `curl`, which every runner has.

use crate::upsert::{Request, Response, without_password};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How long one request may take.
const SECONDS: &str = "30";

/// The version of GitHub's API that is asked for.
const API_VERSION: &str = "2022-11-28";

/// What brings a request to GitHub.
pub trait Transport {
    /// Sends one.
    ///
    /// # Errors
    ///
    /// When nothing came back.
    fn send(&self, request: &Request) -> Result<Response, TransportError>;
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The program could not be run.
    #[error("cannot run `curl`: {0}; install it")]
    NoCurl(String),
    /// It could be, and failed.
    #[error("cannot reach {url}: {why}")]
    Failed {
        /// The address.
        url: String,
        /// curl's words.
        why: String,
    },
    /// A token would be sent where others can read it.
    #[error("{url} is neither https nor this machine: no token is sent there")]
    NotSafe {
        /// The address.
        url: String,
    },
}

/// `curl` with a token.
#[derive(Clone, Debug)]
pub struct Curl {
    /// GitHub's token.
    pub token: String,
    /// Where what is sent is kept meanwhile.
    pub folder: PathBuf,
}

impl Transport for Curl {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let url = || without_password(&request.url);
        if !is_safe(&request.url) {
            return Err(TransportError::NotSafe { url: url() });
        }
        let failed = |why: String| TransportError::Failed { url: url(), why };
        let mut curl = Command::new("curl");
        // The settings come by standard input, so that no list of processes shows the token.
        curl.args(["--disable", "--config", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let body = request.body.as_deref();
        let body = body.map(|body| body_file(&self.folder, body)).transpose();
        let body = body.map_err(|err| failed(err.to_string()))?;
        let path = body.as_ref().map(|file| file.path().display().to_string());
        let mut child = curl
            .spawn()
            .map_err(|err| TransportError::NoCurl(err.to_string()))?;
        if let Some(mut stdin) = child.stdin.take() {
            let settings = settings(request, &self.token, path.as_deref());
            stdin
                .write_all(settings.as_bytes())
                .map_err(|err| failed(err.to_string()))?;
        }
        let output = child
            .wait_with_output()
            .map_err(|err| failed(err.to_string()))?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            return Err(failed(words.trim().replace('\n', "; ")));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let (body, status) = text.rsplit_once('\n').unwrap_or_default();
        let status = status.parse().map_err(|_| failed("no status".to_owned()))?;
        Ok(Response {
            status,
            body: body.to_owned(),
        })
    }
}

fn body_file(folder: &Path, body: &str) -> std::io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(body.as_bytes())?;
    file.flush()?;
    Ok(file)
}

/// curl's settings, one a line (<https://curl.se/docs/manpage.html#-K>).
fn settings(request: &Request, token: &str, body: Option<&str>) -> String {
    let mut lines = vec![
        "silent".to_owned(),
        "show-error".to_owned(),
        format!("max-time = {SECONDS}"),
        format!("request = {}", quoted(request.method.name())),
        format!("url = {}", quoted(&request.url)),
        format!(
            "header = {}",
            quoted(&format!("Authorization: Bearer {token}"))
        ),
        "header = \"Accept: application/vnd.github+json\"".to_owned(),
        format!("header = \"X-GitHub-Api-Version: {API_VERSION}\""),
        // GitHub refuses requests without one.
        "user-agent = \"wasm-heft\"".to_owned(),
        "write-out = \"\\n%{http_code}\"".to_owned(),
    ];
    if let Some(path) = body {
        lines.push("header = \"Content-Type: application/json\"".to_owned());
        lines.push(format!("data-binary = {}", quoted(&format!("@{path}"))));
    }
    lines.join("\n") + "\n"
}

/// A value in curl's settings. A line break would begin another setting, so there is none.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Encrypted, or not leaving this machine.
fn is_safe(url: &str) -> bool {
    let local = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
    url.starts_with("https://")
        || local.iter().any(|start| {
            let rest = url.strip_prefix(start);
            // NB: `http://localhost:1@elsewhere/` is elsewhere.
            rest.is_some_and(|rest| {
                let port = rest.split('/').next().unwrap_or_default();
                !port.is_empty() && port.chars().all(|c| c.is_ascii_digit())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::{is_safe, settings};
    use crate::upsert::{Method, Request};

    #[test]
    fn a_token_goes_only_where_nobody_reads_along() {
        for url in [
            "https://api.github.com/x",
            "http://127.0.0.1:80/x",
            "http://localhost:8080",
        ] {
            assert!(is_safe(url), "{url}");
        }
        for url in [
            "http://api.github.com/x",
            "http://localhost:1@example.com/",
            "http://127.0.0.1:x/",
            "ftp://localhost:1/",
            "http://localhost/",
        ] {
            assert!(!is_safe(url), "{url}");
        }
    }

    #[test]
    fn no_value_begins_a_setting_of_its_own() {
        let request = Request {
            method: Method::Get,
            url: "https://x/\"\nnetrc\n".to_owned(),
            body: None,
        };
        let settings = settings(&request, "secret\noutput = /etc/passwd", Some("/tmp/a\"b"));
        let starts = settings
            .lines()
            .map(|line| line.split(' ').next().unwrap_or_default());
        let starts: Vec<&str> = starts.collect();
        assert_eq!(
            starts,
            [
                "silent",
                "show-error",
                "max-time",
                "request",
                "url",
                "header",
                "header",
                "header",
                "user-agent",
                "write-out",
                "header",
                "data-binary"
            ]
        );
        assert!(
            settings.contains("url = \"https://x/\\\"netrc\"\n"),
            "{settings}"
        );
    }
}
