//! Who calls whom in a core module, and what keeps a function in it.

use crate::attribution::{Attribution, Function, ModuleInfo};
use crate::binary::sections;
use std::collections::VecDeque;
use wasmparser::{
    BinaryReader, ConstExpr, ElementItems, ElementSectionReader, ExportSectionReader, ExternalKind,
    FunctionBody, GlobalSectionReader, Operator, TableInit, TableSectionReader,
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

/// The calls and references between the functions of one core module.
#[derive(Debug)]
pub struct CallGraph {
    imported: u32,
    /// Where each function's targets start in `targets`; one more at the end.
    starts: Vec<usize>,
    targets: Vec<u32>,
    /// In order of preference, then of the file.
    roots: Vec<(Root, u32)>,
    /// Whether all code could be read.
    pub complete: bool,
}

const TABLE: u8 = 4;
const GLOBAL: u8 = 6;
const EXPORT: u8 = 7;
const START: u8 = 8;
const ELEMENT: u8 = 9;

impl CallGraph {
    /// Reads the code of a module. What can't be read has no edges, and `complete` is false then.
    #[must_use]
    pub fn read(attribution: &Attribution<'_>, module: &ModuleInfo<'_>) -> Self {
        let functions = &attribution.functions[module.functions.clone()];
        let mut graph = Self {
            imported: module.imported_functions,
            starts: Vec::with_capacity(functions.len() + 1),
            targets: Vec::new(),
            roots: Vec::new(),
            complete: true,
        };
        for function in functions {
            graph.starts.push(graph.targets.len());
            let found = each_target(function.body, |target, _| graph.targets.push(target));
            graph.complete &= found.is_ok();
        }
        graph.starts.push(graph.targets.len());
        graph.complete &= read_roots(module.bytes, &mut graph.roots).is_ok();
        graph.roots.sort();
        graph
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The functions that a function of this module calls or refers to.
    pub(crate) fn targets(&self, local: usize) -> impl Iterator<Item = usize> {
        self.direct(local)
            .iter()
            .filter_map(|index| self.local(*index))
    }

    /// The indices of the functions that a function of this module calls or refers to, imports too.
    pub(crate) fn direct(&self, local: usize) -> &[u32] {
        &self.targets[self.starts[local]..self.starts[local + 1]]
    }

    /// The index of the function that is exported under this name.
    pub(crate) fn export(&self, name: &str) -> Option<u32> {
        let is_it = |root: &Root| matches!(root, Root::Export(export) if export == name);
        let found = self.roots.iter().find(|(root, _)| is_it(root));
        found.map(|(_, index)| *index)
    }

    /// The place of a function index among the module's own functions.
    pub(crate) fn local(&self, index: u32) -> Option<usize> {
        let local = index.checked_sub(self.imported)? as usize;
        (local < self.len()).then_some(local)
    }

    /// For each of the module's own functions, whether an export, the start function, a table or a
    /// global leads to it.
    #[must_use]
    pub fn reachable(&self) -> Vec<bool> {
        let mut found = vec![false; self.len()];
        let mut todo: Vec<usize> = Vec::new();
        let roots = self
            .roots
            .iter()
            .filter_map(|(_, index)| self.local(*index));
        for local in roots {
            if !std::mem::replace(&mut found[local], true) {
                todo.push(local);
            }
        }
        while let Some(local) = todo.pop() {
            for next in self.targets(local) {
                if !std::mem::replace(&mut found[next], true) {
                    todo.push(next);
                }
            }
        }
        found
    }

    /// A shortest path to a function, by the places of functions among the module's own: from an
    /// export or the start function where one leads to it, else from a table or a global. `None` when
    /// nothing does.
    #[must_use]
    pub fn path_to(&self, goal: usize) -> Option<(&Root, Vec<usize>)> {
        let direct = |root: &Root| matches!(root, Root::Export(_) | Root::Start);
        self.shortest(goal, direct)
            .or_else(|| self.shortest(goal, |root| !direct(root)))
    }

    fn shortest(&self, goal: usize, from: impl Fn(&Root) -> bool) -> Option<(&Root, Vec<usize>)> {
        #[derive(Clone, Copy)]
        enum Before {
            Nothing,
            Root(usize),
            Function(usize),
        }
        let mut before = vec![Before::Nothing; self.len()];
        let mut todo = VecDeque::new();
        for (place, (root, index)) in self.roots.iter().enumerate() {
            let Some(local) = self.local(*index).filter(|_| from(root)) else {
                continue;
            };
            if matches!(before[local], Before::Nothing) {
                before[local] = Before::Root(place);
                todo.push_back(local);
            }
        }
        while let Some(local) = todo.pop_front() {
            if local == goal {
                break;
            }
            for next in self.targets(local) {
                if matches!(before[next], Before::Nothing) {
                    before[next] = Before::Function(local);
                    todo.push_back(next);
                }
            }
        }
        let mut path = vec![goal];
        let mut at = goal;
        loop {
            match *before.get(at)? {
                Before::Nothing => return None,
                Before::Root(place) => {
                    path.reverse();
                    return Some((&self.roots[place].0, path));
                }
                Before::Function(caller) => {
                    path.push(caller);
                    at = caller;
                }
            }
        }
    }
}

/// Calls `seen` with each function index that a body calls or refers to, and where in the body the
/// instruction is that holds it.
pub(crate) fn each_target(
    body: &[u8],
    mut seen: impl FnMut(u32, std::ops::Range<usize>),
) -> wasmparser::Result<()> {
    let reader = FunctionBody::new(BinaryReader::new(body, 0));
    let mut operators = reader.get_operators_reader()?;
    while !operators.eof() {
        let start = operators.original_position();
        let index = match operators.read()? {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => function_index,
            _ => continue,
        };
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        seen(index, place(start)..place(operators.original_position()));
    }
    Ok(())
}

/// Reads what keeps functions in a module although nobody in it calls them.
pub(crate) fn read_roots(module: &[u8], roots: &mut Vec<(Root, u32)>) -> wasmparser::Result<()> {
    // The module was split into sections before.
    for section in sections(module, 0)
        .map(|(_, found)| found)
        .unwrap_or_default()
    {
        let reader = || BinaryReader::new(section.body, 0);
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

/// Why a function is in a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Why {
    /// The function asked about, demangled.
    pub function: String,
    /// What keeps it: an export, the start function, a table or a global. `None` when nothing leads
    /// to it.
    pub root: Option<String>,
    /// The functions from the root to the one asked about, each calling or referring to the next.
    pub path: Vec<String>,
}

/// Why it can't be said why a function is in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyError {
    /// No function has a name.
    #[error("the file has no function names; pass its symbols file with `--names`")]
    NoNames,
    /// No function is called so.
    #[error(
        "no function is named `{name}`{similar}; names are those that `size --functions` shows"
    )]
    Unknown {
        /// The name asked for.
        name: String,
        /// Words about similar names, or nothing.
        similar: String,
    },
    /// Several functions could be meant.
    #[error("{count} functions have `{name}` in their names, e.g. {examples}; give the whole name")]
    Several {
        /// The name asked for.
        name: String,
        /// How many.
        count: usize,
        /// Some of them.
        examples: String,
    },
}

