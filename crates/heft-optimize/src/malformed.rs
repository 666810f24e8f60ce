//! Telling what no validator accepts from what one of them has yet to learn.

use crate::wasm_opt::{RunError, WasmOpt};
use heft_wasm::binary::{CUSTOM, sections};
use heft_wasm::features::wasm_opt_names;
use std::time::Duration;
use wasmparser::WasmFeatures;

/// The ids of a core module's sections in the order they must have (the specification, "Modules", with
/// the one for tags, 13, that has come in between).
const ORDER: [u8; 13] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/// Whether a module that this program's validator refuses is refused for a proposal that it does not
/// know: then wasm-opt accepts it, and says which proposal is missing when it has only the known ones.
///
/// wasm-opt is not a validator of the binary format. What it accepts with known proposals and the
/// validator does not is malformed, and it takes sections in any order.
pub(super) fn is_unknown_proposal(
    module: &[u8],
    tool: &WasmOpt,
    time_limit: Option<Duration>,
) -> bool {
    let run = |arguments: &[String]| tool.run(module, arguments, 1, time_limit, &|_| {});
    let names = wasm_opt_names(WasmFeatures::all(), |name| tool.knows(name));
    let mut known = vec!["--mvp-features".to_owned()];
    known.extend(names.iter().map(|name| format!("--enable-{name}")));
    in_order(module)
        && run(&["--all-features".to_owned()]).is_ok()
        && run(&known).is_err_and(|err| names_a_feature(&err))
}

/// Whether wasm-opt says that the module uses a proposal it must not: `require strings feature`, or
/// `[--enable-strings]`.
fn names_a_feature(err: &RunError) -> bool {
    matches!(err, RunError::Failed { message, wanted, .. }
        if !wanted.is_empty() || message.contains(" feature"))
}

/// Whether each section but custom ones is there at most once, and after those that must come before.
/// Sections with unknown ids may be anywhere.
fn in_order(module: &[u8]) -> bool {
    let Ok((_, sections)) = sections(module, 0) else {
        return false;
    };
    let places = sections
        .iter()
        .filter(|section| section.id != CUSTOM)
        .filter_map(|section| ORDER.iter().position(|id| *id == section.id));
    places.is_sorted_by(|a, b| a < b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_sections_is_that_of_the_specification() {
        for (ids, expected) in [
            (&[1, 3, 7, 10, 0][..], true),
            (&[1, 3, 10, 7], false),
            (&[1, 1], false),
            (&[0, 1, 0, 0, 3, 9, 12, 10, 11], true),
            (&[1, 3, 10, 12], false),
            (&[5, 13, 6], true),
            (&[1, 3, 7, 14, 10], true),
        ] {
            let mut module = heft_wasm::binary::header(heft_wasm::binary::Kind::Module);
            for id in ids {
                heft_wasm::binary::push_section(&mut module, *id, &[0]);
            }
            assert_eq!(in_order(&module), expected, "{ids:?}");
        }
    }
}
