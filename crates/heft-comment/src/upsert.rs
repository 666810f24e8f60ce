//! The conversation with GitHub's API that finds, creates or renews one comment: requests out, responses in.
//!
//! <https://docs.github.com/rest/issues/comments>, which are those of pull requests, too.

use serde::Deserialize;
use std::str::FromStr;

/// How many comments are asked for at once: the most there are on a page.
const PAGE: usize = 100;

/// After so many pages the comment is taken for missing. GitHub allows some thousand comments.
const MOST_PAGES: usize = 50;

/// The pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// GitHub's API, without a slash at its end, e.g. `https://api.github.com`.
    pub api: String,
    /// Owner and name.
    pub repository: Repository,
    /// The pull request's number.
    pub number: u64,
}

/// `owner/name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository(String);

impl FromStr for Repository {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_part = |part: &str| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            !part.is_empty() && part.chars().all(is_plain) && !matches!(part, "." | "..")
        };
        match text.split_once('/') {
            Some((owner, name)) if is_part(owner) && is_part(name) => Ok(Self(text.to_owned())),
            _ => Err("expected OWNER/NAME".to_owned()),
        }
    }
}

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// Where.
    pub url: String,
    /// The JSON to send along.
    pub body: Option<String>,
}

/// An address as it is shown: what may be a name and password before its host is left out.
pub(crate) fn without_password(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let end = url[start..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) => format!("{}{}", &url[..start], &url[start + at + 1..]),
        None => url.to_owned(),
    }
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes.
    Patch,
}

impl Method {
    /// As HTTP has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// HTTP's status.
    pub status: u16,
    /// The JSON.
    pub body: String,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this, and tell what came back.
    Send(Request),
    /// Nothing more.
    Done(Done),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// There was none; there is one now.
    Created,
    /// It says something new.
    Renewed,
    /// It said that already.
    Unchanged,
    /// The token may not: that of a pull request from a fork only reads.
    NotAllowed,
}

/// Why it did not end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// A status that is not an answer.
    #[error("GitHub's API answered {status} to {method} {url}: {message}")]
    Status {
        /// The status.
        status: u16,
        /// The request's method.
        method: &'static str,
        /// The request's address.
        url: String,
        /// What GitHub says.
        message: String,
    },
    /// No JSON, or another one.
    #[error("GitHub's API answered {url} with something unexpected: {why}")]
    Unexpected {
        /// The request's address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
}

/// The conversation.
#[derive(Clone, Debug)]
pub struct Upsert {
    target: Target,
    marker: String,
    author: String,
    body: String,
    page: usize,
    sent: Request,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Looking,
    Creating,
    Renewing,
}

impl Upsert {
    /// Begins one. `body` begins with `marker`. `author` is the login under which the token comments: a
    /// comment of somebody else that begins with the marker is left alone.
    #[must_use]
    pub fn new(target: Target, marker: String, author: String, body: String) -> Self {
        let sent = page(&target, 1);
        Self {
            target,
            marker,
            author,
            body,
            page: 1,
            sent,
            state: State::Looking,
        }
    }

    /// The first request.
    #[must_use]
    pub fn first(&self) -> Request {
        self.sent.clone()
    }

    /// Takes the response to the last request.
    ///
    /// # Errors
    ///
    /// When GitHub refused for another reason than missing rights, or answered with something else.
    pub fn next(&mut self, response: &Response) -> Result<Step, ApiError> {
        match (self.state, response.status) {
            (State::Looking, 200) => self.look(response),
            (State::Creating, 201) => Ok(Step::Done(Done::Created)),
            (State::Renewing, 200) => Ok(Step::Done(Done::Renewed)),
            // Missing rights. To some tokens GitHub says that there is no such place.
            (State::Creating | State::Renewing, 401 | 403 | 404) => {
                Ok(Step::Done(Done::NotAllowed))
            }
            (State::Looking, 401 | 403) => Ok(Step::Done(Done::NotAllowed)),
            (_, status) => Err(ApiError::Status {
                status,
                method: self.sent.method.name(),
                url: without_password(&self.sent.url),
                message: message(&response.body),
            }),
        }
    }

    fn look(&mut self, response: &Response) -> Result<Step, ApiError> {
        let comments: Vec<Comment> =
            serde_json::from_str(&response.body).map_err(|err| ApiError::Unexpected {
                url: without_password(&self.sent.url),
                why: err.to_string(),
            })?;
        let is_ours = |comment: &&Comment| {
            let author = comment.user.as_ref().map(|user| user.login.as_str());
            let body = comment.body.as_deref().unwrap_or_default();
            author == Some(&self.author) && body.starts_with(&self.marker)
        };
        if let Some(found) = comments.iter().find(is_ours) {
            let known = found.body.as_deref().unwrap_or_default();
            // GitHub may give back other line ends and takes the last one away.
            if known.replace("\r\n", "\n").trim_end() == self.body.trim_end() {
                return Ok(Step::Done(Done::Unchanged));
            }
            let Target {
                api, repository, ..
            } = &self.target;
            let url = format!("{api}/repos/{}/issues/comments/{}", repository.0, found.id);
            return Ok(self.send(State::Renewing, Method::Patch, url));
        }
        if comments.len() >= PAGE && self.page < MOST_PAGES {
            self.page += 1;
            self.sent = page(&self.target, self.page);
            return Ok(Step::Send(self.sent.clone()));
        }
        let url = comments_of(&self.target);
        Ok(self.send(State::Creating, Method::Post, url))
    }

    fn send(&mut self, state: State, method: Method, url: String) -> Step {
        self.state = state;
        self.sent = Request {
            method,
            url,
            body: Some(serde_json::json!({ "body": self.body }).to_string()),
        };
        Step::Send(self.sent.clone())
    }
}

fn page(target: &Target, page: usize) -> Request {
    Request {
        method: Method::Get,
        url: format!("{}?per_page={PAGE}&page={page}", comments_of(target)),
        body: None,
    }
}

fn comments_of(target: &Target) -> String {
    let Target {
        api,
        repository,
        number,
    } = target;
    format!("{api}/repos/{}/issues/{number}/comments", repository.0)
}

/// GitHub's words, in one line.
fn message(body: &str) -> String {
    #[derive(Deserialize)]
    struct Message {
        message: String,
    }
    let words = match serde_json::from_str::<Message>(body) {
        Ok(found) => found.message,
        Err(_) => "no message".to_owned(),
    };
    words.escape_debug().take(200).collect()
}

#[derive(Deserialize)]
struct Comment {
    id: u64,
    body: Option<String>,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn an_address_is_shown_without_what_may_be_a_password() {
        for (url, shown) in [
            ("https://user:secret@host/x", "https://host/x"),
            ("https://secret@host:1", "https://host:1"),
            ("https://a@b@host/x@y", "https://host/x@y"),
            ("https://host/a?b=c@d", "https://host/a?b=c@d"),
            ("https://host?b=c@d", "https://host?b=c@d"),
            ("user:secret@host/x", "host/x"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
