//! The fuzz targets compile and run without a fuzzer: libFuzzer's macro is replaced by a function.

/// What the targets call as `libfuzzer_sys::fuzz_target!`.
#[macro_export]
macro_rules! fuzz_target {
    (|$data:ident: &[u8]| $body:expr) => {
        pub(crate) fn run($data: &[u8]) {
            $body
        }
    };
}

#[allow(unused_attributes, reason = "a target says that it has no main")]
#[path = "../../fuzz/fuzz_targets/read_any_file.rs"]
mod read_any_file;
#[allow(unused_attributes, reason = "a target says that it has no main")]
#[path = "../../fuzz/fuzz_targets/show_any_names.rs"]
mod show_any_names;

#[test]
fn every_target_runs() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/fuzz_targets");
    let targets = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(targets, 2, "each target of {folder} is run here");
    for data in [
        &b""[..],
        b"\0asm\x01\0\0\0",
        b"a\n::error::b\0|`<b>\0\x1b[2J",
    ] {
        read_any_file::run(data);
        show_any_names::run(data);
    }
}

#[test]
fn the_fuzz_package_has_every_target() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    for name in ["read_any_file", "show_any_names"] {
        let path = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&path), "{name}");
    }
}
