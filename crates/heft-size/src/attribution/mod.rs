//! Where every byte of a file comes from: which crate or library, or which part of the format.
//!
//! [`attribute`] reads a module or component once and puts every byte into exactly one row. Code goes
//! to the crate its function is written in, data to the symbol its segment is named after, and
//! everything else to a name in brackets that says what it is: `[types]`, `[names]`, `[component]`.
//! What the names do not tell is [`UNATTRIBUTED`], and never guessed.

mod error;
mod module;
mod names;
mod owner;
mod paths;
mod symbols;
mod v0_mangling;

pub use error::AttributionError;
pub use owner::{LINKER, OPTIMIZER, RUSTC, UNATTRIBUTED, WASI_LIBC};
pub(crate) use owner::{WASI_MALLOC, is_mangled_rust, without_suffix};
pub use symbols::{display_name, folded_name};

use crate::call_graph::CallGraph;
use heft_wasm::binary::{CUSTOM, Kind, Section, kind};
use heft_wasm::bytes::Bytes;
use heft_wasm::section_id::module as id;
use heft_wasm::section_id::module::{CODE, DATA};
use heft_wasm::section_sizes::{SectionSize, sizes_of};
use heft_wasm::walk::{IndexPath, Part, walk};
use module::Module;
use names::Names;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Who makes the modules in a component that its other modules are called through.
const WIT_COMPONENT: &str = "wit-component";

/// Every byte of a file in exactly one row.
#[derive(Debug)]
pub struct Attribution<'a> {
    /// Module or component.
    pub kind: Kind,
    /// The size of the file, and the sum of all rows.
    pub file_bytes: Bytes,
    /// Whether any function has a name. Without, all code is [`UNATTRIBUTED`].
    pub has_names: bool,
    /// All function bodies in file order.
    pub functions: Vec<Function<'a>>,
    /// The core modules in file order.
    pub modules: Vec<ModuleInfo<'a>>,
    /// All sections of one sort in one module or component, in file order; they add up to the file.
    pub sections: Vec<SectionSize>,
    /// What could not be read as it should be, one sentence each.
    pub notes: Vec<String>,
    owners: Vec<CrateSize>,
}

/// A core module of the file.
#[derive(Debug)]
pub struct ModuleInfo<'a> {
    /// Its place in the file.
    pub index: IndexPath,
    /// The module.
    pub bytes: &'a [u8],
    /// The same module in the symbols file, where imports and exports have their long names; without
    /// a symbols file the module itself.
    pub named: &'a [u8],
    /// How many functions it imports: the index of its first own function.
    pub imported_functions: u32,
    /// Where its functions are in [`Attribution::functions`].
    pub functions: std::ops::Range<usize>,
    graph: OnceLock<CallGraph>,
}

/// A function body.
#[derive(Debug)]
pub struct Function<'a> {
    /// Which of [`Attribution::modules`] it is in.
    pub module: usize,
    /// Its function index in that module, imports counted.
    pub index: u32,
    /// Its name as the name section has it.
    pub name: Option<Cow<'a, str>>,
    /// The body without the length before it.
    pub body: &'a [u8],
    /// The size of the body with the length before it.
    pub bytes: Bytes,
    owner: usize,
}

impl Function<'_> {
    /// The name as people read it; a number in its module without one.
    #[must_use]
    pub fn display_name(&self) -> String {
        self.named_by(display_name)
    }

    /// [`Function::display_name`] without generic arguments.
    #[must_use]
    pub fn folded_name(&self) -> String {
        self.named_by(folded_name)
    }

    fn named_by(&self, words: fn(&str) -> String) -> String {
        match &self.name {
            Some(name) => words(name),
            None => format!("(function {} of module {})", self.index, self.module),
        }
    }
}

/// What a crate, a library, or a part of the format takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CrateSize {
    /// The name of the crate or library; in brackets what is neither.
    pub name: String,
    /// All of its bytes.
    pub bytes: Bytes,
    /// Those in function bodies.
    pub code_bytes: Bytes,
    /// Those in data segments.
    pub data_bytes: Bytes,
}

impl CrateSize {
    /// Whether this is a crate or library, and not a part of the format or something unknown.
    #[must_use]
    pub fn is_crate(&self) -> bool {
        !self.name.starts_with('[')
    }
}

impl<'a> Attribution<'a> {
    /// What each crate, library and part of the format takes, largest first, then by name. The sum of
    /// `bytes` is the file's size.
    #[must_use]
    pub fn by_crate(&self) -> Vec<CrateSize> {
        let rows = self.owners.iter().filter(|row| row.bytes > Bytes(0));
        let mut rows: Vec<CrateSize> = rows.cloned().collect();
        rows.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
        rows
    }

