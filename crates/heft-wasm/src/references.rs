//! Which functions a core module's code and sections refer to.

use crate::binary::sections;
use crate::section_id::module::{ELEMENT, EXPORT, GLOBAL, START, TABLE};
use wasmparser::{
    BinaryReader, ConstExpr, ElementItems, ElementSectionReader, ExportSectionReader, ExternalKind,
    FunctionBody, GlobalSectionReader, Operator, TableInit, TableSectionReader, VisitOperator,
    VisitSimdOperator, for_each_visit_operator, for_each_visit_simd_operator,
};

/// Why a function is in a module although nobody calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// It is exported under this name.
    Export(String),
    /// It is the start function.
    Start,
    /// A table holds it, so that it can be called indirectly.
    Table,
    /// A global holds a reference to it.
    Global,
}

impl std::fmt::Display for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Export(name) => write!(f, "export \"{name}\""),
            Self::Start => f.write_str("the start function"),
            Self::Table => f.write_str("a table (called indirectly)"),
            Self::Global => f.write_str("a global"),
        }
    }
}

/// Calls `seen` with each function index that a body calls or refers to, and where in the body the
/// instruction is that holds it.
pub fn each_target(
    body: &[u8],
    mut seen: impl FnMut(u32, std::ops::Range<usize>),
) -> wasmparser::Result<()> {
    let reader = FunctionBody::new(BinaryReader::new(body, 0));
    let mut operators = reader.get_operators_reader()?;
    while !operators.eof() {
        let start = operators.original_position();
        let Some(index) = operators.visit_operator(&mut Target)? else {
            continue;
        };
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        seen(index, place(start)..place(operators.original_position()));
    }
    Ok(())
}

/// The function that an operator calls or refers to.
///
/// NB: an operator as a value would do, and takes half of the time that `size` needs of a large file.
struct Target;

macro_rules! visit_target {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(
            #[inline]
            fn $visit(&mut self $($(, $arg: $argty)*)?) -> Option<u32> {
                visit_target!(@$visit $($($arg)*)?)
            }
        )*
    };
    (@visit_call $index:ident) => { Some($index) };
    (@visit_return_call $index:ident) => { Some($index) };
    (@visit_ref_func $index:ident) => { Some($index) };
    (@$visit:ident $($arg:ident)*) => {{
        $( let _ = $arg; )*
        None
    }};
}

impl<'a> VisitOperator<'a> for Target {
    type Output = Option<u32>;

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = Self::Output>> {
        Some(self)
    }

    for_each_visit_operator!(visit_target);
}

impl VisitSimdOperator<'_> for Target {
    for_each_visit_simd_operator!(visit_target);
}

/// Reads what keeps functions in a module although nobody in it calls them.
pub fn read_roots(module: &[u8], roots: &mut Vec<(Root, u32)>) -> wasmparser::Result<()> {
    // The module was split into sections before.
    for section in sections(module, 0)
        .map(|(_, found)| found)
        .unwrap_or_default()
    {
        let reader = || section.reader();
        match section.id {
            EXPORT => {
                for export in ExportSectionReader::new(reader())? {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        roots.push((Root::Export(export.name.to_owned()), export.index));
                    }
                }
            }
            START => roots.push((Root::Start, reader().read_var_u32()?)),
            ELEMENT => {
                for element in ElementSectionReader::new(reader())? {
                    match element?.items {
                        ElementItems::Functions(indices) => {
                            for index in indices {
                                roots.push((Root::Table, index?));
                            }
                        }
                        ElementItems::Expressions(_, expressions) => {
                            for expression in expressions {
                                constant_targets(&expression?, &Root::Table, roots)?;
                            }
                        }
                    }
                }
            }
            TABLE => {
                for table in TableSectionReader::new(reader())? {
                    if let TableInit::Expr(expression) = table?.init {
                        constant_targets(&expression, &Root::Table, roots)?;
                    }
                }
            }
            GLOBAL => {
                for global in GlobalSectionReader::new(reader())? {
                    constant_targets(&global?.init_expr, &Root::Global, roots)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn constant_targets(
    expression: &ConstExpr<'_>,
    root: &Root,
    roots: &mut Vec<(Root, u32)>,
) -> wasmparser::Result<()> {
    for operator in expression.get_operators_reader() {
        if let Operator::RefFunc { function_index } = operator? {
            roots.push((root.clone(), function_index));
        }
    }
    Ok(())
}
