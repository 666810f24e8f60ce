//! The comment against a GitHub that this test plays, on this machine's own network.

use heft_comment::{
    Curl, Done, Key, Request, Response, Target, Transport, TransportError, Upsert, commands,
};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

const AUTHOR: &str = "github-actions[bot]";

/// What the played GitHub has and does.
#[derive(Default)]
struct State {
    comments: Vec<Value>,
    log: Vec<String>,
    /// The status that writing is answered with, in place of its own.
    writing: Option<u16>,
    /// What every request is answered with.
    broken: Option<(u16, &'static str)>,
}

struct GitHub {
    api: String,
    state: Arc<Mutex<State>>,
}

impl GitHub {
    fn start(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let api = format!("http://{}", listener.local_addr().expect("bound"));
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &mut shared.lock().expect("no test has failed"));
            }
        });
        Self { api, state }
    }

    fn log(&self) -> Vec<String> {
        self.state.lock().expect("no test has failed").log.clone()
    }

    fn bodies(&self) -> Vec<String> {
        let state = self.state.lock().expect("no test has failed");
        let bodies = state
            .comments
            .iter()
            .map(|one| one["body"].as_str().unwrap_or_default());
        bodies.map(str::to_owned).collect()
    }

    fn upsert(&self, text: &str) -> Upsert {
        let target = Target {
            api: self.api.clone(),
            repository: "o/r".parse().expect("a repository"),
            number: 7,
        };
        let key: Key = "k".parse().expect("a key");
        let body = format!("{}\n{text}", key.marker());
        Upsert::new(target, key.marker(), AUTHOR.to_owned(), body)
    }

    fn say(&self, text: &str) -> Result<Done, String> {
        commands::converse(self.upsert(text), &Plain)
    }
}

/// HTTP without encryption, and a request a connection.
struct Plain;

impl Transport for Plain {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let rest = request.url.strip_prefix("http://").expect("of this test");
        let (host, path) = rest.split_once('/').expect("a path");
        let mut stream = TcpStream::connect(host).expect("it listens");
        let body = request.body.clone().unwrap_or_default();
        write!(
            stream,
            "{} /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer t\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            request.method.name(),
            body.len()
        )
        .expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head
            .split(' ')
            .nth(1)
            .expect("a status")
            .parse()
            .expect("a number");
        Ok(Response {
            status,
            body: body.to_owned(),
        })
    }
}

fn answer(mut stream: TcpStream, state: &mut State) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let field = |name: &str| {
        let mut fields = head.iter().filter_map(|line| line.split_once(": "));
        let found = fields.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    };
    let length = field("Content-Length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let authorized = field("Authorization").as_deref() == Some("Bearer t");
    let request: Vec<&str> = head[0].split(' ').collect();
    state.log.push(format!("{} {}", request[0], request[1]));
    let (status, answer) = match state.broken {
        Some((status, text)) => (status, text.to_owned()),
        None if !authorized => (401, json!({ "message": "Bad credentials" }).to_string()),
        None => respond(state, request[0], request[1], &body),
    };
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    )
    .expect("answered");
}

