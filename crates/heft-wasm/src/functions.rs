//! The functions that a core module defines: what they are called, whether they ever return, and the module
//! with some of them that only trap.

use crate::binary::{BinaryError, Section, header, push_section, sections};
use crate::section_id::module::{CODE, FUNCTION, IMPORT, TYPE};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::Encode as _;
use wasmparser::{
    BinaryReader, CompositeInnerType, FunctionBody, Import, Name, NameSectionReader, Operator,
    RecGroup, TypeRef,
};

/// `unreachable` and `end`, which follow the locals of a function that only traps.
const TRAP: [u8; 2] = [0x00, 0x0b];

/// A function that a core module defines.
#[derive(Clone, Debug)]
pub struct Function<'a> {
    /// Its index; imported functions come before.
    pub index: u32,
    /// What the `name` section calls it.
    pub name: Option<&'a str>,
    returns_values: bool,
    body: FunctionBody<'a>,
}

impl Function<'_> {
    /// Whether it is certain that the function never returns: it has no results, its last instruction is
    /// `unreachable`, and none before it returns, leaves the outermost block, or does what is not looked into
    /// here, such as a tail call. It may end by a trap, by leaving the program, or not at all.
    ///
    /// # Errors
    ///
    /// When its body can't be read.
    pub fn never_returns(&self) -> wasmparser::Result<bool> {
        if self.returns_values {
            return Ok(false);
        }
        let mut depth = 0_u32;
        let mut last_traps = false;
        for operator in self.body.get_operators_reader()? {
            let operator = operator?;
            match &operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
                Operator::End if depth == 0 => return Ok(last_traps),
                Operator::End => depth -= 1,
                other if may_leave(other, depth) => return Ok(false),
                _ => {}
            }
            last_traps = matches!(operator, Operator::Unreachable);
        }
        Ok(false)
    }
}

/// Whether an instruction inside of so many blocks may end the function by returning.
fn may_leave(operator: &Operator<'_>, depth: u32) -> bool {
    use Operator as O;
    match operator {
        O::Br { relative_depth } | O::BrIf { relative_depth } => *relative_depth == depth,
        O::BrTable { targets } => {
            let leaves = |target: wasmparser::Result<u32>| target.is_ok_and(|to| to == depth);
            targets.default() == depth || targets.targets().any(leaves)
        }
        // What jumps by other means, and may take values along: no panic of Rust's does.
        O::Return
        | O::ReturnCall { .. }
        | O::ReturnCallIndirect { .. }
        | O::ReturnCallRef { .. }
        | O::BrOnNull { .. }
        | O::BrOnNonNull { .. }
        | O::BrOnCast { .. }
        | O::BrOnCastFail { .. }
        | O::BrOnCastDescEq { .. }
        | O::BrOnCastDescEqFail { .. }
        | O::Try { .. }
        | O::Catch { .. }
        | O::CatchAll
        | O::Delegate { .. }
        | O::TryTable { .. }
        | O::Resume { .. }
        | O::ResumeThrow { .. }
        | O::ResumeThrowRef { .. }
        | O::Switch { .. } => true,
        _ => false,
    }
}

/// The functions that a valid core module defines, in order.
///
/// # Errors
///
/// When the module can't be read. Names that can't be read are not there.
pub fn functions(module: &[u8]) -> wasmparser::Result<Vec<Function<'_>>> {
    let (_, sections) = sections(module, 0).unwrap_or((crate::binary::Kind::Module, Vec::new()));
    let all = |id: u8| sections.iter().filter(move |section| section.id == id);
    let mut returns_values = Vec::new();
    for section in all(TYPE) {
        for group in section.items::<RecGroup>()? {
            returns_values.extend(group?.types().map(|ty| match &ty.composite_type.inner {
                CompositeInnerType::Func(ty) => !ty.results().is_empty(),
                _ => false,
            }));
        }
    }
    let mut types = Vec::new();
    for section in all(FUNCTION) {
        for ty in section.items::<u32>()? {
            types.push(ty?);
        }
    }
    let names = names(&sections);
    let mut index = imported_functions(&sections)?;
    let mut found = Vec::new();
    for section in all(CODE) {
        for (body, ty) in section.items::<FunctionBody<'_>>()?.into_iter().zip(&types) {
            found.push(Function {
                index,
                name: names.get(&index).copied(),
                returns_values: returns_values.get(*ty as usize).copied().unwrap_or(true),
                body: body?,
            });
            index += 1;
        }
    }
    Ok(found)
}

fn imported_functions(sections: &[Section<'_>]) -> wasmparser::Result<u32> {
    let mut count = 0;
    for section in sections.iter().filter(|section| section.id == IMPORT) {
        for import in wasmparser::ImportSectionReader::new(section.reader())?.into_imports() {
            let Import { ty, .. } = import?;
            count += u32::from(matches!(ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
        }
    }
    Ok(count)
}

/// The names of functions by index, as far as they can be read. Of two for one function the first counts.
fn names<'a>(sections: &[Section<'a>]) -> BTreeMap<u32, &'a str> {
    let mut names = BTreeMap::new();
    let custom = sections.iter().filter_map(Section::custom);
    for (_, body) in custom.filter(|(name, _)| *name == "name") {
        let parts = NameSectionReader::new(BinaryReader::new(body, 0));
        for part in parts.into_iter().map_while(Result::ok) {
            let Name::Function(map) = part else { continue };
            for naming in map.into_iter().map_while(Result::ok) {
                names.entry(naming.index).or_insert(naming.name);
            }
        }
    }
    names
}

