//! The outer shape of a WebAssembly binary: a header, then sections.
//!
//! A component is made the same way as a core module; only the meaning of the section ids differs.
//! Everything here works on bytes and knows nothing of what the sections mean, so that a section
//! nobody touched comes out as it went in.

use std::fmt;
use std::ops::Range;
use wasm_encoder::Encode;
use wasmparser::{BinaryReader, FromReader, SectionLimited};

pub use crate::section_id::CUSTOM;
pub use crate::section_id::component::{COMPONENT, CORE_MODULE};

const MAGIC: [u8; 4] = *b"\0asm";
/// Magic number and version.
pub const HEADER_LEN: usize = 8;

/// What a WebAssembly binary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A core module.
    Module,
    /// A component, which may hold core modules and further components.
    Component,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Module => "module",
            Self::Component => "component",
        })
    }
}

/// Why bytes are not a WebAssembly binary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BinaryError {
    /// No bytes at all.
    #[error("it is empty; expected a WebAssembly module or component")]
    Empty,
    /// WebAssembly text.
    #[error("it is WebAssembly text; turn it into a binary first with `wasm-tools parse`")]
    Text,
    /// A file of another known format, often met in the place of a module.
    #[error("it is {what}, not WebAssembly; {advice}")]
    Other {
        /// The format, with its article.
        what: &'static str,
        /// What to do with it.
        advice: &'static str,
    },
    /// Something else.
    #[error(
        "it is not WebAssembly: it starts with {0}, expected `00 61 73 6d`; pass a .wasm module or component"
    )]
    NotWasm(String),
    /// A version this tool does not know.
    #[error("it has binary version {0:#010x}, which is not known; rebuild it with current tools")]
    Version(u32),
    /// The bytes end within a header or section.
    #[error(
        "it is cut off or corrupt: {what} at offset {offset:#x} goes past the end at {end:#x}; build or download it again"
    )]
    Truncated {
        /// What goes past the end.
        what: &'static str,
        /// Where it starts.
        offset: usize,
        /// Where the enclosing module, component or section ends.
        end: usize,
    },
    /// A section length that is not a LEB128 number of 32 bits.
    #[error("it is corrupt: the section length at offset {0:#x} is not a number; build it again")]
    Length(usize),
    /// More levels of components than any real file has.
    #[error("its components are nested more than {limit} deep; flatten it")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
}

/// One section: where it is in the file, and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// The section's id; see [`section_id`](crate::section_id).
    pub id: u8,
    /// The bytes of the whole section in its file, id and length included.
    pub range: Range<usize>,
    /// The bytes after id and length.
    pub body: &'a [u8],
}

impl<'a> Section<'a> {
    /// The name of a custom section and what follows it.
    /// `None` for other sections, and for a custom section whose name can't be read.
    #[must_use]
    pub fn custom(&self) -> Option<(&'a str, &'a [u8])> {
        if self.id != CUSTOM {
            return None;
        }
        let (len, used) = read_u32(self.body)?;
        let end = used.checked_add(usize::try_from(len).ok()?)?;
        let name = self.body.get(used..end)?;
        Some((std::str::from_utf8(name).ok()?, &self.body[end..]))
    }

    /// The body, to be read with offsets of the file.
    #[must_use]
    pub fn reader(&self) -> BinaryReader<'a> {
        let start = self.range.end - self.body.len();
        BinaryReader::new(self.body, start as u64)
    }

    /// The items of a section that holds nothing else, as most do.
    ///
    /// # Errors
    ///
    /// When their number can't be read.
    pub fn items<T: FromReader<'a>>(&self) -> wasmparser::Result<SectionLimited<'a, T>> {
        SectionLimited::new(self.reader())
    }
}

/// Reads the header. Returns what the bytes are.
///
/// # Errors
///
/// When `bytes` is not a WebAssembly binary.
pub fn kind(bytes: &[u8]) -> Result<Kind, BinaryError> {
    if bytes.is_empty() {
        return Err(BinaryError::Empty);
    }
    if !bytes.starts_with(&MAGIC) {
        if MAGIC.starts_with(bytes) {
            return Err(BinaryError::Truncated {
                what: "the header",
                offset: 0,
                end: bytes.len(),
            });
        }
        return Err(not_wasm(bytes));
    }
    let Some(version) = bytes[4..].first_chunk::<4>() else {
        return Err(BinaryError::Truncated {
            what: "the header",
            offset: 0,
            end: bytes.len(),
        });
    };
    match version {
        [1, 0, 0, 0] => Ok(Kind::Module),
        // The upper half is the layer: 1 means component. The lower half is the version; 0x0d is
        // the only one in use since components left their experimental stage.
        [0x0d, 0, 1, 0] => Ok(Kind::Component),
        other => Err(BinaryError::Version(u32::from_le_bytes(*other))),
    }
}