/// Finds a shortest path that leads to the function of this name: demangled or as the name section
/// has it, whole or a part that no other function has.
///
/// # Errors
///
/// When no function has this name, or several do.
pub fn why(attribution: &Attribution<'_>, name: &str) -> Result<Why, WhyError> {
    let function = find(attribution, name)?;
    let module = &attribution.modules[function.module];
    let graph = CallGraph::read(attribution, module);
    let own = &attribution.functions[module.functions.clone()];
    let goal = (function.index - module.imported_functions) as usize;
    let (root, path) = match graph.path_to(goal) {
        Some((root, path)) => (Some(root.to_string()), path),
        None => (None, Vec::new()),
    };
    Ok(Why {
        function: function.display_name(),
        root,
        path: path
            .into_iter()
            .map(|local| own[local].display_name())
            .collect(),
    })
}

fn find<'f, 'a>(
    attribution: &'f Attribution<'a>,
    name: &str,
) -> Result<&'f Function<'a>, WhyError> {
    if !attribution.has_names {
        return Err(WhyError::NoNames);
    }
    let functions = &attribution.functions;
    if let Some(exact) = functions.iter().find(|f| f.name.as_deref() == Some(name)) {
        return Ok(exact);
    }
    let names: Vec<String> = functions.iter().map(Function::display_name).collect();
    if let Some(exact) = names.iter().position(|found| found == name) {
        return Ok(&functions[exact]);
    }
    let parts: Vec<usize> = (0..names.len())
        .filter(|i| names[*i].contains(name))
        .collect();
    match parts.as_slice() {
        [] => {
            let last = name.rsplit("::").next().unwrap_or(name);
            let similar = names.iter().find(|found| found.ends_with(last));
            Err(WhyError::Unknown {
                name: name.to_owned(),
                similar: similar
                    .map(|found| format!(" (there is `{found}`)"))
                    .unwrap_or_default(),
            })
        }
        [one] => Ok(&functions[*one]),
        several => {
            let some = several.iter().take(3).map(|i| format!("`{}`", names[*i]));
            Err(WhyError::Several {
                name: name.to_owned(),
                count: several.len(),
                examples: some.collect::<Vec<_>>().join(", "),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::attribute;

    fn asked(text: &str, name: &str) -> Result<Why, WhyError> {
        let file = wat::parse_str(text).expect("the test's text is right");
        why(&attribute(&file, None).expect("readable"), name)
    }

    const MODULE: &str = r#"(module
        (import "host" "f" (func $imported))
        (table 1 funcref)
        (elem (i32.const 0) $indirect)
        (func $run (export "run") call $imported call $a call $long)
        (func $long call $longer) (func $longer call $goal)
        (func $a call $goal)
        (func $goal)
        (func $indirect call $behind) (func $behind)
        (func $dead call $dead)
        (func $by_reference) (func $taker (export "taker") ref.func $by_reference drop)
        (elem declare func $by_reference))"#;

    #[test]
    fn the_path_is_a_shortest_one_from_an_export() {
        let found = asked(MODULE, "goal").expect("there");
        assert_eq!(found.root.as_deref(), Some("export \"run\""));
        assert_eq!(found.path, ["run", "a", "goal"]);
    }

    #[test]
    fn what_only_a_table_leads_to_says_so_and_what_nothing_leads_to_has_no_root() {
        let found = asked(MODULE, "behind").expect("there");
        assert_eq!(found.root.as_deref(), Some("a table (called indirectly)"));
        assert_eq!(found.path, ["indirect", "behind"]);
        let found = asked(MODULE, "dead").expect("there");
        assert_eq!((found.root, found.path.len()), (None, 0));
        assert_eq!(
            asked(MODULE, "by_reference").expect("there").path,
            ["taker", "by_reference"]
        );
    }

    #[test]
    fn a_name_that_is_not_there_or_not_only_one_is_refused_with_help() {
        let said = asked(MODULE, "x::goal").expect_err("refused").to_string();
        assert!(said.contains("there is `goal`"), "{said}");
        let said = asked(MODULE, "on").expect_err("refused");
        assert_eq!(asked(MODULE, "longe").expect("one").function, "longer");
        assert!(matches!(
            said,
            WhyError::Several { .. } | WhyError::Unknown { .. }
        ));
        assert_eq!(asked("(module (func))", "f"), Err(WhyError::NoNames));
    }
}
