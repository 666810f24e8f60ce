//! What a core module does with its only table, and the module with fewer entries in it.

use crate::binary::{header, push_section, sections};
use crate::component::levels::WalkError;
use std::collections::BTreeSet;
use wasm_encoder::Encode as _;
use wasmparser::{
    BinaryReader, ConstExpr, Element, ElementItems, ElementKind, Export, ExternalKind,
    FunctionBody, ImportSectionReader, Operator, SectionLimited, Table, TypeRef,
};

const IMPORT: u8 = 2;
const TABLE: u8 = 4;
const EXPORT: u8 = 7;
const ELEMENT: u8 = 9;
const CODE: u8 = 10;

/// What the binary format calls an element segment that fills table 0 with functions, the constant that says
/// where, and the end of that.
const INTO_FIRST_TABLE: u8 = 0x00;
const I32_CONST: u8 = 0x41;
const END: u8 = 0x0b;

/// A module with one table, of which all that happens to it is known: entries are called by constant index
/// and filled with functions from a constant index on.
#[derive(Default)]
pub(super) struct UsesTable {
    /// Module and name of the import that it is, if it is one.
    pub(super) imported: Option<(String, String)>,
    /// How many entries it has at first, if it is the module's own.
    initial: Option<u64>,
    exported: bool,
    /// The entries that are called.
    called: BTreeSet<u32>,
    /// Where each segment that fills it starts, and how many entries it has.
    filled: Vec<(u64, u64)>,
}