/// How files of other formats start, what they are, and what to do with them.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (
        b"\x1f\x8b",
        "compressed with gzip",
        "unpack it first with `gunzip`",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "compressed with zstd",
        "unpack it first with `unzstd`",
    ),
    (
        b"\xfd7zXZ\0",
        "compressed with xz",
        "unpack it first with `unxz`",
    ),
    (
        b"BZh",
        "compressed with bzip2",
        "unpack it first with `bunzip2`",
    ),
    (
        b"PK\x03\x04",
        "a ZIP archive (as a wheel or a .jar is)",
        "unpack it first with `unzip`",
    ),
    (b"!<arch>\n", "an archive of object files", "link it first"),
    (b"BC\xc0\xde", "LLVM bitcode", "link it first"),
    (
        b"\x7fELF",
        "a program for this machine",
        "build it for a WebAssembly target",
    ),
    (
        b"MZ",
        "a program for Windows",
        "build it for a WebAssembly target",
    ),
    (
        b"\xcf\xfa\xed\xfe",
        "a program for macOS",
        "build it for a WebAssembly target",
    ),
    (b"<!DOCTYPE", "an HTML page", HTML),
    (b"<!doctype", "an HTML page", HTML),
    (b"<html", "an HTML page", HTML),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS",
        "fetch the file itself with `git lfs pull`",
    ),
];

/// What a download ends in that went wrong.
const HTML: &str = "look into it: a server may have answered with an error";

fn not_wasm(bytes: &[u8]) -> BinaryError {
    if let Some(&(_, what, advice)) = OTHERS.iter().find(|(start, ..)| bytes.starts_with(start)) {
        return BinaryError::Other { what, advice };
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let code = text
        .lines()
        .map(str::trim_start)
        .find(|line| !line.is_empty() && !line.starts_with(";;"));
    if code.is_some_and(|line| line.starts_with("(module") || line.starts_with("(component")) {
        return BinaryError::Text;
    }
    let start: Vec<String> = bytes.iter().take(4).map(|b| format!("{b:02x}")).collect();
    BinaryError::NotWasm(format!("`{}`", start.join(" ")))
}

/// Splits a module or component into its sections. `offset` is where `bytes` starts in its file; it
/// is added to ranges and error offsets.
///
/// # Errors
///
/// When the header is wrong or a section goes past the end.
pub fn sections(bytes: &[u8], offset: usize) -> Result<(Kind, Vec<Section<'_>>), BinaryError> {
    let kind = kind(bytes)?;
    let mut found = Vec::new();
    let mut at = HEADER_LEN;
    while at < bytes.len() {
        let id = bytes[at];
        let (len, used) = read_u32(&bytes[at + 1..]).ok_or(if bytes.len() - at < 6 {
            BinaryError::Truncated {
                what: "the section",
                offset: offset + at,
                end: offset + bytes.len(),
            }
        } else {
            BinaryError::Length(offset + at + 1)
        })?;
        let start = at + 1 + used;
        let body = usize::try_from(len)
            .ok()
            .and_then(|len| start.checked_add(len))
            .and_then(|end| bytes.get(start..end))
            .ok_or(BinaryError::Truncated {
                what: "the section",
                offset: offset + at,
                end: offset + bytes.len(),
            })?;
        let end = start + body.len();
        found.push(Section {
            id,
            range: offset + at..offset + end,
            body,
        });
        at = end;
    }
    Ok((kind, found))
}

/// The header of an empty binary of this kind.
#[must_use]
pub fn header(kind: Kind) -> Vec<u8> {
    let version = match kind {
        Kind::Module => [1, 0, 0, 0],
        Kind::Component => [0x0d, 0, 1, 0],
    };
    [MAGIC, version].concat()
}

/// Appends a section with the shortest encoding of its length.
///
/// # Panics
///
/// If `body` is 4 GiB or longer, which the format cannot express.
pub fn push_section(out: &mut Vec<u8>, id: u8, body: &[u8]) {
    out.push(id);
    u32::try_from(body.len())
        .expect("a section is shorter than 4 GiB")
        .encode(out);
    out.extend_from_slice(body);
}

/// Reads an unsigned LEB128 number of up to 32 bits. Returns it and the number of bytes it takes.
pub fn read_u32(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((u32::try_from(value).ok()?, i + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wasm(text: &str) -> Vec<u8> {
        wat::parse_str(text).expect("the test's text is right")
    }

    #[test]
    fn a_section_past_the_end_is_reported_where_it_starts() {
        let mut file = wasm("(module (func))");
        let last = sections(&file, 0).expect("valid").1.pop().expect("code");
        let (start, end) = (last.range.start, file.len() - 1);
        file.pop();
        assert_eq!(
            sections(&file, 0),
            Err(BinaryError::Truncated {
                what: "the section",
                offset: start,
                end
            })
        );
    }

    #[test]
    fn text_is_told_from_other_files() {
        assert_eq!(kind(b";; hello\n (module)"), Err(BinaryError::Text));
        assert!(matches!(kind(b"hello"), Err(BinaryError::NotWasm(_))));
        for (start, what) in [
            (&b"\x1f\x8b\x08\0"[..], "gzip"),
            (b"PK\x03\x04\x14", "ZIP"),
            (b"!<arch>\n/", "archive"),
            (b"BC\xc0\xde5", "bitcode"),
            (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
            (b"<!doctype html>\n<title>404</title>", "HTML"),
            (b"MZ\x90\0", "Windows"),
        ] {
            let words = kind(start).expect_err("not a module").to_string();
            assert!(words.contains(what), "{words}");
        }
        assert_eq!(kind(b""), Err(BinaryError::Empty));
        assert!(matches!(kind(b"\0as"), Err(BinaryError::Truncated { .. })));
    }
}
