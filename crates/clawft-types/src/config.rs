//! The agent's settings: `clawft.json`.

use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize};

use crate::http::HttpConfig;
use crate::json::deserialize_name;
use crate::memory::MemoryConfig;
use crate::units::{Bytes, Tokens};

/// The agent's settings. Every field has a default; a field that is not listed here is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Who answers.
    pub provider: Provider,
    /// The model's name, handed to the provider as it is.
    pub model: String,
    /// The first message of every context.
    pub system_prompt: String,
    /// How large a context may be, by [`Tokens::estimate`].
    pub context_tokens: Tokens,
    /// How large one message may be.
    pub max_message_bytes: Bytes,
    /// Of the provider `http`.
    pub http: HttpConfig,
    /// Of the `memory` commands.
    pub memory: MemoryConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            provider: Provider::Echo,
            model: String::from("echo"),
            system_prompt: String::from("You are a helpful assistant."),
            context_tokens: Tokens(4096),
            max_message_bytes: Bytes(65_536),
            http: HttpConfig::default(),
            memory: MemoryConfig::default(),
        }
    }
}

/// Who answers a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Built in: repeats the message. Needs no network and always gives the same answer.
    Echo,
    /// Chat completions over HTTP.
    Http,
}

impl Provider {
    const ALL: [Self; 2] = [Self::Echo, Self::Http];
    const NAMES: &[&str] = &["echo", "http"];
}

