//! The HTTP provider against a real server on this machine.
//!
//! The component is run by a real host, if there is one: CLAWFT_COMPONENT is the component, CLAWFT_HOST
//! the command that runs it (default: `wasmtime run` with what it needs). Without CLAWFT_COMPONENT only the
//! native program is tried, which has to say that it has no HTTP.

use std::env;
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

const HOST: &str = "wasmtime run -S http -S inherit-network --env CLAWFT_TEST_KEY --dir .::.";
const KEY: &str = "sk-not-to-be-printed";

/// What a server does with a connection, and with those after it.
type Script = Vec<Box<dyn Fn(&mut TcpStream) + Send>>;

struct Server {
    port: u16,
    /// Each request as it came in.
    requests: Receiver<String>,
}

/// Serves one connection after the other, each by the next step of `script`, then goes away.
fn serve(script: Script) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, requests) = channel();
    thread::spawn(move || {
        for step in script {
            let (mut stream, _) = listener.accept().expect("a connection");
            let request = read_request(&mut stream);
            // The test may have ended.
            let _ = sender.send(request);
            step(&mut stream);
        }
    });
    Server { port, requests }
}

fn read_request(stream: &mut TcpStream) -> String {
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a time-out");
    let mut bytes = Vec::new();
    let mut portion = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_lowercase()
                        .strip_prefix("content-length: ")
                        .map(str::to_owned)
                })
                .and_then(|length| length.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return text.into_owned();
            }
        }
        match stream.read(&mut portion) {
            Ok(0) => return String::from_utf8_lossy(&bytes).into_owned(),
            Ok(count) => bytes.extend_from_slice(&portion[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// A step that answers with `head` (without its end) and `body`.
fn answer(head: &str, body: &str) -> Box<dyn Fn(&mut TcpStream) + Send> {
    let text = format!(
        "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    raw(text.into_bytes())
}

fn raw(bytes: Vec<u8>) -> Box<dyn Fn(&mut TcpStream) + Send> {
    Box::new(move |stream| {
        // The client may have had enough.
        let _ = stream.write_all(&bytes);
    })
}

fn ok(text: &str) -> Box<dyn Fn(&mut TcpStream) + Send> {
    let body =
        format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":"{text}"}}}}]}}"#);
    answer("200 OK\r\ncontent-type: application/json", &body)
}

/// The component, asked `message` in a folder with such a config.
fn ask(root: &Path, port: u16, http: &str, message: &str) -> Option<Output> {
    let Some(component) = env::var_os("CLAWFT_COMPONENT") else {
        eprintln!("skipped: CLAWFT_COMPONENT is not set");
        return None;
    };
    let config = format!(
        r#"{{"provider":"http","model":"m","http":{{"url":"http://127.0.0.1:{port}/v1",
            "api_key_variable":"CLAWFT_TEST_KEY"{http}}}}}"#
    );
    fs::write(root.join("clawft.json"), config).expect("config");
    let host = env::var("CLAWFT_HOST").unwrap_or_else(|_| HOST.to_owned());
    let mut words = host.split_whitespace();
    let output = Command::new(words.next().expect("a command"))
        .args(words)
        .arg(component)
        .args(["agent", "-m", message, "--session", "s"])
        .env("CLAWFT_TEST_KEY", KEY)
        .current_dir(root)
        .output()
        .expect("the host runs");
    for text in [&output.stdout, &output.stderr] {
        assert!(
            !String::from_utf8_lossy(text).contains(KEY),
            "the key is printed"
        );
    }
    Some(output)
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// Asks once; the server answers by `script`; the program must say `problem`, in one line.
fn refused(script: Script, http: &str, problem: &str) {
    let root = tempfile::tempdir().expect("a folder");
    let server = serve(script);
    let Some(output) = ask(root.path(), server.port, http, "hello") else {
        return;
    };
    let stderr = text(&output.stderr);
    let expected = format!("error: http://127.0.0.1:{}/v1: {problem}", server.port);
    assert!(
        stderr.starts_with(&expected),
        "{stderr}\nexpected: {expected}"
    );
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "");
    assert!(!root.path().join("sessions").exists(), "nothing is saved");
}

