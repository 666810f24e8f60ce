//! How many bytes a program copies, fills and initialises by bulk memory operations.
//!
//! Since version 46 wasmtime charges `memory.copy`, `memory.fill` and `memory.init` a unit of fuel
//! for the operation and one for each byte, and no setting changes that. To tell the bytes from the
//! rest, the program is run once more with each of these operations replaced by a call to a function
//! that does the same and then reports its length. It reports by asking for a table to grow by that
//! many elements: the host is asked, takes note and refuses, and the table stays empty. No import is
//! needed, so that this works for the core modules inside a component as well.
//!
//! What the host copies, and what the engine's own adapters copy between the components of a
//! composition, is not counted.

use crate::tree;
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, Function, FunctionSection, HeapType, Instruction, Module, RefType, SectionId,
    TableSection, TableType, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, FunctionSectionReader, Operator, Parser, Payload, TableSectionReader,
    TypeRef, TypeSectionReader,
};

/// The maximum by which the host knows the table. No real table declares it: it spells `heft`.
pub(super) const TABLE_MAXIMUM: usize = 0x6865_6674;

/// A bulk memory operation: all three take three `i32` and return nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bulk {
    Copy { from: u32, to: u32 },
    Fill { memory: u32 },
    Init { memory: u32, data: u32 },
}

impl Bulk {
    fn of(operator: &Operator<'_>) -> Option<Self> {
        Some(match *operator {
            Operator::MemoryCopy { dst_mem, src_mem } => Self::Copy {
                from: src_mem,
                to: dst_mem,
            },
            Operator::MemoryFill { mem } => Self::Fill { memory: mem },
            Operator::MemoryInit { data_index, mem } => Self::Init {
                memory: mem,
                data: data_index,
            },
            _ => return None,
        })
    }

    fn instruction(self) -> Instruction<'static> {
        match self {
            Self::Copy { from, to } => Instruction::MemoryCopy {
                src_mem: from,
                dst_mem: to,
            },
            Self::Fill { memory } => Instruction::MemoryFill(memory),
            Self::Init { memory, data } => Instruction::MemoryInit {
                mem: memory,
                data_index: data,
            },
        }
    }
}

/// A file with its bulk memory operations made to report.
pub(super) enum Counting {
    /// It has none: there is nothing to count.
    Nothing,
    /// The file that reports.
    File(Vec<u8>),
}

/// Prepares a module or component.
///
/// # Errors
///
/// When it can't be read, or its memories are addressed by 64 bits.
pub(super) fn prepare(file: &[u8]) -> Result<Counting, String> {
    let modules = tree::core_modules(file).map_err(|err| err.to_string())?;
    let mut prepared = BTreeMap::new();
    for module in &modules {
        if let Some(bytes) = prepare_module(module.bytes)? {
            prepared.insert(module.index.clone(), bytes);
        }
    }
    if prepared.is_empty() {
        return Ok(Counting::Nothing);
    }
    let original = |index: &tree::IndexPath| {
        let same = modules.iter().find(|module| module.index == *index);
        same.expect("the same file has the same modules").bytes
    };
    let module = |index: &tree::IndexPath| match prepared.get(index) {
        Some(bytes) => &bytes[..],
        None => original(index),
    };
    let rebuilt = tree::rebuild(file, module, |_| true).map_err(|err| err.to_string())?;
    Ok(Counting::File(rebuilt))
}

/// What has to be known of a module before it is written again.
#[derive(Default)]
struct Inventory {
    types: u32,
    functions: u32,
    tables: u32,
    has_table_section: bool,
    wide_memory: bool,
    operations: Vec<Bulk>,
}

impl Inventory {
    fn take(module: &[u8]) -> wasmparser::Result<Self> {
        let mut found = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(types) => {
                    for group in types {
                        let members = group?.into_types().len();
                        found.types += u32::try_from(members).unwrap_or(u32::MAX);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) | TypeRef::FuncExact(_) => found.functions += 1,
                            TypeRef::Table(_) => found.tables += 1,
                            TypeRef::Memory(memory) => found.wide_memory |= memory.memory64,
                            TypeRef::Global(_) | TypeRef::Tag(_) => {}
                        }
                    }
                }
                Payload::FunctionSection(functions) => found.functions += functions.count(),
                Payload::TableSection(tables) => {
                    found.tables += tables.count();
                    found.has_table_section = true;
                }
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        found.wide_memory |= memory?.memory64;
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    for operator in body.get_operators_reader()? {
                        found.operations.extend(Bulk::of(&operator?));
                    }
                }
                _ => {}
            }
        }
        found.operations.sort_unstable();
        found.operations.dedup();
        Ok(found)
    }
}

/// The module with reporting functions; `None` when it needs none.
fn prepare_module(module: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let inventory = Inventory::take(module).map_err(|err| err.to_string())?;
    if inventory.operations.is_empty() {
        return Ok(None);
    }
    if inventory.wide_memory {
        return Err("its memory is addressed by 64 bits".to_owned());
    }
    let mut out = Module::new();
    Reporting(&inventory)
        .parse_core_module(&mut out, Parser::new(0), module)
        .map_err(|err| err.to_string())?;
    Ok(Some(out.finish()))
}