fn respond(state: &mut State, method: &str, path: &str, body: &[u8]) -> (u16, String) {
    let said = || {
        let said: Value = serde_json::from_slice(body).expect("JSON");
        said["body"].clone()
    };
    if let (Some(status), "POST" | "PATCH") = (state.writing, method) {
        return (
            status,
            json!({ "message": "Resource not accessible by integration" }).to_string(),
        );
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    match method {
        "GET" if path == "/repos/o/r/issues/7/comments" => {
            let page = query.strip_prefix("per_page=100&page=").expect("a page");
            let page: usize = page.parse().expect("a number");
            let page: Vec<&Value> = state
                .comments
                .iter()
                .skip((page - 1) * 100)
                .take(100)
                .collect();
            (200, json!(page).to_string())
        }
        "POST" if path == "/repos/o/r/issues/7/comments" => {
            let id = state.comments.len() + 1;
            state.comments.push(comment(id, AUTHOR, said()));
            (201, state.comments[id - 1].to_string())
        }
        "PATCH" => {
            let id: Value = path
                .rsplit('/')
                .next()
                .and_then(|id| id.parse::<u64>().ok())
                .into();
            let found = state.comments.iter_mut().find(|one| one["id"] == id);
            let found = found.expect("it was listed");
            found["body"] = said();
            (200, found.to_string())
        }
        _ => (404, json!({ "message": "Not Found" }).to_string()),
    }
}

fn comment(id: usize, login: &str, body: Value) -> Value {
    json!({ "id": id, "user": { "login": login }, "body": body })
}

#[test]
fn a_comment_is_created_once_and_then_renewed_in_place() {
    let github = GitHub::start(State::default());
    assert_eq!(github.say("one"), Ok(Done::Created));
    assert_eq!(github.say("one"), Ok(Done::Unchanged));
    assert_eq!(github.say("two"), Ok(Done::Renewed));
    assert_eq!(github.bodies(), ["<!-- wasm-heft gate: k -->\ntwo"]);
    let get = "GET /repos/o/r/issues/7/comments?per_page=100&page=1";
    assert_eq!(
        github.log(),
        [
            get,
            "POST /repos/o/r/issues/7/comments",
            get,
            get,
            "PATCH /repos/o/r/issues/comments/1"
        ]
    );
}

#[test]
fn comments_of_others_are_left_alone_whatever_they_say() {
    let ours = "<!-- wasm-heft gate: k -->\nold";
    let comments = [
        comment(1, "somebody", ours.into()),
        comment(2, AUTHOR, format!("> {ours}").into()),
        comment(3, AUTHOR, "<!-- wasm-heft gate: other -->".into()),
        json!({ "id": 4, "user": null, "body": null }),
    ];
    let github = GitHub::start(State {
        comments: comments.to_vec(),
        ..State::default()
    });
    assert_eq!(github.say("new"), Ok(Done::Created));
    assert_eq!(
        github.bodies()[..4],
        comments.map(|one| one["body"].as_str().unwrap_or_default().to_owned())
    );
}

#[test]
fn the_comment_is_found_on_a_later_page() {
    let mut comments: Vec<Value> = (1..=200)
        .map(|id| comment(id, "somebody", "hello".into()))
        .collect();
    comments.push(comment(
        201,
        AUTHOR,
        "<!-- wasm-heft gate: k -->\r\nold".into(),
    ));
    let github = GitHub::start(State {
        comments,
        ..State::default()
    });
    assert_eq!(
        github.say("old"),
        Ok(Done::Unchanged),
        "line ends are GitHub's"
    );
    assert_eq!(github.say("new"), Ok(Done::Renewed));
    assert_eq!(github.log().len(), 7);
}

#[test]
fn a_token_that_only_reads_is_no_error() {
    for status in [401, 403, 404] {
        let github = GitHub::start(State {
            writing: Some(status),
            ..State::default()
        });
        assert_eq!(github.say("one"), Ok(Done::NotAllowed), "{status}");
    }
}

#[test]
fn what_github_refuses_for_another_reason_is_one_line() {
    let refused = |status, text| {
        let github = GitHub::start(State {
            broken: Some((status, text)),
            ..State::default()
        });
        let err = github.say("one").expect_err("it refuses");
        err.replace(&github.api, "API")
    };
    let url = "API/repos/o/r/issues/7/comments?per_page=100&page=1";
    assert_eq!(
        refused(502, "<html>\n"),
        format!("GitHub's API answered 502 to GET {url}: no message")
    );
    assert_eq!(
        refused(410, "{\"message\":\"gone\\nfor good\"}"),
        format!("GitHub's API answered 410 to GET {url}: gone\\nfor good")
    );
    let unexpected = refused(200, "{}");
    assert!(
        unexpected.starts_with(&format!(
            "GitHub's API answered {url} with something unexpected"
        )),
        "{unexpected}"
    );
}

#[test]
fn curl_brings_the_same_to_github() {
    let github = GitHub::start(State::default());
    let curl = |token: &str| Curl {
        token: token.to_owned(),
        folder: std::env::temp_dir(),
    };
    assert_eq!(
        commands::converse(github.upsert("one \"ü\"\n"), &curl("t")),
        Ok(Done::Created)
    );
    assert_eq!(
        commands::converse(github.upsert("two"), &curl("t")),
        Ok(Done::Renewed)
    );
    assert_eq!(github.bodies(), ["<!-- wasm-heft gate: k -->\ntwo"]);
    assert_eq!(
        commands::converse(github.upsert("three"), &curl("other")),
        Ok(Done::NotAllowed)
    );
    let nobody = Upsert::new(
        Target {
            api: "http://127.0.0.1:1".to_owned(),
            repository: "o/r".parse().expect("a repository"),
            number: 1,
        },
        "m".to_owned(),
        AUTHOR.to_owned(),
        "m".to_owned(),
    );
    let err = commands::converse(nobody, &curl("t")).expect_err("nobody listens");
    assert!(
        err.starts_with("cannot reach http://127.0.0.1:1/") && !err.contains('\n'),
        "{err}"
    );
}
