//! The checked-in encoding of wit/alloc-stats.wit is what wasm-tools makes of it.
//!
//! NB: `wasm-tools` must be in `PATH`. `BLESS=1` rewrites the file.

use std::path::Path;
use std::process::Command;

/// A number in LEB128 and what follows it.
fn number(bytes: &[u8]) -> (usize, &[u8]) {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return (value, &bytes[index + 1..]);
        }
    }
    panic!("a number without an end");
}

/// A section as a whole, and if it is a custom one its name and content.
type Section<'a> = (&'a [u8], Option<(&'a [u8], &'a [u8])>);

/// The sections of a module or component.
fn sections(file: &[u8]) -> Vec<Section<'_>> {
    let mut rest = &file[8..];
    let mut found = Vec::new();
    while let Some((id, after)) = rest.split_first() {
        let (length, body) = number(after);
        let whole = &rest[..rest.len() - body.len() + length];
        let custom = (*id == 0).then(|| {
            let (name, content) = number(&body[..length]);
            content.split_at(name)
        });
        found.push((whole, custom));
        rest = &body[length..];
    }
    found
}

/// What wasm-tools says of the interface, without saying which wasm-tools it was.
fn encoded(folder: &Path) -> Vec<u8> {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (module, out) = (temporary.join("empty.wasm"), temporary.join("wit.wasm"));
    std::fs::write(&module, b"\0asm\x01\0\0\0").expect("written");
    let output = Command::new("wasm-tools")
        .args(["component", "embed", "--world", "traced"])
        .arg(folder.join("alloc-stats.wit"))
        .arg(&module)
        .arg("-o")
        .arg(&out)
        .output()
        .unwrap_or_else(|err| panic!("`wasm-tools` is needed for this test: {err}"));
    assert!(output.status.success(), "{output:?}");
    let embedded = std::fs::read(&out).expect("read");
    let sections_of_module = sections(&embedded);
    let component = sections_of_module
        .iter()
        .find_map(|(_, custom)| custom.filter(|(name, _)| *name == b"component-type"))
        .expect("wasm-tools adds this section")
        .1;
    let mut kept = component[..8].to_vec();
    for (whole, custom) in sections(component) {
        if custom.is_none_or(|(name, _)| name != b"producers") {
            kept.extend(whole);
        }
    }
    kept
}

#[test]
fn the_encoding_is_that_of_the_interface() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wit");
    let encoded = encoded(&folder);
    let file = folder.join("alloc-stats.component-type");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &encoded).expect("written");
    }
    let agreed = std::fs::read(&file).expect("read");
    assert!(agreed == encoded, "it is now: {}", encoded.escape_ascii());
}