/// Copies a module and adds a type, a table, and a function per operation, each at the end of its
/// index space so that no index changes.
struct Reporting<'a>(&'a Inventory);

impl Reporting<'_> {
    fn push_table(&self, tables: &mut TableSection) {
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: 0,
            maximum: Some(TABLE_MAXIMUM as u64),
            shared: false,
        });
    }

    fn reporter(&self, operation: Bulk) -> Function {
        const LENGTH: u32 = 2;
        let mut function = Function::new([]);
        for parameter in 0..=LENGTH {
            function.instruction(&Instruction::LocalGet(parameter));
        }
        function.instruction(&operation.instruction());
        function.instruction(&Instruction::RefNull(HeapType::FUNC));
        function.instruction(&Instruction::LocalGet(LENGTH));
        function.instruction(&Instruction::TableGrow(self.0.tables));
        function.instruction(&Instruction::Drop);
        function.instruction(&Instruction::End);
        function
    }
}

impl Reencode for Reporting<'_> {
    type Error = Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32; 3], []);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        for _ in &self.0.operations {
            functions.function(self.0.types);
        }
        Ok(())
    }

    fn parse_table_section(
        &mut self,
        tables: &mut TableSection,
        section: TableSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_table_section(self, tables, section)?;
        self.push_table(tables);
        Ok(())
    }

    /// Writes the table section of a module that has none: it follows the functions.
    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        after: Option<SectionId>,
        _: Option<SectionId>,
    ) -> Result<(), Error> {
        if after == Some(SectionId::Function) && !self.0.has_table_section {
            let mut tables = TableSection::new();
            self.push_table(&mut tables);
            module.section(&tables);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        for operation in &self.0.operations {
            code.function(&self.reporter(*operation));
        }
        Ok(())
    }

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Error> {
        let Some(operation) = Bulk::of(&operator) else {
            return utils::instruction(self, operator);
        };
        let at = self.0.operations.binary_search(&operation);
        let at = at.expect("the inventory holds every operation");
        let at = u32::try_from(at).expect("fewer than 2^32 operations");
        Ok(Instruction::Call(self.0.functions + at))
    }

    /// Names and other custom sections do not matter to a run.
    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{Validator, WasmFeatures};

    fn prepared(text: &str) -> Vec<u8> {
        let file = wat::parse_str(text).expect("the test's text is right");
        match prepare(&file).expect("can be prepared") {
            Counting::File(bytes) => bytes,
            Counting::Nothing => panic!("has operations"),
        }
    }

    #[track_caller]
    fn valid(bytes: &[u8]) {
        Validator::new_with_features(WasmFeatures::all())
            .validate_all(bytes)
            .expect("valid");
    }

    const OPERATIONS: &str = r#"(memory 1) (data $d "abc")
        (func (export "run") (param i32)
            (memory.copy (i32.const 0) (i32.const 1) (local.get 0))
            (memory.copy (i32.const 0) (i32.const 2) (local.get 0))
            (memory.fill (i32.const 0) (i32.const 1) (local.get 0))
            (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)))"#;

    #[test]
    fn the_prepared_module_is_valid_with_and_without_tables_and_imports() {
        for extra in [
            "",
            "(table 1 funcref)",
            r#"(import "a" "f" (func (param i64))) (import "a" "t" (table 1 funcref))"#,
            r#"(import "a" "t" (table 1 funcref)) (table 2 funcref) (elem (i32.const 0) 0)"#,
            "(rec (type (func)) (type (func (param f32))))",
        ] {
            valid(&prepared(&format!("(module {extra} {OPERATIONS})")));
        }
    }

    #[test]
    fn each_operation_is_replaced_once() {
        let bytes = prepared(&format!("(module {OPERATIONS})"));
        let inventory = Inventory::take(&bytes).expect("readable");
        // One function of its own and one per different operation.
        assert_eq!((inventory.functions, inventory.tables), (4, 1));
        assert_eq!(inventory.operations.len(), 3);
    }

    #[test]
    fn modules_inside_components_are_prepared_and_others_left_alone() {
        let text = format!("(component (core module (func)) (core module {OPERATIONS}))");
        let file = wat::parse_str(&text).expect("the test's text is right");
        let bytes = prepared(&text);
        valid(&bytes);
        let (before, after) = (tree::core_modules(&file), tree::core_modules(&bytes));
        let (before, after) = (before.expect("readable"), after.expect("readable"));
        assert_eq!(before[0].bytes, after[0].bytes);
        assert_ne!(before[1].bytes, after[1].bytes);
    }

    #[test]
    fn a_file_without_operations_needs_no_counting() {
        let file = wat::parse_str("(module (func))").expect("the test's text is right");
        assert!(matches!(prepare(&file), Ok(Counting::Nothing)));
    }

    #[test]
    fn memories_of_64_bits_are_refused() {
        let text = "(module (memory i64 1) (func (memory.fill (i64.const 0) (i32.const 0) (i64.const 1))))";
        let file = wat::parse_str(text).expect("the test's text is right");
        assert!(prepare(&file).is_err());
    }
}
