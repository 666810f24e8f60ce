//! What a core module asks of its host and offers to it: imports and exports with their types.

use crate::validate::validate;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use wasmparser::types::{CoreTypeId, EntityType, TypesRef};
use wasmparser::{
    CompositeInnerType, FieldType, HeapType, Parser, Payload, RefType, StorageType, ValType,
    WasmFeatures,
};

/// How deep types that refer to types are written out. Beyond it a type is `…`.
const TYPE_DEPTH: usize = 8;

/// Imports and exports of a core module, as text that compares equal when they are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// One line for each import.
    pub imports: Vec<String>,
    /// One line for each export.
    pub exports: Vec<String>,
}

/// Reads the interface of a core module.
///
/// # Errors
///
/// When the module is not valid with `features`.
pub fn interface(module: &[u8], features: WasmFeatures) -> wasmparser::Result<Interface> {
    let types = validate(module, features)?;
    let types = types.as_ref();
    let mut found = Interface::default();
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let ty = types.entity_type_from_import(&import);
                    found.imports.push(format!(
                        "{:?} {:?} {}",
                        import.module,
                        import.name,
                        ty.map_or_else(String::new, |ty| entity(types, ty))
                    ));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    let ty = types.entity_type_from_export(&export);
                    found.exports.push(format!(
                        "{:?} {}",
                        export.name,
                        ty.map_or_else(String::new, |ty| entity(types, ty))
                    ));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Whether imports that are no longer used may be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusedImports {
    /// The imports are the file's own: a host may look at them.
    Stay,
    /// The component around the module supplies them, and nobody else sees them.
    MayGo,
}

/// Compares two interfaces. Returns the first difference in words, or `None`.
///
/// The order of imports and a repeated import do not count: hosts find imports by name, and wasm-opt
/// sorts them and drops repetitions.
#[must_use]
pub fn difference(before: &Interface, after: &Interface, unused: UnusedImports) -> Option<String> {
    let (old, new) = (counts(&before.imports), counts(&after.imports));
    if let Some(import) = new.keys().find(|import| !old.contains_key(*import)) {
        return Some(format!("it would import {import}, which it did not before"));
    }
    if let Some(import) = old.keys().find(|import| !new.contains_key(*import))
        && unused == UnusedImports::Stay
    {
        return Some(format!("it would no longer import {import}"));
    }
    let (old, new) = (counts(&before.exports), counts(&after.exports));
    if let Some(export) = old.keys().find(|export| !new.contains_key(*export)) {
        return Some(format!("it would no longer export {export}"));
    }
    if let Some(export) = new.keys().find(|export| !old.contains_key(*export)) {
        return Some(format!("it would export {export}, which it did not before"));
    }
    (before.exports != after.exports).then(|| "the order of its exports would change".to_owned())
}

fn counts(lines: &[String]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for line in lines {
        *counts.entry(line.as_str()).or_default() += 1;
    }
    counts
}

fn entity(types: TypesRef<'_>, ty: EntityType) -> String {
    match ty {
        EntityType::Func(id) => format!("func {}", sub_type(types, id, 0)),
        EntityType::FuncExact(id) => format!("exact func {}", sub_type(types, id, 0)),
        EntityType::Tag(id) => format!("tag {}", sub_type(types, id, 0)),
        EntityType::Table(table) => format!(
            "table {} {}..{:?}{}{}",
            reference(types, table.element_type, 0),
            table.initial,
            table.maximum,
            if table.table64 { " 64" } else { "" },
            if table.shared { " shared" } else { "" },
        ),
        EntityType::Memory(memory) => format!(
            "memory {}..{:?}{}{} page {:?}",
            memory.initial,
            memory.maximum,
            if memory.memory64 { " 64" } else { "" },
            if memory.shared { " shared" } else { "" },
            memory.page_size_log2,
        ),
        EntityType::Global(global) => format!(
            "global {}{}{}",
            if global.mutable { "mut " } else { "" },
            if global.shared { "shared " } else { "" },
            value(types, global.content_type, 0),
        ),
    }
}

/// Writes a type out instead of naming its index: indices change when types are sorted or merged.
fn sub_type(types: TypesRef<'_>, id: CoreTypeId, depth: usize) -> String {
    if depth > TYPE_DEPTH {
        return "…".to_owned();
    }
    let ty = &types[id];
    let mut out = String::new();
    if !ty.is_final {
        out.push_str("open ");
    }
    match &ty.composite_type.inner {
        CompositeInnerType::Func(f) => {
            let list = |vals: &[ValType]| {
                let vals: Vec<_> = vals.iter().map(|v| value(types, *v, depth)).collect();
                vals.join(" ")
            };
            let _ = write!(out, "({}) -> ({})", list(f.params()), list(f.results()));
        }
        CompositeInnerType::Array(a) => {
            let _ = write!(out, "array {}", field(types, a.0, depth));
        }
        CompositeInnerType::Struct(s) => {
            let fields: Vec<_> = s.fields.iter().map(|f| field(types, *f, depth)).collect();
            let _ = write!(out, "struct {{{}}}", fields.join(", "));
        }
        CompositeInnerType::Cont(c) => {
            let inner =
                c.0.as_core_type_id()
                    .map(|id| sub_type(types, id, depth + 1));
            let _ = write!(out, "cont {}", inner.unwrap_or_default());
        }
    }
    out
}

fn field(types: TypesRef<'_>, field: FieldType, depth: usize) -> String {
    let ty = match field.element_type {
        StorageType::I8 => "i8".to_owned(),
        StorageType::I16 => "i16".to_owned(),
        StorageType::Val(v) => value(types, v, depth),
    };
    if field.mutable {
        format!("mut {ty}")
    } else {
        ty
    }
}

fn value(types: TypesRef<'_>, ty: ValType, depth: usize) -> String {
    match ty {
        ValType::Ref(r) => reference(types, r, depth),
        other => other.to_string(),
    }
}

fn reference(types: TypesRef<'_>, ty: RefType, depth: usize) -> String {
    let null = if ty.is_nullable() { "null " } else { "" };
    match ty.heap_type() {
        HeapType::Concrete(index) | HeapType::Exact(index) => {
            let exact = if matches!(ty.heap_type(), HeapType::Exact(_)) {
                "exact "
            } else {
                ""
            };
            let inner = index
                .as_core_type_id()
                .map_or_else(|| "?".to_owned(), |id| sub_type(types, id, depth + 1));
            format!("(ref {null}{exact}{inner})")
        }
        HeapType::Abstract { .. } => ty.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Interface {
        let bytes = wat::parse_str(text).expect("the test's text is right");
        interface(&bytes, WasmFeatures::all()).expect("valid")
    }

    #[test]
    fn types_are_compared_by_structure_and_not_by_index() {
        let one = of(
            r#"(module (type (func)) (type (func (param i32))) (import "a" "b" (func (type 1))))"#,
        );
        let two = of(r#"(module (type (func (param i32))) (import "a" "b" (func (type 0))))"#);
        assert_eq!(difference(&one, &two, UnusedImports::Stay), None);
        let three = of(r#"(module (import "a" "b" (func (param i64))))"#);
        assert!(difference(&one, &three, UnusedImports::MayGo).is_some());
    }

    #[test]
    fn a_lost_import_counts_only_where_a_host_could_see_it() {
        let before = of(r#"(module (import "a" "b" (func)))"#);
        let after = of("(module)");
        assert_eq!(difference(&before, &after, UnusedImports::MayGo), None);
        let words = difference(&before, &after, UnusedImports::Stay).expect("differs");
        assert!(words.contains(r#"no longer import "a" "b""#), "{words}");
    }

    #[test]
    fn a_lost_new_or_moved_export_is_always_a_difference() {
        let both = of(r#"(module (func (export "a")) (func (export "b")))"#);
        let one = of(r#"(module (func (export "a")))"#);
        let moved = of(r#"(module (func (export "b")) (func (export "a")))"#);
        for (before, after) in [(&both, &one), (&one, &both), (&both, &moved)] {
            assert!(difference(before, after, UnusedImports::MayGo).is_some());
        }
    }

    #[test]
    fn table_memory_and_global_types_are_part_of_the_interface() {
        let small = of(r#"(module (memory (export "m") 1))"#);
        let large = of(r#"(module (memory (export "m") 2))"#);
        assert!(difference(&small, &large, UnusedImports::Stay).is_some());
    }
}
