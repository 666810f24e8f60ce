//! Tells the linker which world the program is of, beside the one of every command.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=wit");
    if env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("p2") {
        let folder = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
        println!("cargo::rustc-link-arg-bins=--component-type={folder}/wit/words.wit");
    }
}