/// `module` with functions that trap at once in the place of those with these indices. They keep their types,
/// names and locals; all else stays byte for byte.
///
/// # Errors
///
/// When the module can't be read.
pub fn trap_functions(module: &[u8], indices: &BTreeSet<u32>) -> Result<Vec<u8>, BinaryError> {
    let (kind, sections) = sections(module, 0)?;
    let mut out = header(kind);
    let mut index = imported_functions(&sections).unwrap_or(u32::MAX);
    for section in &sections {
        if section.id != CODE {
            push_section(&mut out, section.id, section.body);
            continue;
        }
        let bad = |_| BinaryError::Length(section.range.start);
        let bodies = section.items::<FunctionBody<'_>>().map_err(bad)?;
        let mut code = Vec::with_capacity(section.body.len());
        bodies.count().encode(&mut code);
        for body in bodies {
            let body = body.map_err(bad)?;
            if indices.contains(&index) {
                let rest = body.get_binary_reader_for_operators().map_err(bad)?;
                let locals = body.as_bytes().len() - rest.bytes_remaining();
                let trapping = [&body.as_bytes()[..locals], &TRAP].concat();
                trapping.encode(&mut code);
            } else {
                body.as_bytes().encode(&mut code);
            }
            index = index.saturating_add(1);
        }
        push_section(&mut out, CODE, &code);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::validate;
    use wasmparser::WasmFeatures;

    fn wasm(text: &str) -> Vec<u8> {
        wat::parse_str(text).expect("the test's text is right")
    }

    /// Whether a function with this body never returns.
    fn never_returns(results: &str, body: &str) -> bool {
        let module = wasm(&format!(
            "(module (import \"a\" \"f\" (func)) (func $f {results} {body}))"
        ));
        validate(&module, WasmFeatures::all()).expect("valid");
        let found = functions(&module).expect("readable");
        found[0].never_returns().expect("readable")
    }

    #[test]
    fn what_ends_in_a_trap_and_leaves_nowhere_else_never_returns() {
        for body in [
            "unreachable",
            "call 0 unreachable",
            "(block (br 0)) unreachable",
            "(if (i32.const 1) (then (br 0))) unreachable",
            "(loop (br_if 0 (i32.const 1))) unreachable",
            "(block (br_table 0 0 (i32.const 1))) unreachable",
        ] {
            assert!(never_returns("", body), "{body}");
        }
    }

    #[test]
    fn what_may_return_is_not_said_never_to() {
        for (results, body) in [
            ("", ""),
            ("", "call 0"),
            ("", "unreachable nop"),
            ("(result i32)", "unreachable"),
            ("", "(if (i32.const 1) (then (return))) unreachable"),
            ("", "(if (i32.const 1) (then (br 1))) unreachable"),
            ("", "(br_if 0 (i32.const 1)) unreachable"),
            ("", "(block (br_table 0 1 0 (i32.const 1))) unreachable"),
            ("", "(block (br_table 0 0 1 (i32.const 1))) unreachable"),
            ("", "(if (i32.const 1) (then (return_call 0))) unreachable"),
            ("", "(block (unreachable))"),
            ("", "(drop (br_on_null 0 (ref.null func))) unreachable"),
            ("", "(block (try_table (catch_all 1) (call 0))) unreachable"),
        ] {
            assert!(!never_returns(results, body), "{body}");
        }
    }

    #[test]
    fn functions_have_the_indices_and_names_of_the_module() {
        let module = wasm(
            r#"(module (import "a" "m" (memory 1)) (import "a" "f" (func $f)) (func) (func $named))"#,
        );
        let found = functions(&module).expect("readable");
        let found: Vec<_> = found.iter().map(|f| (f.index, f.name)).collect();
        assert_eq!(found, [(1, None), (2, Some("named"))]);
    }

    #[test]
    fn names_that_cannot_be_read_are_not_there() {
        let mut module = wasm("(module (func $a) (func $b))");
        let end = module.len();
        // The last name's only letter.
        module[end - 1] = 0xff;
        let found = functions(&module).expect("readable");
        let names: Vec<_> = found.iter().map(|f| f.name).collect();
        assert_eq!(names, [Some("a"), None]);
        // A count that no file has.
        let mut module = wasm("(module (func))");
        push_section(&mut module, 0, b"\x04name\x01\x05\xff\xff\xff\xff\x0f");
        assert_eq!(functions(&module).expect("readable")[0].name, None);
    }

    #[test]
    fn only_the_functions_that_are_to_trap_do_and_the_module_stays_valid() {
        let module = wasm(
            r#"(module (import "a" "f" (func))
                (func $one (param i32) (local i64) call 0)
                (func $two (param i32) (local i64) call 0)
                (export "one" (func $one)))"#,
        );
        let changed = trap_functions(&module, &BTreeSet::from([2])).expect("readable");
        validate(&changed, WasmFeatures::all()).expect("valid");
        assert!(changed.len() < module.len());
        let bodies = |module: &[u8]| -> Vec<Vec<u8>> {
            let found = functions(module).expect("readable");
            found.iter().map(|f| f.body.as_bytes().to_vec()).collect()
        };
        let (before, after) = (bodies(&module), bodies(&changed));
        assert_eq!(before[0], after[0]);
        assert_eq!(after[1], [1, 1, 0x7e, 0x00, 0x0b]);
        let none = trap_functions(&module, &BTreeSet::new()).expect("readable");
        assert!(none == module);
    }
}