    /// The crate or library a function belongs to.
    #[must_use]
    pub fn crate_of(&self, function: &Function<'a>) -> &str {
        &self.owners[function.owner].name
    }

    /// Who calls whom in a module of this file. Its code is read once, by who asks first.
    pub fn calls<'m>(&self, module: &'m ModuleInfo<'a>) -> &'m CallGraph {
        module.graph.get_or_init(|| {
            let functions = &self.functions[module.functions.clone()];
            let bodies = functions.iter().map(|function| function.body);
            CallGraph::read(module.imported_functions, bodies, module.named)
        })
    }

    /// The size of all function bodies.
    #[must_use]
    pub fn code_bytes(&self) -> Bytes {
        self.owners.iter().map(|row| row.code_bytes).sum()
    }

    /// The size of those function bodies that belong to a crate or library.
    #[must_use]
    pub fn attributed_code_bytes(&self) -> Bytes {
        let crates = self.owners.iter().filter(|row| row.is_crate());
        crates.map(|row| row.code_bytes).sum()
    }
}

/// Attributes every byte of `file`. The names are those of `names`, a symbols file with the same code, or
/// without one the file's own.
///
/// # Errors
///
/// When a file is not made of sections or its code can't be split into functions; when the symbols file is of
/// another kind or has other code, or when it has no names either.
pub fn attribute<'a>(
    file: &'a [u8],
    names: Option<&'a [u8]>,
) -> Result<Attribution<'a>, AttributionError> {
    let kind = kind(file)?;
    let mut builder = Builder::default();
    let parts = walk(file)?;
    let sections = sizes_of(&parts);
    let outside: Vec<Section<'_>> = outermost(&parts).cloned().collect();
    let modules = read_modules(parts)?;
    let named = match names {
        Some(symbols) => named_modules(kind, &modules, symbols)?,
        None => Vec::new(),
    };
    let mut named = named.into_iter();
    for (info, mut module) in modules {
        let (names, bytes) = match named.next() {
            Some(((_, bytes), named)) => {
                // NB: names in the file itself may be shortened, and tell nothing then.
                module.evidence = named.evidence;
                module.is_shim = named.is_shim;
                (named.names(), bytes)
            }
            None => (module.names(), info.1),
        };
        builder.add_module(info, bytes, &module, names);
    }
    if kind == Kind::Component {
        builder.add_component(file, &outside);
    }
    Ok(builder.finish(kind, file, sections))
}

type Modules<'a> = Vec<((IndexPath, &'a [u8]), Module<'a>)>;

fn read_modules(parts: Vec<Part<'_>>) -> Result<Modules<'_>, AttributionError> {
    let modules = parts.into_iter().filter_map(|part| match part {
        Part::Module(found) => Some(found),
        _ => None,
    });
    modules
        .map(|found| {
            let place = (found.index.clone(), found.bytes);
            Ok((place, Module::read(found)?))
        })
        .collect()
}

/// The sections of the outermost component itself.
fn outermost<'p, 'a>(parts: &'p [Part<'a>]) -> impl Iterator<Item = &'p Section<'a>> {
    let mut depth = 0_usize;
    parts.iter().filter_map(move |part| {
        match part {
            Part::Component(_) => depth += 1,
            Part::End => depth -= 1,
            Part::Section(section) if depth == 1 => return Some(section),
            Part::Section(_) | Part::Module(_) => {}
        }
        None
    })
}

/// The core modules of a symbols file, one for each of the file's.
fn named_modules<'a>(
    ours: Kind,
    modules: &Modules<'_>,
    symbols: &'a [u8],
) -> Result<Modules<'a>, AttributionError> {
    let in_symbols = |err| AttributionError::Symbols(Box::new(err));
    let theirs = kind(symbols).map_err(|err| in_symbols(err.into()))?;
    if ours != theirs {
        return Err(AttributionError::SymbolsKind { ours, theirs });
    }
    let named = walk(symbols)
        .map_err(AttributionError::from)
        .and_then(read_modules)
        .map_err(in_symbols)?;
    if named.len() != modules.len() {
        return Err(AttributionError::SymbolsModules {
            ours: modules.len(),
            theirs: named.len(),
        });
    }
    for (((index, _), module), (_, other)) in modules.iter().zip(&named) {
        if !module.same_code(other, ours) {
            return Err(AttributionError::SymbolsCode {
                module: index.clone(),
            });
        }
    }
    if !named.iter().any(|(_, module)| module.names().any) {
        return Err(AttributionError::SymbolsStripped);
    }
    Ok(named)
}

