//! Whether a component gives memory back to the allocator that it is from.
//!
//! What the host hands in, it puts into memory that the canonical options' `realloc` gives it. On
//! wasm32-wasip2 that function is Rust's and allocates with the Rust global allocator, while wasi-libc's
//! bindings give such lists and strings to C's `free`. With two allocators that corrupts memory.

use crate::allocators::{WASI_LIBC_MALLOC, families_of};
use crate::attribution::{Attribution, ModuleInfo, WASI_LIBC, WASI_MALLOC, without_suffix};
use crate::call_graph::CallGraph;
use crate::canonical::{Realloc, reallocs};
use heft_wasm::binary::Kind;
use heft_wasm::references::{Root, read_roots};
use heft_wasm::section_id::module::IMPORT;
use serde::Serialize;
use std::collections::BTreeSet;
use wasmparser::{ImportSectionReader, TypeRef};

/// Whether blocks from the host go back where they are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Memory {
    /// They do, or nobody of another allocator is given one.
    Sound,
    /// Some don't: it corrupts memory.
    Corrupts,
    /// It can't be told.
    Unknown,
}

/// Who serves the blocks that the host fills, who frees them, and whether these two are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Soundness {
    /// The answer.
    pub memory: Memory,
    /// The allocator behind `realloc`. `None` where it does not matter or is not known.
    pub realloc_allocator: Option<&'static str>,
    /// The allocator of C's `free`, where bindings give such blocks to it. `None` where none do.
    pub free_allocator: Option<&'static str>,
    /// Why it can't be told. `None` where it can.
    pub unknown_because: Option<String>,
}

/// What to do where memory is corrupted.
const REMEDY: &str =
    "put one allocator under both, with the crate wasi-alloc and its feature one-heap";

impl Soundness {
    fn sound() -> Self {
        Self {
            memory: Memory::Sound,
            realloc_allocator: None,
            free_allocator: None,
            unknown_because: None,
        }
    }

    fn unknown(why: impl Into<String>) -> Self {
        Self {
            memory: Memory::Unknown,
            unknown_because: Some(why.into()),
            ..Self::sound()
        }
    }

    /// What is wrong and what to do, if memory is corrupted.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        (self.memory == Memory::Corrupts).then(|| {
            format!(
                "it corrupts memory: what the host hands in is from {} (`cabi_realloc`), and wasi-libc gives it \
                 to {} (`free`); {REMEDY}",
                self.realloc_allocator.unwrap_or("another allocator"),
                self.free_allocator.unwrap_or("C's own"),
            )
        })
    }

    /// What is wrong, or why that can't be told; `None` if memory is sound.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let unknown = self.unknown_because.as_ref();
        self.warning().or_else(|| {
            unknown.map(|why| format!("whether it corrupts memory is not known: {why}"))
        })
    }
}

/// Judges a file; `None` for a core module, which no host hands lists to.
#[must_use]
pub fn soundness(file: &[u8], attribution: &Attribution<'_>) -> Option<Soundness> {
    if attribution.kind == Kind::Module {
        return None;
    }
    let found = match reallocs(file) {
        Ok(found) => found,
        Err(err) => {
            return Some(Soundness::unknown(format!(
                "the component can't be read: {err}"
            )));
        }
    };
    let mut worst = Soundness::sound();
    for (realloc, lowered) in found {
        let info = attribution
            .modules
            .iter()
            .find(|m| m.index == realloc.module);
        let Some(info) = info else { continue };
        let judged = Module::read(attribution, info).judge(&realloc, &lowered);
        match (judged.memory, worst.memory) {
            (Memory::Corrupts, _) => return Some(judged),
            (Memory::Unknown, Memory::Sound) => worst = judged,
            (_, Memory::Sound) if judged.realloc_allocator.is_some() => worst = judged,
            _ => {}
        }
    }
    Some(worst)
}

/// C's functions that hand out or take blocks, under any allocator.
const ALLOCATION_API: [&str; 12] = [
    "__libc_calloc",
    "__libc_free",
    "__libc_malloc",
    "__libc_realloc",
    "aligned_alloc",
    "calloc",
    "free",
    "malloc",
    "memalign",
    "posix_memalign",
    "realloc",
    "reallocarray",
];

/// Those that take a block.
const FREES: [&str; 3] = ["__libc_free", "dlfree", "free"];

/// Parts of the names of functions that are called when all is lost. They print, for which they
/// allocate; that says nothing about who serves whom.
const LAST_WORDS: [&str; 9] = [
    "abort",
    "alloc_error",
    "assert_fail",
    "capacity_overflow",
    "expect_failed",
    "handle_error",
    "panic",
    "rust_oom",
    "unwrap_failed",
];

/// A core module, its calls and its names.
struct Module<'m, 'a> {
    attribution: &'m Attribution<'a>,
    info: &'m ModuleInfo<'a>,
    graph: &'m CallGraph,
    reachable: Vec<bool>,
}

