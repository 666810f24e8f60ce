//! A pretended service, which answers as it likes.

use std::cell::RefCell;
use std::collections::VecDeque;

use clawft_types::{Bytes, Retries};

use super::*;

/// Answers in order; after the last there is no connection.
#[derive(Default)]
struct Script {
    answers: VecDeque<Result<Response<Pieces>, Failure>>,
    waits: RefCell<Vec<u128>>,
}

struct Pieces(VecDeque<Result<Vec<u8>, Failure>>);

impl Body for Pieces {
    fn read(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        self.0.pop_front().transpose()
    }
}

impl Transport for &mut Script {
    type Body = Pieces;

    fn post(&mut self, request: &Request<'_>) -> Result<Response<Pieces>, Failure> {
        assert_eq!(
            (request.url.is_secure(), request.url.authority()),
            (false, "service")
        );
        assert!(["/v1/chat/completions", "/v1/embeddings"].contains(&request.path));
        assert!(request.body.contains("hello") && request.body.starts_with('{'));
        assert_eq!(request.timeout, Duration::from_secs(60));
        assert_eq!(request.authorization, Some("Bearer sk-secret"));
        let answer = self.answers.pop_front();
        answer.unwrap_or(Err(Failure::MayPass("nobody answers there")))
    }

    fn wait(&mut self, time: Duration) {
        self.waits.borrow_mut().push(time.as_millis());
    }
}

fn response(status: u16, is_events: bool, pieces: &[&str]) -> Response<Pieces> {
    Response {
        status,
        retry_after: None,
        is_events,
        body: Pieces(
            pieces
                .iter()
                .map(|piece| Ok(piece.as_bytes().to_vec()))
                .collect(),
        ),
    }
}

fn whole(text: &str) -> Response<Pieces> {
    response(200, false, &[text])
}

/// What comes of a script, and how long was waited, in milliseconds.
fn ask(
    answers: Vec<Result<Response<Pieces>, Failure>>,
    change: impl FnOnce(&mut Config),
) -> (Result<String, String>, Vec<u128>) {
    let mut config = Config::default();
    config.http.url = ServiceUrl::new("http://service/v1").expect("an address");
    change(&mut config);
    let mut script = Script {
        answers: answers.into(),
        ..Script::default()
    };
    let mut service = Service {
        config: &config.http,
        key: Some("sk-secret".to_owned()),
        transport: &mut script,
    };
    let context = Context {
        system_prompt: "",
        turns: &[],
        message: "hello",
        number: 1,
    };
    let result = service.chat(&config, &context);
    let waits = script.waits.take();
    (result.map_err(|error| error.to_string()), waits)
}

fn answer(answers: Vec<Result<Response<Pieces>, Failure>>) -> Result<String, String> {
    ask(answers, |_| ()).0
}

const HELLO: &str = r#"{"choices":[{"message":{"content":"Hello"}}]}"#;

#[test]
fn an_answer_comes_whole_or_in_pieces() {
    assert_eq!(answer(vec![Ok(whole(HELLO))]).as_deref(), Ok("Hello"));
    let (start, end) = HELLO.split_at(20);
    assert_eq!(
        answer(vec![Ok(response(200, false, &[start, end]))]).as_deref(),
        Ok("Hello")
    );
    let events = [
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\nda",
        "ta: {\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\n\n",
        "data: [DONE]\n\n",
    ];
    let streamed = response(200, true, &events);
    assert_eq!(answer(vec![Ok(streamed)]).as_deref(), Ok("Hello"));
    let broken = answer(vec![Ok(response(200, true, &events[..2]))]);
    assert_eq!(
        broken.expect_err("no end"),
        "http://service/v1: its answer has broken off"
    );
}

#[test]
fn what_may_pass_is_tried_again_after_a_wait() {
    let busy = || Ok(response(503, false, &[]));
    let mut asks = response(429, false, &[]);
    asks.retry_after = Some(b"7".to_vec());
    let gone = Err(Failure::MayPass("gone"));
    let (result, waits) = ask(vec![busy(), Ok(asks), gone, Ok(whole(HELLO))], |_| ());
    assert_eq!(result.as_deref(), Ok("Hello"));
    assert_eq!(waits, [500, 7000, 2000]);

    let (result, waits) = ask(vec![busy(), busy(), Ok(whole(HELLO))], |config| {
        config.http.retries = Retries(1);
    });
    assert_eq!(
        result.expect_err("given up"),
        "http://service/v1: it answers with status 503"
    );
    assert_eq!(waits, [500]);
    let (result, waits) = ask(vec![], |_| ());
    assert_eq!(
        result.expect_err("given up"),
        "http://service/v1: nobody answers there"
    );
    assert_eq!(waits, [500, 1000, 2000]);
}

