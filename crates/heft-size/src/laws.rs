//! What holds for any bytes, called by the fuzzer and by the tests.

use crate::allocators::linked;
use crate::attribution::{UNATTRIBUTED, attribute};
use crate::diff::diff;
use crate::retained::{garbage, retained, unread};
use heft_wasm::bytes::Bytes;
use heft_wasm::core_modules::{core_modules, rebuild};
use heft_wasm::section_sizes::section_sizes;

/// Reads a file in every way there is. Files that are refused are fine; those that are read must add
/// up to their size, and not differ from themselves.
///
/// # Panics
///
/// When a law does not hold.
pub fn read_any_file(file: &[u8]) {
    let sections = section_sizes(file);
    if let Ok(sections) = &sections {
        let sum: Bytes = sections.iter().map(|section| section.bytes).sum();
        assert_eq!(sum, Bytes::of(file), "sections add up");
    }
    if let Ok(modules) = core_modules(file) {
        let find = |index: &_| {
            let found = modules.iter().find(|module| module.index == *index);
            found.expect("the same modules").bytes
        };
        // Section lengths may become shorter, and nothing else may change.
        let again = rebuild(file, find, |_| true).expect("was read before");
        assert!(again.len() <= file.len(), "rebuilding adds nothing");
    }
    let Ok(found) = attribute(file, None) else {
        return;
    };
    assert!(sections.is_ok(), "what can be attributed has sections");
    let rows = found.by_crate();
    let sum: Bytes = rows.iter().map(|row| row.bytes).sum();
    assert_eq!(sum, Bytes::of(file), "rows add up");
    assert!(
        rows.iter()
            .all(|row| row.code_bytes.0 + row.data_bytes.0 <= row.bytes.0),
        "code and data are part of a row"
    );
    if !found.has_names {
        let nobodys = rows.iter().filter(|row| row.name != UNATTRIBUTED);
        assert!(nobodys.map(|row| row.code_bytes).sum::<Bytes>() <= found.code_bytes());
    }
    for module in &found.modules {
        let graph = found.calls(module);
        let reachable = graph.reachable();
        if let Some(last) = reachable.len().checked_sub(1) {
            assert_eq!(
                graph.path_to(last).is_some(),
                reachable[last],
                "a path leads to what is reachable"
            );
        }
    }
    let kept = retained(file, &found, usize::MAX).into_iter();
    let kept = kept.filter(|row| row.kept_by.is_none());
    let kept: Bytes = kept.map(|row| row.retained_bytes).sum();
    let dead = garbage(file, &found, 1).bytes;
    let all: Bytes = found.functions.iter().map(|function| function.bytes).sum();
    assert!(kept.0 + dead.0 <= all.0);
    assert!(
        kept.0 + dead.0 == all.0 || !unread(&found).is_empty(),
        "something keeps a function, or it is garbage"
    );
    let _ = linked(&found);
    let same = diff(&found, &found);
    assert!(same.sections.is_empty() && same.delta_bytes.0 == 0);
    assert!(same.crates.is_none_or(|crates| crates.is_empty()));
    assert!(same.functions.is_none_or(|functions| functions.is_empty()));
    // The file is a symbols file of itself exactly when it has names.
    assert_eq!(attribute(file, Some(file)).is_ok(), found.has_names);
}