#[test]
fn another_target_says_which_one_to_use() {
    let root = tempfile::tempdir().expect("a folder");
    fs::write(root.path().join("clawft.json"), r#"{"provider":"http"}"#).expect("config");
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_clawft"))
            .args(args)
            .current_dir(root.path())
            .output()
            .expect("the program runs")
    };
    let reason = "clawft.json: field `provider`: only the wasm32-wasip2 build of clawft can use HTTP \
                  (`wasmtime run -S http -S inherit-network ...`)";
    let output = run(&["agent", "-m", "hi"]);
    assert_eq!(
        text(&output.stderr),
        format!("error: {reason}; use that, or set it to \"echo\"\n")
    );
    assert_eq!(output.status.code(), Some(2));
    let output = run(&["config", "check"]);
    assert_eq!(text(&output.stderr), format!("warning: {reason}\n"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_conversation_is_held_over_http() {
    let root = tempfile::tempdir().expect("a folder");
    let server = serve(vec![ok("one"), ok("two")]);
    for (message, reply) in [("first", "one\n"), ("second \u{e4}", "two\n")] {
        let Some(output) = ask(root.path(), server.port, ",\"stream\":false", message) else {
            return;
        };
        assert_eq!(text(&output.stdout), reply, "{}", text(&output.stderr));
    }
    let first = server.requests.recv().expect("a request");
    assert!(
        first.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{first}"
    );
    assert!(
        first.contains(&format!("authorization: Bearer {KEY}\r\n")),
        "{first}"
    );
    let second = server.requests.recv().expect("a request");
    let (_, body) = second.split_once("\r\n\r\n").expect("a body");
    assert_eq!(
        body,
        concat!(
            r#"{"model":"m","messages":[{"role":"system","content":"You are a helpful assistant."},"#,
            r#"{"role":"user","content":"first"},{"role":"assistant","content":"one"},"#,
            r#"{"role":"user","content":"second ä"}],"stream":false}"#
        )
    );
}

#[test]
fn a_streamed_answer_is_put_together() {
    let root = tempfile::tempdir().expect("a folder");
    let events = [
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\nda",
        "ta: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: [DONE]\n\n",
    ];
    let server = serve(vec![Box::new(move |stream| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                    transfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("sent");
        for event in events {
            let chunk = format!("{:x}\r\n{event}\r\n", event.len());
            stream.write_all(chunk.as_bytes()).expect("sent");
            thread::sleep(Duration::from_millis(30));
        }
        stream.write_all(b"0\r\n\r\n").expect("sent");
    })]);
    let Some(output) = ask(root.path(), server.port, "", "hi") else {
        return;
    };
    assert_eq!(text(&output.stdout), "Hello\n", "{}", text(&output.stderr));
    assert!(
        server
            .requests
            .recv()
            .expect("a request")
            .contains("\"stream\":true")
    );
}

#[test]
fn a_busy_service_is_asked_again() {
    let root = tempfile::tempdir().expect("a folder");
    let server = serve(vec![
        answer("429 Too Many Requests\r\nretry-after: 1", ""),
        answer("503 Service Unavailable", "{}"),
        ok("at last"),
    ]);
    if let Some(output) = ask(root.path(), server.port, "", "hi") {
        assert_eq!(
            text(&output.stdout),
            "at last\n",
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_large_message_and_a_large_answer_go_through() {
    let root = tempfile::tempdir().expect("a folder");
    let reply = "\u{e4}bc".repeat(200_000);
    let server = serve(vec![ok(&reply)]);
    let Some(output) = ask(root.path(), server.port, "", &"x".repeat(15_000)) else {
        return;
    };
    assert!(
        text(&output.stdout) == format!("{reply}\n"),
        "{}",
        text(&output.stderr)
    );
    assert!(
        server
            .requests
            .recv()
            .expect("a request")
            .contains(&"x".repeat(15_000))
    );
}

#[test]
fn a_slow_service_is_given_up() {
    let silent: Box<dyn Fn(&mut TcpStream) + Send> =
        Box::new(|_| thread::sleep(Duration::from_secs(20)));
    let one_second = ",\"timeout_seconds\":1";
    let problem = "it did not answer in time, `http.timeout_seconds`";
    refused(vec![silent], one_second, problem);
    let dripping: Box<dyn Fn(&mut TcpStream) + Send> = Box::new(|stream| {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("sent");
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    refused(vec![dripping], one_second, problem);
}

#[test]
fn a_broken_answer_is_an_error() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\":";
    refused(vec![raw(half.into())], "", "its answer has broken off");
    refused(
        vec![answer("200 OK", "<html>")],
        "",
        "its answer is not a chat completion: expected a JSON object",
    );
    refused(
        vec![answer(
            "200 OK\r\ncontent-type: text/event-stream",
            "data: {\"choices\":[]}\n\n",
        )],
        "",
        "its answer has broken off",
    );
    refused(
        vec![raw(b"SSH-2.0-x\r\n\r\n".to_vec())],
        ",\"retries\":0",
        "",
    );
    refused(vec![raw(Vec::new())], ",\"retries\":0", "");
}

#[test]
fn a_huge_or_malicious_answer_is_an_error() {
    let limit = ",\"max_reply_bytes\":100000";
    let problem = "its answer is larger than 100000 bytes";
    refused(vec![ok(&"x".repeat(1_000_000))], limit, problem);
    let endless: Box<dyn Fn(&mut TcpStream) + Send> = Box::new(|stream| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ";
        stream.write_all(head.as_bytes()).expect("sent");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    refused(vec![endless], limit, problem);
    refused(
        vec![answer(
            "200 OK",
            &format!("{{\"choices\":{}", "[".repeat(90_000)),
        )],
        limit,
        "its answer is not a chat completion",
    );
    refused(
        vec![answer("302 Found\r\nlocation: http://127.0.0.1:1/", "")],
        "",
        "it answers with status 302; give the address that it leads to",
    );
    refused(
        vec![answer(
            "401 Unauthorized",
            &format!("{{\"error\":{{\"message\":\"not {KEY}\\u001b[2J\"}}}}"),
        )],
        "",
        "it answers with status 401: not [API key]",
    );
}

#[test]
fn nobody_there_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let root = tempfile::tempdir().expect("a folder");
    if let Some(output) = ask(root.path(), port, ",\"retries\":0", "hi") {
        let stderr = text(&output.stderr);
        assert!(stderr.starts_with("error: http://127.0.0.1"), "{stderr}");
    }
}