impl<'m, 'a> Module<'m, 'a> {
    fn read(attribution: &'m Attribution<'a>, info: &'m ModuleInfo<'a>) -> Self {
        let graph = attribution.calls(info);
        let reachable = graph.reachable();
        Self {
            attribution,
            info,
            graph,
            reachable,
        }
    }

    fn judge(&self, realloc: &Realloc, lowered: &BTreeSet<String>) -> Soundness {
        let imports = Imports::read(self.info.named);
        if imports.memory {
            // The heap is another module's: an adapter's, or a shared library's.
            return Soundness::sound();
        }
        let own = &self.attribution.functions[self.info.functions.clone()];
        if own.iter().all(|function| function.name.is_none()) {
            return Soundness::unknown("the module has no function names; pass its symbols file");
        }
        if !self.graph.complete {
            return Soundness::unknown("some code can't be read");
        }
        let is_linked = |place: usize, names: &[&str]| {
            let name = self.name(place);
            self.reachable[place] && names.binary_search(&name).is_ok()
        };
        let places = || 0..own.len();
        let has_own_malloc = places().any(|place| is_linked(place, &WASI_MALLOC));
        let frees = places().any(|place| is_linked(place, &FREES));
        let takes = places().any(|place| {
            self.reachable[place]
                && self.attribution.crate_of(&own[place]) == WASI_LIBC
                && self.graph.direct(place).iter().any(|target| {
                    let name = imports.functions.get(*target as usize);
                    name.is_some_and(|name| lowered.contains(*name))
                })
        });
        if !(has_own_malloc && frees && takes) {
            return Soundness::sound();
        }
        let start = exported_function(self.info.bytes, &realloc.export);
        let Some(server) = start.and_then(|start| self.served_by(start)) else {
            let long = start.and_then(|start| self.graph.exported_as(start));
            return Soundness::unknown(format!(
                "the allocator behind `{}` is not one that is known by its names",
                long.unwrap_or(&realloc.export)
            ));
        };
        Soundness {
            memory: if server == WASI_LIBC_MALLOC {
                Memory::Sound
            } else {
                Memory::Corrupts
            },
            realloc_allocator: Some(server),
            free_allocator: Some(WASI_LIBC_MALLOC),
            unknown_because: None,
        }
    }

    /// The allocator that the calls of function `start` come to first.
    fn served_by(&self, start: u32) -> Option<&'static str> {
        let start = self.graph.local(start)?;
        let mut seen = vec![false; self.reachable.len()];
        seen[start] = true;
        let mut level = vec![start];
        while !level.is_empty() {
            let mut next = Vec::new();
            for place in level {
                for target in self.graph.targets(place) {
                    let is_last_word = LAST_WORDS
                        .iter()
                        .any(|part| self.name(target).contains(part));
                    if !std::mem::replace(&mut seen[target], true) && !is_last_word {
                        next.push(target);
                    }
                }
            }
            let mut found: Vec<&'static str> = next
                .iter()
                .filter_map(|place| self.allocator(*place))
                .collect();
            found.sort_unstable();
            found.dedup();
            match found[..] {
                [] => level = next,
                [only] => return Some(only),
                _ => return None,
            }
        }
        None
    }

    /// The allocator that a function is of.
    fn allocator(&self, place: usize) -> Option<&'static str> {
        let name = self.name(place);
        if ALLOCATION_API.binary_search(&name).is_ok() {
            return Some(WASI_LIBC_MALLOC);
        }
        families_of(name).next()
    }

    fn name(&self, place: usize) -> &str {
        let function = &self.attribution.functions[self.info.functions.clone()][place];
        without_suffix(function.name.as_deref().unwrap_or_default())
    }
}

/// The index of the function that a module exports under this name.
fn exported_function(module: &[u8], name: &str) -> Option<u32> {
    let mut roots = Vec::new();
    read_roots(module, &mut roots).ok()?;
    let is_it = |root: &Root| matches!(root, Root::Export(export) if export == name);
    let found = roots.iter().find(|(root, _)| is_it(root));
    found.map(|(_, index)| *index)
}

/// What a core module imports.
#[derive(Default)]
struct Imports<'a> {
    /// The names of the functions, in order.
    functions: Vec<&'a str>,
    /// Whether its memory is one.
    memory: bool,
}

impl<'a> Imports<'a> {
    /// Reads the imports, which were read before; of what can't be read there are none.
    fn read(module: &'a [u8]) -> Self {
        let mut found = Self::default();
        let sections = heft_wasm::binary::sections(module, 0).map(|(_, found)| found);
        for section in sections.unwrap_or_default() {
            if section.id != IMPORT {
                continue;
            }
            let Ok(reader) = ImportSectionReader::new(section.reader()) else {
                continue;
            };
            for import in reader.into_imports().flatten() {
                match import.ty {
                    TypeRef::Func(_) | TypeRef::FuncExact(_) => found.functions.push(import.name),
                    TypeRef::Memory(_) => found.memory = true,
                    _ => {}
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
