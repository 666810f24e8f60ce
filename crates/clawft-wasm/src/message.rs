//! A text that a command is given, whole or through standard input.

use std::io::Read;

use clawft_types::Bytes;

use crate::cli::MessageSource;
use crate::error::Error;
use crate::files::reason;

/// The message's text, if it is one and not too large.
pub(crate) fn take_message(
    source: MessageSource,
    stdin: impl Read,
    max: Bytes,
    config_name: &str,
) -> Result<String, Error> {
    let text = match source {
        MessageSource::Text(text) => text,
        MessageSource::Stdin => read_message(stdin, max, config_name)?,
    };
    if text.is_empty() {
        return Err(Error::new("the message is empty; say something"));
    }
    if Bytes::of(&text) > max {
        return Err(too_large(max, config_name));
    }
    Ok(text)
}

fn too_large(max: Bytes, config_name: &str) -> Error {
    Error::new(format!(
        "the message has more than {} bytes, the `max_message_bytes` in {config_name}; \
         shorten it or raise that",
        max.0
    ))
}

/// Reads standard input, no further than needed to see that it is too large.
fn read_message(stdin: impl Read, max: Bytes, config_name: &str) -> Result<String, Error> {
    const LINE_BREAK: u64 = "\r\n".len() as u64;
    let mut bytes = Vec::new();
    stdin
        .take(u64::from(max.0) + LINE_BREAK + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            Error::new(format!(
                "cannot read the message from standard input: {}",
                reason(error.kind())
            ))
        })?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    if bytes.len() > max.0 as usize {
        return Err(too_large(max, config_name));
    }
    String::from_utf8(bytes).map_err(|error| {
        Error::new(format!(
            "standard input is not UTF-8 from byte {} on; convert it, for example with \
             `iconv -t UTF-8`",
            error.utf8_error().valid_up_to() + 1
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8], max: u32) -> Result<String, String> {
        let mut input = input;
        take_message(MessageSource::Stdin, &mut input, Bytes(max), "clawft.json")
            .map_err(|error| error.to_string())
    }

    #[test]
    fn one_line_break_at_the_end_does_not_count() {
        assert_eq!(read(b"abc", 3).as_deref(), Ok("abc"));
        assert_eq!(read(b"abc\n", 3).as_deref(), Ok("abc"));
        assert_eq!(read(b"abc\r\n", 3).as_deref(), Ok("abc"));
        assert_eq!(read(b"a\n\n", 3).as_deref(), Ok("a\n"));
    }

    #[test]
    fn one_byte_over_the_limit_is_too_large() {
        for input in ["abcd", "abcd\n", "abcd\r\n", "abcdefghijkl", "abcä"] {
            let error = read(input.as_bytes(), 3).expect_err("too large");
            assert!(
                error.starts_with("the message has more than 3 bytes"),
                "{error}"
            );
        }
    }

    #[test]
    fn an_empty_message_is_refused() {
        assert!(read(b"", 3).is_err());
        assert!(read(b"\n", 3).is_err());
    }

    #[test]
    fn input_in_another_encoding_is_refused_with_the_place() {
        let error = read(b"ab\xff", 9).expect_err("not UTF-8");
        assert!(error.contains("not UTF-8 from byte 3 on"), "{error}");
    }
}