#[derive(Default)]
struct Builder<'a> {
    functions: Vec<Function<'a>>,
    modules: Vec<ModuleInfo<'a>>,
    notes: Vec<String>,
    has_names: bool,
    owners: Vec<CrateSize>,
    by_name: HashMap<String, usize>,
}

impl<'a> Builder<'a> {
    fn owner(&mut self, name: &str) -> usize {
        if let Some(found) = self.by_name.get(name) {
            return *found;
        }
        self.owners.push(CrateSize {
            name: name.to_owned(),
            ..CrateSize::default()
        });
        self.by_name.insert(name.to_owned(), self.owners.len() - 1);
        self.owners.len() - 1
    }

    fn add(&mut self, name: &str, size: usize) {
        let owner = self.owner(name);
        self.owners[owner].bytes.0 += size as u64;
    }

    fn add_module(
        &mut self,
        (index, bytes): (IndexPath, &'a [u8]),
        named: &'a [u8],
        module: &Module<'a>,
        mut names: Names<'a>,
    ) {
        self.has_names |= names.any;
        for note in module.notes.iter().chain(&names.notes) {
            self.notes.push(format!("module {index}: {note}"));
        }
        let start = self.functions.len();
        let code = self.add_code(module, &mut names);
        let data = self.add_data(module, &names);
        let graph = if names.any {
            self.adopt_nameless(named, module.imported, start)
        } else {
            None
        };
        let mut content = 0;
        for section in &module.sections {
            content += section.range.len();
            match section.id {
                CODE | DATA => {}
                _ => self.add(&row_of(section), section.range.len()),
            }
        }
        // What is left of a section is its id, its length and its count.
        let total = |id| -> usize {
            let of = module.sections.iter().filter(|section| section.id == id);
            of.map(|section| section.range.len()).sum()
        };
        for (id, name, counted) in [(CODE, "[code]", code), (DATA, "[data]", data)] {
            if total(id) > counted {
                self.add(name, total(id) - counted);
            }
        }
        self.add("[header]", bytes.len() - content);
        self.modules.push(ModuleInfo {
            index,
            bytes,
            named,
            imported_functions: module.imported,
            functions: start..self.functions.len(),
            graph: graph.map(OnceLock::from).unwrap_or_default(),
        });
    }

    fn add_code(&mut self, module: &Module<'a>, names: &mut Names<'a>) -> usize {
        let mut evidence = module.evidence;
        for name in names.functions.iter().flatten() {
            evidence.see(name);
        }
        let is_shim = names
            .module
            .as_deref()
            .is_some_and(|name| name.starts_with("wit-component:"))
            || module.is_shim;
        let program = names.module.as_deref().and_then(owner::program);
        let mut sum = 0;
        // Looked up once: where names are missing, they are missing by the thousand.
        let mut nobody = None;
        self.functions.reserve(module.bodies.len());
        for (index, body) in (module.imported..).zip(&module.bodies) {
            let name = names
                .functions
                .get_mut(index as usize)
                .and_then(Option::take);
            let owner = match &name {
                _ if is_shim => self.owner(WIT_COMPONENT),
                Some(name) => match (owner::owner(name, evidence), &program) {
                    (Cow::Borrowed(RUSTC), Some(program)) if owner::is_main(name) => {
                        self.owner(program)
                    }
                    (owner, _) => self.owner(&owner),
                },
                None => *nobody.get_or_insert_with(|| self.owner(UNATTRIBUTED)),
            };
            let size = body.size as u64;
            self.owners[owner].bytes.0 += size;
            self.owners[owner].code_bytes.0 += size;
            sum += body.size;
            self.functions.push(Function {
                module: self.modules.len(),
                index,
                name,
                body: body.content,
                bytes: Bytes(size),
                owner,
            });
        }
        sum
    }

    /// Gives nameless functions to the crate of their callers when all callers are of one. The
    /// optimizer makes such functions out of what several have in common, after names were given; what
    /// is exported or called indirectly has callers that are not known and stays nobody's.
    /// Returns who calls whom in the module, if that had to be read.
    fn adopt_nameless(&mut self, named: &[u8], imported: u32, start: usize) -> Option<CallGraph> {
        let own = &self.functions[start..];
        let nobody = self.by_name.get(UNATTRIBUTED).copied();
        let is_orphan = |f: &Function<'_>| f.name.is_none() && Some(f.owner) == nobody;
        if !own.iter().any(is_orphan) {
            return None;
        }
        let graph = CallGraph::read(imported, own.iter().map(|function| function.body), named);
        if !graph.complete {
            return Some(graph);
        }
        // For each function the one owner of its callers, or that there are several.
        let mut callers: Vec<Option<Result<usize, ()>>> = vec![None; own.len()];
        for (place, caller) in own.iter().enumerate() {
            for target in graph.targets(place) {
                let slot = &mut callers[target];
                let same = slot.is_none_or(|known| known == Ok(caller.owner));
                *slot = Some(if same { Ok(caller.owner) } else { Err(()) });
            }
        }
        for (_, kept) in graph.kept() {
            callers[kept] = Some(Err(()));
        }
        for (function, owner) in self.functions[start..].iter_mut().zip(callers) {
            let (Some(Ok(owner)), true) = (owner, is_orphan(function)) else {
                continue;
            };
            for (place, sign) in [(function.owner, false), (owner, true)] {
                let row = &mut self.owners[place];
                for bytes in [&mut row.bytes.0, &mut row.code_bytes.0] {
                    *bytes = if sign {
                        *bytes + function.bytes.0
                    } else {
                        *bytes - function.bytes.0
                    };
                }
            }
            function.owner = owner;
        }
        Some(graph)
    }

    fn add_data(&mut self, module: &Module<'a>, names: &Names<'a>) -> usize {
        // Looked up once: most segments are nobody's.
        let mut nobody = None;
        for (index, size) in module.segments.iter().enumerate() {
            let name = names.data.get(index).and_then(Option::as_deref);
            let symbol = name.and_then(segment_symbol);
            let owner = symbol.map(|symbol| owner::owner(symbol, module.evidence));
            let owner = match owner {
                Some(name) if !name.starts_with('[') => self.owner(&name),
                _ => *nobody.get_or_insert_with(|| self.owner("[data]")),
            };
            self.owners[owner].bytes.0 += *size as u64;
            self.owners[owner].data_bytes.0 += *size as u64;
        }
        module.segments.iter().sum()
    }

    /// Counts what is around the core modules as `[component]`.
    fn add_component(&mut self, file: &[u8], outside: &[Section<'_>]) {
        let inside: usize = self.modules.iter().map(|module| module.bytes.len()).sum();
        // Debug sections of the component itself are told apart; they are what a strip takes away.
        let mut custom = 0;
        for section in outside.iter().filter(|section| section.id == CUSTOM) {
            custom += section.range.len();
            self.add(&row_of(section), section.range.len());
        }
        self.add("[component]", file.len() - inside - custom);
    }

    fn finish(self, kind: Kind, file: &[u8], sections: Vec<SectionSize>) -> Attribution<'a> {
        let file_bytes = Bytes::of(file);
        debug_assert_eq!(
            self.owners.iter().map(|row| row.bytes).sum::<Bytes>(),
            file_bytes
        );
        Attribution {
            kind,
            file_bytes,
            has_names: self.has_names,
            functions: self.functions,
            modules: self.modules,
            sections,
            notes: self.notes,
            owners: self.owners,
        }
    }
}

/// The row that a section other than code and data belongs to.
fn row_of(section: &Section<'_>) -> Cow<'static, str> {
    if section.id != CUSTOM {
        return Cow::Borrowed(match section.id {
            id::TYPE => "[types]",
            id::IMPORT => "[imports]",
            id::FUNCTION => "[functions]",
            id::TABLE => "[tables]",
            id::MEMORY => "[memories]",
            id::GLOBAL => "[globals]",
            id::EXPORT => "[exports]",
            id::START => "[start]",
            id::ELEMENT => "[elements]",
            id::DATA_COUNT => "[data]",
            id::TAG => "[tags]",
            _ => "[unknown sections]",
        });
    }
    match section.custom().map(|(name, _)| name) {
        Some("name" | "component-name") => Cow::Borrowed("[names]"),
        Some(name) if name.starts_with(".debug_") => Cow::Borrowed("[debug]"),
        Some(name) => Cow::Owned(format!("[custom {name}]")),
        None => Cow::Borrowed("[custom]"),
    }
}

/// The symbol a data segment is named after: `.rodata.NAME`. `None` for a whole section (`.rodata`)
/// or a number that the optimizer appended when it split one (`.rodata.3`).
fn segment_symbol(name: &str) -> Option<&str> {
    let sections = [
        ".rodata.",
        ".data.rel.ro.",
        ".data.",
        ".bss.",
        ".tdata.",
        ".tbss.",
    ];
    let symbol = sections
        .iter()
        .find_map(|section| name.strip_prefix(section))?;
    let is_number = symbol.bytes().all(|byte| byte.is_ascii_digit());
    (!is_number).then_some(symbol)
}

#[cfg(test)]
mod tests;