#[test]
fn what_does_not_pass_is_not_tried_again() {
    let refused = response(
        401,
        false,
        &[r#"{"error":{"message":"bad key sk-secret\nnow"}}"#],
    );
    let (result, waits) = ask(vec![Ok(refused), Ok(whole(HELLO))], |_| ());
    assert_eq!(
        result.expect_err("refused"),
        "http://service/v1: it answers with status 401: bad key [API key]\\nnow; check the API key"
    );
    assert!(waits.is_empty());
    let mut asks = response(429, false, &[]);
    asks.retry_after = Some(b"86400".to_vec());
    assert_eq!(
        answer(vec![Ok(asks)]).expect_err("too long"),
        "http://service/v1: it answers with status 429 and asks to wait 86400 seconds"
    );
    let late = Err(Failure::Final("late"));
    assert_eq!(
        answer(vec![late, Ok(whole(HELLO))]).expect_err("final"),
        "http://service/v1: late"
    );
}

#[test]
fn an_answer_has_a_largest_size_however_it_comes() {
    let small = |config: &mut Config| config.http.max_reply_bytes = Bytes(64);
    let pieces = vec!["x"; 65];
    for is_events in [true, false] {
        let large = response(200, is_events, &pieces);
        let (result, _) = ask(vec![Ok(large)], small);
        assert_eq!(
            result.expect_err("too large"),
            "http://service/v1: its answer is larger than 64 bytes, the `http.max_reply_bytes`"
        );
    }
    // Of an error's body only the beginning is read.
    let endless = response(400, false, &vec!["x"; 100_000]);
    assert!(answer(vec![Ok(endless)]).is_err());
}

#[test]
fn nothing_that_a_service_sends_is_obeyed_by_a_terminal_or_gives_the_key_away() {
    let text = r#"{"choices":[{"message":{"content":"a\u001b[2J\u009b1m\tb\nsk-secret\r"}}]}"#;
    assert_eq!(
        answer(vec![Ok(whole(text))]).as_deref(),
        Ok("a\u{fffd}[2J\u{fffd}1m\tb\n[API key]\u{fffd}")
    );
}

#[test]
fn what_is_no_answer_is_an_error_of_one_line() {
    for (text, problem) in [
        ("", "its answer has broken off"),
        ("{}", "its answer has no text"),
        (
            "\u{0}\u{1}",
            "its answer is not a chat completion: expected a JSON object",
        ),
        (
            "{\"choices\":\"\n\"}",
            "its answer is not a chat completion: field `choices`",
        ),
        ("{\"error\":{}}", "it reports an error: "),
        (
            "{\"error\":{\"message\":\"a\\nb\"}}",
            "it reports an error: a\\nb",
        ),
    ] {
        let error = answer(vec![Ok(whole(text))]).expect_err("no answer");
        assert!(
            error.starts_with(&format!("http://service/v1: {problem}")),
            "{error}"
        );
        assert!(!error.contains(char::is_control), "{error:?}");
    }
}

#[cfg(feature = "memory")]
#[test]
fn a_vector_has_the_length_1_and_the_dimensions_of_the_config() {
    let of = |numbers: &str| {
        let mut config = Config::default();
        config.http.url = ServiceUrl::new("http://service/v1").expect("an address");
        let text = format!(r#"{{"data":[{{"embedding":[{numbers}]}}]}}"#);
        let mut script = Script {
            answers: VecDeque::from([Ok(whole(&text))]),
            ..Script::default()
        };
        let mut service = Service {
            config: &config.http,
            key: Some("sk-secret".to_owned()),
            transport: &mut script,
        };
        service.embed(&config, "hello")
    };
    let vector = of(&["2"; 384].join(",")).expect("a vector");
    let length: f32 = vector.iter().map(|value| value * value).sum();
    assert!((length - 1.0).abs() < 1e-5, "{length}");
    for (numbers, problem) in [
        (
            ["2"; 383].join(","),
            "its vectors have 383 dimensions instead of 384",
        ),
        (["0"; 384].join(","), "its vector has no direction"),
        (["1e999"; 384].join(","), "its answer is not an embedding: "),
    ] {
        let error = of(&numbers).expect_err("refused").to_string();
        assert!(
            error.starts_with(&format!("http://service/v1: {problem}")),
            "{error}"
        );
    }
}

#[test]
fn a_wait_that_is_asked_for_counts_however_long_it_is() {
    for asked in [
        "86400",
        "4294967296",
        "99999999999",
        "100000000000000000000",
        "61.5",
    ] {
        let mut asks = response(429, false, &[]);
        asks.retry_after = Some(asked.as_bytes().to_vec());
        let (result, waits) = ask(vec![Ok(asks), Ok(whole(HELLO))], |_| ());
        let error = result.expect_err("too long");
        assert!(
            error.starts_with("http://service/v1: it answers with status 429 and asks to wait "),
            "{asked}: {error}"
        );
        assert!(waits.is_empty(), "{asked}");
    }
}

#[test]
fn a_key_that_is_part_of_words_is_left_in_them() {
    let mut config = Config::default();
    config.http.url = ServiceUrl::new("http://service/v1").expect("an address");
    for (key, said) in [
        ("e", "Hello, everyone"),
        ("l", "Hello"),
        ("EMPTY", "an EMPTY answer"),
        ("ollama", "ollama runs models"),
        ("sk-secret", "no [API key] here"),
        ("password", "your [API key]"),
    ] {
        let service = Service {
            config: &config.http,
            key: Some(key.to_owned()),
            transport: &mut Script::default(),
        };
        assert_eq!(
            service.clean(&said.replace("[API key]", key)),
            said,
            "{key}"
        );
    }
}

#[test]
fn no_variable_is_no_key() {
    for name in ["", "CLAWFT_NO_SUCH_VARIABLE"] {
        let name = VariableName::new(name).expect("a name");
        assert_eq!(key(&name), Ok(None));
    }
}
