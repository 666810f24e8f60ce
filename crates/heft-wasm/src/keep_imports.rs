//! Keeping unused imports through wasm-opt.
//!
//! wasm-opt drops imports that nothing uses. Inside a component nobody notices, but the imports of a
//! file that is itself a core module are its contract with the host. So before the run each import
//! is exported under a name of our own, which makes it used, and afterwards those exports go again.

use crate::binary::{BinaryError, header, sections};
use crate::exports::{export_kind, retain_exports, with_exports};
use crate::section_id::module::{EXPORT, IMPORT};
use wasm_encoder::{ExportKind, ExportSection};
use wasmparser::{BinaryReader, ExportSectionReader, ImportSectionReader, TypeRef, WasmFeatures};

/// Starts the names of the temporary exports. A module that uses such names itself is left alone.
const PREFIX: &str = "wasm-heft:keep-import:";

/// `module` with every import exported as well. `None` when it has no imports, or when they can't
/// be read or named this way; then there is nothing to undo either.
#[must_use]
pub fn export_imports(module: &[u8], features: WasmFeatures) -> Option<Vec<u8>> {
    let (kind, sections) = sections(module, 0).ok()?;
    let body = sections.iter().find(|s| s.id == IMPORT)?.body;
    let reader = ImportSectionReader::new(BinaryReader::new_features(body, 0, features)).ok()?;
    let mut added = Vec::new();
    let (mut funcs, mut tables, mut memories, mut globals, mut tags) = (0, 0, 0, 0, 0);
    for import in reader.into_imports() {
        let (kind, counter) = match import.ok()?.ty {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => (ExportKind::Func, &mut funcs),
            TypeRef::Table(_) => (ExportKind::Table, &mut tables),
            TypeRef::Memory(_) => (ExportKind::Memory, &mut memories),
            TypeRef::Global(_) => (ExportKind::Global, &mut globals),
            TypeRef::Tag(_) => (ExportKind::Tag, &mut tags),
        };
        added.push((kind, *counter));
        *counter += 1;
    }
    if added.is_empty() {
        return None;
    }
    let mut exports = ExportSection::new();
    if let Some(section) = sections.iter().find(|s| s.id == EXPORT) {
        for export in ExportSectionReader::new(BinaryReader::new(section.body, 0)).ok()? {
            let export = export.ok()?;
            if export.name.starts_with(PREFIX) {
                return None;
            }
            exports.export(export.name, export_kind(export.kind), export.index);
        }
    }
    for (i, (kind, index)) in added.into_iter().enumerate() {
        exports.export(&format!("{PREFIX}{i}"), kind, index);
    }
    Some(with_exports(header(kind), &sections, &exports))
}

/// `module` without the exports that [`export_imports`] added.
///
/// # Errors
///
/// When `module` or its export section can't be read.
pub fn drop_added_exports(module: &[u8]) -> Result<Vec<u8>, BinaryError> {
    retain_exports(module, |name| !name.starts_with(PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interface::interface;

    #[test]
    fn adding_and_dropping_the_exports_gives_the_same_bytes() {
        for text in [
            r#"(module (import "a" "f" (func)) (import "a" "m" (memory 1)) (func (export "x")))"#,
            r#"(module (import "a" "f" (func)) (import "a" "g" (global i32)) (import "a" "h" (func)))"#,
            r#"(module (import "a" "t" (table 1 funcref)) (func) (elem (i32.const 0) 0) (start 0))"#,
        ] {
            let module = wat::parse_str(text).expect("the test's text is right");
            let added = export_imports(&module, WasmFeatures::all()).expect("has imports");
            let exports = interface(&added, WasmFeatures::all())
                .expect("valid")
                .exports;
            assert!(exports.iter().any(|e| e.contains(PREFIX)), "{text}");
            assert_eq!(
                drop_added_exports(&added).expect("readable"),
                module,
                "{text}"
            );
        }
    }

    #[test]
    fn a_module_without_imports_is_left_alone() {
        let module = wat::parse_str("(module (func))").expect("the test's text is right");
        assert_eq!(export_imports(&module, WasmFeatures::all()), None);
    }
}
