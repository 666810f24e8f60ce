//! The stack that LLVM's code keeps in linear memory, and how much of it was written to.
//!
//! Locals whose address is taken live there. A global points at its end and moves down. With the linker's
//! option `--stack-first`, which rustc sets, it is what memory begins with: static data is above it. Fresh
//! memory is zero, so after a run the first byte that is not tells how deep the stack became.

use crate::binary::{BinaryError, sections};
use crate::core_modules::core_modules;
use wasmparser::{
    BinaryReader, ConstExpr, DataKind, DataSectionReader, GlobalSectionReader, Operator, ValType,
};

const MEMORY: u8 = 5;
const GLOBAL: u8 = 6;
const DATA: u8 = 11;

/// How many bytes of the stack's alignment there are: what the tool conventions for WebAssembly ask for
/// ([C ABI](https://github.com/WebAssembly/tool-conventions/blob/main/BasicCABI.md)).
const ALIGNMENT: u64 = 16;

/// The length of the stack that a file's memory begins with, in bytes.
///
/// `None` if it is not to be told: no core module has a memory, or several have one; or memory begins with
/// something else.
///
/// # Errors
///
/// When the file, or anything in it, is not made of sections.
pub fn stack_bytes(file: &[u8]) -> Result<Option<u64>, BinaryError> {
    let mut stacks = Vec::new();
    for module in core_modules(file)? {
        let (_, sections) = sections(module.bytes, 0)?;
        let body = |id| sections.iter().find(|s| s.id == id).map(|s| s.body);
        if body(MEMORY).is_some() {
            let below = body(GLOBAL).zip(body(DATA));
            stacks.push(below.and_then(|(globals, data)| first(globals, data)));
        }
    }
    Ok(match stacks[..] {
        [only] => only,
        _ => None,
    })
}

/// How much of a stack of `length` bytes was used, if the first byte that is not zero is at `first`.
#[must_use]
pub fn depth(length: u64, first: Option<u64>) -> u64 {
    length.saturating_sub(first.unwrap_or(u64::MAX))
}

/// Where the stack ends: the first value of a global that can be a stack pointer and below which there is no
/// data.
fn first(globals: &[u8], data: &[u8]) -> Option<u64> {
    let lowest = lowest_data(data)?;
    let globals = GlobalSectionReader::new(BinaryReader::new(globals, 0)).ok()?;
    globals
        .into_iter()
        .flatten()
        .filter(|global| {
            global.ty.mutable && matches!(global.ty.content_type, ValType::I32 | ValType::I64)
        })
        .filter_map(|global| constant(&global.init_expr))
        .find(|end| *end > 0 && *end <= lowest && end.is_multiple_of(ALIGNMENT))
}

/// The lowest address of active data; `None` if there is none, or an address is not a constant.
fn lowest_data(data: &[u8]) -> Option<u64> {
    let mut lowest = None;
    for segment in DataSectionReader::new(BinaryReader::new(data, 0)).ok()? {
        if let DataKind::Active { offset_expr, .. } = segment.ok()?.kind {
            let start = constant(&offset_expr)?;
            lowest = Some(lowest.map_or(start, |other: u64| other.min(start)));
        }
    }
    lowest
}

fn constant(expression: &ConstExpr<'_>) -> Option<u64> {
    match expression.get_operators_reader().read().ok()? {
        Operator::I32Const { value } => Some(u64::from(value.cast_unsigned())),
        Operator::I64Const { value } => Some(value.cast_unsigned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<u64> {
        stack_bytes(&wat::parse_str(text).expect("a module")).expect("made of sections")
    }

    #[test]
    fn a_stack_is_what_lies_below_all_data() {
        let module = |global: &str, data: &str| {
            of(&format!(
                "(module (memory 1) (global i32 (i32.const 32)) {global} {data})"
            ))
        };
        let pointer = "(global (mut i32) (i32.const 4096))";
        let data = "(data (i32.const 4100) \"a\") (data (i32.const 5000) \"b\")";
        assert_eq!(module(pointer, data), Some(4096));
        assert_eq!(module(pointer, ""), None, "nothing shows where it ends");
        assert_eq!(module("", data), None, "no pointer");
        assert_eq!(
            module(pointer, "(data (i32.const 1024) \"a\")"),
            None,
            "data first"
        );
        assert_eq!(
            module("(global (mut i32) (i32.const 7))", data),
            None,
            "not aligned"
        );
    }

    #[test]
    fn a_component_has_the_stack_of_its_only_module_with_a_memory() {
        let main = "(core module (memory 1) (global (mut i32) (i32.const 64)) (data (i32.const 64) \"a\"))";
        let adapter = "(core module (func))";
        assert_eq!(of(&format!("(component {adapter} {main})")), Some(64));
        assert_eq!(of(&format!("(component {main} {main})")), None);
        assert_eq!(of(&format!("(component {adapter})")), None);
    }

    #[test]
    fn the_first_byte_that_is_not_zero_is_the_deepest() {
        assert_eq!(depth(100, Some(40)), 60);
        assert_eq!(depth(100, Some(100)), 0);
        assert_eq!(depth(100, Some(4_000)), 0);
        assert_eq!(depth(100, None), 0);
    }
}
