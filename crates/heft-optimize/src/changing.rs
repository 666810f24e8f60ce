//! Passes of wasm-opt that change what a module does.
//!
//! All others may run in any order and as often as it helps. These may not: `--asyncify` twice is an
//! error, and instrumentation twice counts twice. So they run once, each time alone and before the
//! rest, on the module as it came; what they make is then the module that is optimized.

use super::error::OptimizeError;
use super::runs::Runs;
use crate::wasm_opt::RunError;
use heft_wasm::core_modules::IndexPath;
use heft_wasm::custom_sections::filter;
use heft_wasm::features::minimal;
use heft_wasm::target_features::declared_features;
use heft_wasm::validate::validate;
use wasmparser::WasmFeatures;

/// The passes, from `wasm-opt --help` of binaryen 131: those that add or replace instructions,
/// imports or exports on purpose.
const PASSES: &[&str] = &[
    "--alignment-lowering",
    "--asyncify",
    "--dealign",
    "--denan",
    "--emit-exnref",
    "--enclose-world",
    "--experimental-new-eh",
    "--extract-function",
    "--extract-function-index",
    "--fpcast-emu",
    "--generate-dyncalls",
    "--generate-i64-dyncalls",
    "--i64-to-i32-lowering",
    "--instrument-branch-hints",
    "--instrument-locals",
    "--instrument-memory",
    "--intrinsic-lowering",
    "--legalize-and-prune-js-interface",
    "--legalize-js-interface",
    "--llvm-memory-copy-fill-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--log-execution",
    "--memory64-lowering",
    "--minify-imports",
    "--minify-imports-and-exports",
    "--minify-imports-and-exports-and-modules",
    "--mod-asyncify-always-and-only-unwind",
    "--mod-asyncify-never-unwind",
    "--multi-memory-lowering",
    "--multi-memory-lowering-with-bounds-checks",
    "--post-emscripten",
    "--remove-exports",
    "--remove-imports",
    "--remove-memory",
    "--remove-memory-init",
    "--remove-non-js-ops",
    "--remove-relaxed-simd",
    "--safe-heap",
    "--separate-data-segments",
    "--set-globals",
    "--signext-lowering",
    "--spill-pointers",
    "--stack-check",
    "--string-lowering",
    "--string-lowering-magic-imports",
    "--string-lowering-magic-imports-assert",
    "--strip-eh",
    "--stub-unsupported-js",
    "--table64-lowering",
    "--trace-calls",
    "--translate-to-exnref",
    "--translate-to-new-eh",
    "--trap-mode-clamp",
    "--trap-mode-js",
];

/// Options that say more about a pass. wasm-opt refuses them without the pass.
const ABOUT_PASSES: [&str; 2] = ["--pass-arg", "-pa"];

/// Splits the arguments into those of the first run and those of the others. The first are empty when
/// no pass changes what the module does.
pub(super) fn split(arguments: &[String]) -> (Vec<String>, Vec<String>) {
    let name = |argument: &str| {
        let name = argument.split_once('=').map_or(argument, |(name, _)| name);
        PASSES.iter().find(|pass| **pass == name).copied()
    };
    let passes: Vec<&str> = arguments.iter().filter_map(|a| name(a)).collect();
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    let mut at = arguments.iter();
    while let Some(argument) = at.next() {
        let mut words = vec![argument.clone()];
        let (option, mut value) = match argument.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (argument.as_str(), None),
        };
        let about = ABOUT_PASSES.contains(&option);
        if about && value.is_none() {
            value = at.next().map(|value| {
                words.push(value.clone());
                value.as_str()
            });
        }
        // `asyncify-imports@env.sleep` says something about `--asyncify`.
        let of_first = about
            && value.is_some_and(|value| passes.iter().any(|pass| value.starts_with(&pass[2..])));
        if of_first || (!about && name(argument).is_some()) {
            first.append(&mut words);
        } else {
            rest.append(&mut words);
        }
    }
    (first, rest)
}

/// Without the arguments of the first run.
pub(super) fn without(arguments: &[String]) -> Vec<String> {
    split(arguments).1
}

/// The module after the passes in `first`.
pub(super) fn run(
    index: &IndexPath,
    module: &[u8],
    first: &[String],
    wasm_opt: &Runs<'_>,
) -> Result<Vec<u8>, OptimizeError> {
    let failed = |why: String| OptimizeError::Changing {
        index: index.to_string(),
        passes: first.join(" "),
        why,
    };
    let features = minimal(module, WasmFeatures::empty()).unwrap_or(WasmFeatures::all());
    // NB: it would check its arguments against this section, and not leave it as it is.
    let prepared = filter(module, |name| name != "target_features")?;
    let output = wasm_opt
        .run(
            &prepared,
            features,
            declared_features(module),
            &mut Vec::new(),
            |flags| {
                let own = ["-g", "--mvp-features"].map(str::to_owned);
                let flags = flags.iter().map(|flag| format!("--enable-{flag}"));
                first.iter().cloned().chain(own).chain(flags).collect()
            },
        )
        .map_err(|err| match err {
            RunError::Options(said) => OptimizeError::Options(said),
            RunError::Machine(_) => OptimizeError::Machine(err),
            RunError::Failed { .. } | RunError::TimeLimit(_) => failed(err.to_string()),
        })?;
    validate(&output, WasmFeatures::all())
        .map_err(|err| failed(format!("its output is not valid: {}", err.message())))?;
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(arguments: &str) -> (String, String) {
        let words: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        let (first, rest) = split(&words);
        (first.join(" "), rest.join(" "))
    }

    #[test]
    fn passes_that_change_what_a_module_does_come_first_with_what_is_said_about_them() {
        for (all, first, rest) in [
            ("-Oz", "", "-Oz"),
            ("-Oz --asyncify --rereloop", "--asyncify", "-Oz --rereloop"),
            (
                "--pass-arg=asyncify-imports@env.sleep --asyncify -O3",
                "--pass-arg=asyncify-imports@env.sleep --asyncify",
                "-O3",
            ),
            (
                "-pa asyncify-asserts --asyncify --pass-arg directize-initial-contents-immutable --directize",
                "-pa asyncify-asserts --asyncify",
                "--pass-arg directize-initial-contents-immutable --directize",
            ),
            ("--extract-function=f -Oz", "--extract-function=f", "-Oz"),
            (
                "--instrument-locals --log-execution",
                "--instrument-locals --log-execution",
                "",
            ),
            ("--pass-arg", "", "--pass-arg"),
        ] {
            assert_eq!(parts(all), (first.to_owned(), rest.to_owned()), "{all}");
        }
    }
}
