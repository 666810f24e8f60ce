//! `bindgen INPUT FOLDER`: what the command wasm-bindgen does with `--target nodejs`.
#![cfg(not(target_arch = "wasm32"))]

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(std::path::PathBuf::from);
    let (Some(input), Some(folder)) = (arguments.next(), arguments.next()) else {
        panic!("usage: bindgen INPUT FOLDER");
    };
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(input)
        .out_name("greeter")
        .nodejs(true)
        .and_then(|bindgen| bindgen.typescript(false).generate(folder))
        .unwrap_or_else(|err| panic!("{err:?}"));
}