impl<'de> Deserialize<'de> for Provider {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::ALL[deserialize_name(deserializer, Self::NAMES)?])
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;
    use crate::from_json;

    fn problem(json: &str) -> (usize, usize, String, String) {
        let error = from_json::<Config>(json.as_bytes()).expect_err("refused");
        (error.line, error.column, error.field, error.problem)
    }

    #[test]
    fn an_empty_object_means_the_defaults() {
        let config: Config = from_json(b" {} ").expect("valid");
        assert_eq!(config, Config::default());
        assert_eq!(config.context_tokens, Tokens(4096));
    }

    #[test]
    fn what_is_written_is_read_back_unchanged() {
        let config = Config {
            provider: Provider::Http,
            model: "m \"1\"\n".to_string(),
            context_tokens: Tokens(1),
            ..Config::default()
        };
        let json = serde_json::to_string(&config).expect("writes");
        assert_eq!(from_json::<Config>(json.as_bytes()), Ok(config));
    }

    #[test]
    fn every_provider_is_read_by_the_name_it_is_written_with() {
        assert_eq!(Provider::ALL.len(), Provider::NAMES.len());
        for provider in Provider::ALL {
            let json = serde_json::to_string(&provider).expect("writes");
            assert_eq!(
                serde_json::from_str::<Provider>(&json).expect("reads"),
                provider
            );
        }
    }

    #[test]
    fn a_wrong_value_is_named_with_place_field_expectation_and_finding() {
        let table = [
            (
                "{\n  \"context_tokens\": \"many\"\n}",
                (2, 26, "context_tokens"),
                "invalid type: string, expected a number of tokens from 1 to 67108864",
            ),
            (
                "{\"context_tokens\":0}",
                (1, 19, "context_tokens"),
                "invalid value: integer `0`, expected a number of tokens from 1 to 67108864",
            ),
            (
                "{\"max_message_bytes\":-1}",
                (1, 23, "max_message_bytes"),
                "invalid value: integer `-1`, expected a number of bytes from 1 to 67108864",
            ),
            (
                "{\"max_message_bytes\":99999999999}",
                (1, 32, "max_message_bytes"),
                "invalid value: integer `99999999999`, expected a number of bytes from 1 to 67108864",
            ),
            (
                "{\"provider\":\"smoke\"}",
                (1, 19, "provider"),
                "invalid value: string, expected one of `echo`, `http`",
            ),
            (
                "{\"provider\":{\"kind\":1}}",
                (1, 12, "provider"),
                "invalid type: map, expected one of `echo`, `http`",
            ),
            (
                "{\"model\":null}",
                (1, 13, "model"),
                "invalid type: null, expected a string",
            ),
            (
                "{\"model\":\"a\",\"modle\":1}",
                (1, 20, "modle"),
                "unknown field `modle`, expected one of `provider`, `model`, `system_prompt`, \
                 `context_tokens`, `max_message_bytes`, `http`, `memory`",
            ),
            (
                "{\"memory\":{\"dimensions\":64}}",
                (1, 26, "memory.dimensions"),
                "invalid value: integer `64`, expected 128, 384 or 1024",
            ),
            (
                "{\"memory\":{\"embedder\":\"oracle\"}}",
                (1, 30, "memory.embedder"),
                "invalid value: string, expected one of `ngram`, `http`",
            ),
            (
                "{\"http\":{\"timeout_seconds\":3601}}",
                (1, 31, "http.timeout_seconds"),
                "invalid value: integer `3601`, expected a number of seconds from 1 to 3600",
            ),
            (
                "{\"http\":{\"retries\":11}}",
                (1, 21, "http.retries"),
                "invalid value: integer `11`, expected a number of retries from 0 to 10",
            ),
            (
                "{\"http\":{\"stream\":\"yes\"}}",
                (1, 23, "http.stream"),
                "invalid type: string, expected a boolean",
            ),
            (
                "{\"http\":{\"url\":\"https://me:pw@a/v1\"}}",
                (1, 35, "http.url"),
                "invalid value: string, expected an address such as `https://api.openai.com/v1`, \
                 without name, password, query and fragment",
            ),
            (
                "{\"http\":{\"api_key_variable\":\"sk-1\"}}",
                (1, 34, "http.api_key_variable"),
                "invalid value: string, expected the name of an environment variable: letters, digits \
                 and `_`; the key itself has no place in a file",
            ),
            (
                "{\"model\":\"a\",\"model\":\"b\"}",
                (1, 20, "model"),
                "duplicate field `model`",
            ),
        ];
        for (json, (line, column, field), text) in table {
            let found = problem(json);
            assert_eq!(
                found,
                (line, column, field.to_string(), text.to_string()),
                "{json}"
            );
        }
    }

    /// Every way to put a key where none belongs: its text is in no message.
    #[test]
    fn what_stands_in_a_wrong_place_is_not_printed() {
        const KEY: &str = "sk-0123456789";
        let values = [
            format!("\"{KEY}\""),
            format!("[\"{KEY}\"]"),
            format!("{{\"{KEY}\":1}}"),
            format!("{{\"api_key\":\"{KEY}\"}}"),
            format!("{{\"url\":\"https://me:{KEY}@a/v1\"}}"),
            format!("{{\"url\":\"{KEY}\"}}"),
            format!("{{\"api_key_variable\":\"{KEY}\"}}"),
            format!("{{\"retries\":\"{KEY}\"}}"),
            format!("{{\"{KEY}\":{{\"{KEY}\":\"{KEY}\""),
            format!("\"{KEY}"),
            KEY.to_string(),
            "2718281828459".to_string(),
            "-2718281828459".to_string(),
            "2718281828459e3".to_string(),
        ];
        let fields = [
            "provider",
            "http",
            "memory",
            "context_tokens",
            "http_key",
            KEY,
        ];
        for (field, value) in fields
            .iter()
            .flat_map(|field| values.iter().map(move |v| (field, v)))
        {
            let is_number = value.contains("2718");
            if *field == "context_tokens" && is_number {
                continue; // told, since a number belongs there
            }
            let json = format!("{{\"{field}\":{value}}}");
            let error = from_json::<Config>(json.as_bytes()).expect_err("refused");
            let text = format!("{error} {}", error.field);
            assert!(
                !text.contains(KEY) && !text.contains("2718"),
                "{json}: {text}"
            );
        }
    }

    #[test]
    fn a_document_that_is_no_object_is_refused() {
        for json in ["[]", "[\"echo\"]", "\"echo\"", "7", "null"] {
            let (line, column, field, text) = problem(json);
            assert_eq!((line, column, field.as_str()), (1, 1, ""), "{json}");
            assert_eq!(text, "expected a JSON object, `{...}`", "{json}");
        }
    }

    #[test]
    fn syntax_errors_have_a_place() {
        assert_eq!(problem("").3, "expected a JSON object, `{...}`");
        let (line, column, field, text) = problem("{\n\"model\": \"a\",\n}");
        assert_eq!((line, column, field.as_str()), (3, 1, "model"));
        assert_eq!(text, "trailing comma");
        assert_eq!(problem("{} x").3, "trailing characters");
    }
}