impl UsesTable {
    /// `None` when something else may happen to a table, or there is none or more than one.
    pub(super) fn of(module: &[u8]) -> Result<Option<Self>, WalkError> {
        let mut uses = Self::default();
        let mut tables = 0;
        for section in sections(module, 0)?.1 {
            let reader = BinaryReader::new(section.body, 0);
            match section.id {
                IMPORT => {
                    for import in ImportSectionReader::new(reader)?.into_imports() {
                        let import = import?;
                        if let TypeRef::Table(_) = import.ty {
                            tables += 1;
                            let names = (import.module.to_owned(), import.name.to_owned());
                            uses.imported = Some(names);
                        }
                    }
                }
                TABLE => {
                    for table in SectionLimited::<Table<'_>>::new(reader)? {
                        tables += 1;
                        uses.initial = Some(table?.ty.initial);
                    }
                }
                EXPORT => {
                    for export in SectionLimited::<Export<'_>>::new(reader)? {
                        uses.exported |= export?.kind == ExternalKind::Table;
                    }
                }
                ELEMENT => {
                    for element in SectionLimited::<Element<'_>>::new(reader)? {
                        let element = element?;
                        match filled(&element)? {
                            Filled::Entries(start, functions) => {
                                uses.filled.push((start.into(), functions.len() as u64));
                            }
                            Filled::Nothing => {}
                            Filled::Unknown => return Ok(None),
                        }
                    }
                }
                CODE => {
                    for body in SectionLimited::<FunctionBody<'_>>::new(reader)? {
                        if !called(&body?, &mut uses.called)? {
                            return Ok(None);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok((tables == 1).then_some(uses))
    }
}

/// Whether a module imports a table.
pub(super) fn imports_any(module: &[u8]) -> Result<bool, WalkError> {
    for section in sections(module, 0)?.1.iter().filter(|s| s.id == IMPORT) {
        let reader = ImportSectionReader::new(BinaryReader::new(section.body, 0))?;
        for import in reader.into_imports() {
            if let TypeRef::Table(_) = import?.ty {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Notes the entries that a function calls. Returns whether that is all it does with a table.
fn called(body: &FunctionBody<'_>, entries: &mut BTreeSet<u32>) -> Result<bool, WalkError> {
    let mut constant = None;
    for operator in body.get_operators_reader()? {
        let last = constant.take();
        match operator? {
            Operator::I32Const { value } => constant = Some(value.cast_unsigned()),
            Operator::CallIndirect { .. } | Operator::ReturnCallIndirect { .. } => match last {
                Some(entry) => {
                    entries.insert(entry);
                }
                None => return Ok(false),
            },
            Operator::TableGet { .. }
            | Operator::TableSet { .. }
            | Operator::TableGrow { .. }
            | Operator::TableSize { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. }
            | Operator::TableAtomicGet { .. }
            | Operator::TableAtomicSet { .. }
            | Operator::TableAtomicRmwXchg { .. }
            | Operator::TableAtomicRmwCmpxchg { .. } => return Ok(false),
            _ => {}
        }
    }
    Ok(true)
}

/// What an element segment fills when its module is instantiated.
enum Filled {
    /// Entries from this one on, with these functions.
    Entries(u32, Vec<u32>),
    Nothing,
    Unknown,
}

fn filled(element: &Element<'_>) -> Result<Filled, WalkError> {
    let ElementKind::Active { offset_expr, .. } = &element.kind else {
        return Ok(Filled::Nothing);
    };
    let (ElementItems::Functions(functions), Some(start)) =
        (&element.items, constant(offset_expr)?)
    else {
        return Ok(Filled::Unknown);
    };
    let functions = functions.clone().into_iter();
    let functions = functions.collect::<wasmparser::Result<_>>()?;
    Ok(Filled::Entries(start, functions))
}

/// The value of an expression that is nothing but a number.
fn constant(expression: &ConstExpr<'_>) -> Result<Option<u32>, WalkError> {
    let mut operators = expression.get_operators_reader();
    let value = match operators.read()? {
        Operator::I32Const { value } => value.cast_unsigned(),
        _ => return Ok(None),
    };
    Ok(matches!(operators.read()?, Operator::End).then_some(value))
}

/// Those of the modules that share a table which fill entries that none of them calls, without those. The
/// first of `members` owns the table; `uses` says of each what it does with it.
pub(super) fn without_dead_entries(
    members: &[usize],
    uses: &[&UsesTable],
    modules: &[&[u8]],
) -> Result<Vec<(usize, Vec<u8>)>, WalkError> {
    let (owner, users) = (uses[0], &uses[1..]);
    let Some(entries) = owner.initial else {
        return Ok(Vec::new());
    };
    // NB: a segment that ends outside of the table is an error that has to stay one.
    let fits =
        |uses: &UsesTable| (uses.filled.iter()).all(|(start, count)| start + count <= entries);
    let known = |user: &&UsesTable| !user.exported && user.initial.is_none();
    if !users.iter().all(known) || !uses.iter().all(|uses| fits(uses)) {
        return Ok(Vec::new());
    }
    let called: BTreeSet<u32> = uses.iter().flat_map(|uses| uses.called.clone()).collect();
    let mut smaller = Vec::new();
    for module in members {
        let bytes = modules[*module];
        let new = without_entries(bytes, &called)?;
        if new != bytes {
            smaller.push((*module, new));
        }
    }
    Ok(smaller)
}

/// The module with only such entries filled as are in `called`. In the place of one between two of them is
/// one of those.
fn without_entries(module: &[u8], called: &BTreeSet<u32>) -> Result<Vec<u8>, WalkError> {
    let (kind, sections) = sections(module, 0)?;
    let mut out = header(kind);
    for section in sections {
        if section.id != ELEMENT {
            push_section(&mut out, section.id, section.body);
            continue;
        }
        let reader = SectionLimited::<Element<'_>>::new(BinaryReader::new(section.body, 0))?;
        let mut body = Vec::new();
        reader.count().encode(&mut body);
        for element in reader {
            let element = element?;
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
            let bytes = section
                .body
                .get(place(element.range.start)..place(element.range.end));
            let bytes = bytes.ok_or(WalkError::Unknown("an element"))?;
            let Filled::Entries(start, functions) = filled(&element)? else {
                body.extend_from_slice(bytes);
                continue;
            };
            match live(start, &functions, called) {
                left if left == functions => body.extend_from_slice(bytes),
                left => {
                    body.extend([INTO_FIRST_TABLE, I32_CONST]);
                    start.cast_signed().encode(&mut body);
                    body.push(END);
                    left.len().encode(&mut body);
                    for function in left {
                        function.encode(&mut body);
                    }
                }
            }
        }
        push_section(&mut out, section.id, &body);
    }
    Ok(out)
}

/// The functions from `start` on without those that are not called: none after the last that is, and in the
/// place of the others the one before, or the first.
fn live(start: u32, functions: &[u32], called: &BTreeSet<u32>) -> Vec<u32> {
    let is_called = |at: usize| {
        let entry = u32::try_from(at).ok().and_then(|at| start.checked_add(at));
        entry.is_some_and(|entry| called.contains(&entry))
    };
    let mut of_those = (0..functions.len()).filter(|at| is_called(*at));
    let Some(first) = of_those.next() else {
        return Vec::new();
    };
    let last = of_those.next_back().unwrap_or(first);
    let mut stands_in = functions[first];
    let mut left = Vec::new();
    for (at, function) in functions.iter().enumerate().take(last + 1) {
        if is_called(at) {
            stands_in = *function;
        }
        left.push(stands_in);
    }
    left
}
