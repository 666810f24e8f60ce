//! One core module: what wasm-opt is given, and whether what it gives back may be used.

use super::changing;
use super::contract::{Contract, HINTS};
use super::error::OptimizeError;
use super::recipes;
use super::runs::Runs;
use super::settings::{Converge, Effort, Event, SMALL_ENOUGH_TO_CONVERGE, Settings};
use crate::wasm_opt::{RunError, WasmOpt};
use heft_data::record::{ModuleRecord, Outcome};
use heft_wasm::binary::{BinaryError, Section, sections};
use heft_wasm::bytes::Bytes;
use heft_wasm::core_modules::CoreModule;
use heft_wasm::custom_sections::{Names, filter, keeps_in_module, strip};
use heft_wasm::features::{display_names, minimal};
use heft_wasm::interface::UnusedImports;
use heft_wasm::keep_imports::export_imports;
use heft_wasm::section_id::module::{IMPORT, MEMORY};
use heft_wasm::target_features::declared_features;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use wasmparser::{Import, ImportSectionReader, TypeRef, WasmFeatures};

/// Code hints that wasm-opt reads and writes again at their new offsets. Other `metadata.code.*`
/// sections would point at the wrong instructions after optimizing.
const MOVED_HINTS: &[&str] = &["metadata.code.branch_hint"];

/// A module after the work: with names, without, and the record of it.
#[derive(Clone)]
pub(super) struct Finished {
    /// With its `name` section.
    pub(super) named: Vec<u8>,
    /// As it ships.
    pub(super) stripped: Vec<u8>,
    /// What was done.
    pub(super) record: ModuleRecord,
    /// The proposals it needs.
    pub(super) features: WasmFeatures,
    /// What else a person should know, besides why it has its old code.
    pub(super) notes: Vec<String>,
    /// Whether wasm-opt ran out of time: it would again.
    pub(super) out_of_time: bool,
    /// Whether it is another round that failed, and it has the code of the one before.
    pub(super) failed_again: bool,
}

impl Finished {
    /// What a person should hear of its having old code, after its name.
    pub(super) fn problem(&self) -> Option<String> {
        let why = self.record.why.as_deref().unwrap_or_default();
        match self.record.outcome {
            Outcome::Optimized | Outcome::Kept => None,
            Outcome::Failed if self.failed_again => Some(why.to_owned()),
            Outcome::Untouched | Outcome::Failed => Some(format!("keeps its code: {why}")),
        }
    }

    /// Gives the module the code it came with.
    pub(super) fn restore(&mut self, bytes: &[u8]) -> Result<(), BinaryError> {
        (self.named, self.stripped) = as_it_was(bytes)?;
        self.record.output_bytes = Bytes::of(&self.stripped);
        Ok(())
    }
}

/// Why a module has no new code.
enum Stop {
    /// wasm-opt went wrong.
    Failed(String),
    /// It takes longer than it may.
    OutOfTime(String),
    /// There is nothing to win.
    NoSmaller,
    /// The whole work can't go on.
    Everything(OptimizeError),
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(why) | Self::OutOfTime(why) => f.write_str(why),
            Self::NoSmaller => f.write_str("wasm-opt does not make it smaller"),
            Self::Everything(err) => err.fmt(f),
        }
    }
}

/// New code for a module.
struct New {
    named: Vec<u8>,
    /// As it ships.
    stripped: Vec<u8>,
    imports_reordered: bool,
    notes: Vec<String>,
}

/// Optimizes one module. Never fails on what wasm-opt does: the module keeps its code then.
pub(super) fn optimize_module(
    module: &CoreModule<'_>,
    unused: UnusedImports,
    threads: usize,
    tool: &WasmOpt,
    settings: &Settings,
    progress: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Finished, OptimizeError> {
    let start = Instant::now();
    let waiting = |elapsed: Duration| {
        progress(Event::Running {
            index: &module.index,
            size: Bytes::of(module.bytes),
            elapsed,
        });
    };
    let mut finished = untouched(module)?;
    if finished.record.outcome == Outcome::Untouched {
        return Ok(finished);
    }
    let record = &mut finished.record;
    let wasm_opt = Runs {
        tool,
        settings,
        threads,
        waiting: &waiting,
    };
    let (first, passes) = changing::split(&settings.arguments);
    let changed;
    let mut bytes = module.bytes;
    if !first.is_empty() {
        changed = changing::run(&module.index, bytes, &first, &wasm_opt)?;
        bytes = &changed;
        record.first_wasm_opt_args = first;
        (finished.named, finished.stripped) = as_it_was(bytes)?;
        finished.features = needs(bytes);
        record.features = display_names(finished.features);
    }
    let contract = Contract::of(bytes, finished.features, unused);
    let job = Job {
        bytes,
        kept: finished.stripped.len(),
        features: finished.features,
        unused,
        contract: &contract,
        passes: &passes,
        wasm_opt,
    };
    let attempt = match settings.effort {
        Effort::Fast | Effort::Normal => job.run(&mut record.wasm_opt_args),
        Effort::Max => {
            let of = (
                (|new: &New| &new.stripped[..]) as fn(&New) -> &[u8],
                (|stop: &Stop| matches!(stop, Stop::Everything(_))) as fn(&Stop) -> bool,
            );
            let run =
                |asked: bool, passes: &[String], threads: usize| job.recipe(asked, passes, threads);
            recipes::best(&passes, threads, settings.smallest, of, run, record)
        }
    };
    match attempt {
        Ok(new) => {
            record.outcome = Outcome::Optimized;
            record.imports_reordered = new.imports_reordered;
            (finished.named, finished.stripped) = (new.named, new.stripped);
            finished.notes = new.notes;
        }
        Err(Stop::Everything(err)) => return Err(err),
        Err(Stop::NoSmaller) => {
            record.why = Some(Stop::NoSmaller.to_string());
        }
        Err(Stop::Failed(why)) => {
            record.outcome = Outcome::Failed;
            record.why = Some(why);
        }
        Err(Stop::OutOfTime(why)) => {
            record.outcome = Outcome::Failed;
            record.why = Some(why);
            finished.out_of_time = true;
        }
    }
    record.output_bytes = Bytes::of(&finished.stripped);
    progress(Event::Done {
        index: &module.index,
        before: Bytes::of(module.bytes),
        after: record.output_bytes,
        elapsed: start.elapsed(),
    });
    Ok(finished)
}

/// A module with the code it came with, and with what is known of it.
pub(super) fn untouched(module: &CoreModule<'_>) -> Result<Finished, OptimizeError> {
    let bytes = module.bytes;
    let why = reason_to_keep(bytes)?;
    let (named, stripped) = as_it_was(bytes)?;
    let features = needs(bytes);
    let record = ModuleRecord {
        index: module.index.clone(),
        features: display_names(features),
        first_wasm_opt_args: Vec::new(),
        recipes: Vec::new(),
        wasm_opt_args: Vec::new(),
        input_bytes: Bytes::of(bytes),
        output_bytes: Bytes::of(&stripped),
        outcome: match why {
            Some(_) => Outcome::Untouched,
            None => Outcome::Kept,
        },
        why,
        imports_reordered: false,
        trapped_functions: Vec::new(),
        dropped_exports: Vec::new(),
        same_as: None,
    };
    Ok(Finished {
        named,
        stripped,
        record,
        features,
        notes: Vec::new(),
        out_of_time: false,
        failed_again: false,
    })
}

/// The proposals a module needs.
fn needs(bytes: &[u8]) -> WasmFeatures {
    minimal(bytes, WasmFeatures::empty()).unwrap_or(WasmFeatures::all())
}

/// A module with the code it has, with its names and without. One that another tool has yet to work
/// on stays byte for byte: what points where in it only that tool knows.
fn as_it_was(bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>), BinaryError> {
    if reason_to_keep(bytes)?.is_some() {
        return Ok((bytes.to_vec(), bytes.to_vec()));
    }
    Ok((strip(bytes, Names::Keep)?, strip(bytes, Names::Drop)?))
}

/// Why this module must not be given to wasm-opt, if so.
pub(super) fn reason_to_keep(bytes: &[u8]) -> Result<Option<String>, BinaryError> {
    for section in sections(bytes, 0)?.1 {
        let Some((name, _)) = section.custom() else {
            continue;
        };
        if name == "linking" || name.starts_with("reloc.") {
            return Ok(Some(format!(
                "it is an object file for a linker (section `{name}`); link it first, without --emit-relocs"
            )));
        }
        if name == "__wasm_bindgen_unstable" {
            return Ok(Some(format!(
                "wasm-bindgen has yet to process it (section `{name}`); run wasm-bindgen first"
            )));
        }
    }
    Ok(None)
}

/// One module's way through wasm-opt.
#[derive(Clone, Copy)]
struct Job<'a> {
    bytes: &'a [u8],
    /// The size to beat.
    kept: usize,
    features: WasmFeatures,
    unused: UnusedImports,
    /// What new code has to hold, or why nothing can.
    contract: &'a Result<Contract, String>,
    passes: &'a [String],
    wasm_opt: Runs<'a>,
}

impl Job<'_> {
    /// The same with other passes. That wasm-opt does not know them matters only where they were `asked` for.
    fn recipe(
        &self,
        asked: bool,
        passes: &[String],
        threads: usize,
    ) -> (Result<New, Stop>, Vec<String>) {
        let wasm_opt = Runs {
            threads,
            ..self.wasm_opt
        };
        let job = Job {
            passes,
            wasm_opt,
            ..*self
        };
        let mut used = Vec::new();
        let result = match job.run(&mut used) {
            Err(Stop::Everything(OptimizeError::Options(said))) if !asked => {
                Err(Stop::Failed(RunError::Options(said).to_string()))
            }
            other => other,
        };
        (result, used)
    }

    /// Returns the optimized module, or why there is none. `used` is what wasm-opt was given.
    fn run(&self, used: &mut Vec<String>) -> Result<New, Stop> {
        let contract = self.contract.as_ref();
        let contract = contract.map_err(|why| Stop::Failed(why.clone()))?;
        let mut notes = Vec::new();
        let (output, exports_added) = match self.attempt(Names::Keep, used) {
            Ok(output) => output,
            Err(failure @ RunError::Failed { .. }) if about_names(&failure, self.bytes) => {
                // wasm-opt refuses a whole module for a name that it can't read.
                let output = self.attempt(Names::Drop, used).map_err(|_| stop(failure))?;
                notes.push("its names are gone, since wasm-opt can't read them".to_owned());
                output
            }
            Err(failure) => return Err(stop(failure)),
        };
        // NB: more features would only make wasm-opt freer: no point in trying again.
        let accepted = contract
            .accept(&output, exports_added)
            .map_err(Stop::Failed)?;
        let stripped = strip(&accepted.named, Names::Drop)
            .map_err(|err| Stop::Failed(format!("wasm-opt's output is broken: {err}")))?;
        if stripped.len() >= self.kept {
            return Err(Stop::NoSmaller);
        }
        for name in &accepted.lost_hints {
            notes.push(format!(
                "its section `{name}` is gone: it points into the code, and wasm-opt does not move it along"
            ));
        }
        Ok(New {
            named: accepted.named,
            stripped,
            imports_reordered: accepted.imports_reordered,
            notes,
        })
    }

    /// Returns what wasm-opt makes of the module, and whether its imports are exported in it.
    fn attempt(&self, names: Names, used: &mut Vec<String>) -> Result<(Vec<u8>, bool), RunError> {
        let stays = |name: &str| {
            keeps_in_module(name, names)
                && (!name.starts_with(HINTS) || MOVED_HINTS.contains(&name))
        };
        // It is made of sections, else it would not be here.
        let prepared = filter(self.bytes, stays).unwrap_or_else(|_| self.bytes.to_vec());
        let exported = match self.unused {
            UnusedImports::Stay => export_imports(&prepared, self.features),
            UnusedImports::MayGo => None,
        };
        let output = self.wasm_opt.run(
            exported.as_deref().unwrap_or(&prepared),
            self.features,
            declared_features(self.bytes),
            used,
            |flags| self.arguments(flags),
        )?;
        Ok((output, exported.is_some()))
    }

    fn arguments(&self, flags: &BTreeSet<String>) -> Vec<String> {
        let mut arguments = self.passes.to_vec();
        let converge = match self.wasm_opt.settings.converge {
            Converge::Auto => match self.wasm_opt.settings.effort {
                Effort::Fast => false,
                Effort::Normal => Bytes::of(self.bytes) <= SMALL_ENOUGH_TO_CONVERGE,
                Effort::Max => true,
            },
            Converge::Always => true,
            Converge::Never => false,
        };
        let mut add = |argument: String| {
            if !arguments.contains(&argument) {
                arguments.push(argument);
            }
        };
        if converge {
            add("--converge".to_owned());
        }
        // NB: memory that comes from elsewhere may hold anything.
        if defines_memory(self.bytes) {
            add("--zero-filled-memory".to_owned());
        }
        // Names stay in, so that the code is the same with and without a symbols file.
        add("-g".to_owned());
        add("--mvp-features".to_owned());
        for flag in flags {
            add(format!("--enable-{flag}"));
        }
        arguments
    }
}

/// What a run of wasm-opt that gave no module means for the work.
fn stop(failure: RunError) -> Stop {
    match failure {
        RunError::Failed { .. } => Stop::Failed(failure.to_string()),
        RunError::TimeLimit(_) => Stop::OutOfTime(failure.to_string()),
        RunError::Options(said) => Stop::Everything(OptimizeError::Options(said)),
        RunError::Machine(_) => Stop::Everything(OptimizeError::Machine(failure)),
    }
}

/// Whether a failure may be the `name` section's: it can't be read, or wasm-opt speaks of names.
fn about_names(failure: &RunError, bytes: &[u8]) -> bool {
    let sections = sections(bytes, 0).map(|(_, sections)| sections);
    let sections = sections.unwrap_or_default();
    let mut custom = sections.iter().filter_map(Section::custom);
    let Some((_, body)) = custom.find(|(name, _)| *name == "name") else {
        return false;
    };
    failure.to_string().contains("name") || !names_are_readable(body)
}

/// Whether every name in the body of a `name` section can be read.
fn names_are_readable(body: &[u8]) -> bool {
    use wasmparser::{BinaryReader, IndirectNameMap, Name, NameMap, NameSectionReader};
    let map = |names: NameMap<'_>| names.into_iter().all(|name| name.is_ok());
    let nested = |names: IndirectNameMap<'_>| {
        let mut names = names.into_iter();
        names.all(|inner| inner.is_ok_and(|inner| map(inner.names)))
    };
    NameSectionReader::new(BinaryReader::new(body, 0)).all(|part| match part {
        Ok(Name::Module { .. } | Name::Unknown { .. }) => true,
        Ok(
            Name::Function(names)
            | Name::Type(names)
            | Name::Table(names)
            | Name::Memory(names)
            | Name::Global(names)
            | Name::Element(names)
            | Name::Data(names)
            | Name::Tag(names),
        ) => map(names),
        Ok(
            Name::Local(names)
            | Name::Label(names)
            | Name::Field(names)
            | Name::Parameter(names)
            | Name::TagParameter(names),
        ) => nested(names),
        Err(_) => false,
    })
}

/// Whether the module has a memory of its own and imports none.
fn defines_memory(bytes: &[u8]) -> bool {
    let Ok((_, sections)) = sections(bytes, 0) else {
        return false;
    };
    let is_memory = |import: Import<'_>| matches!(import.ty, TypeRef::Memory(_));
    sections.iter().any(|section| section.id == MEMORY) && !imports(&sections).any(is_memory)
}

/// The imports of a core module that can be read.
pub(super) fn imports<'a>(sections: &[Section<'a>]) -> impl Iterator<Item = Import<'a>> {
    let sections = sections.iter().filter(|section| section.id == IMPORT);
    let readers = sections.flat_map(|section| ImportSectionReader::new(section.reader()));
    readers.flat_map(|reader| reader.into_imports().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_memory_of_its_own_counts_as_zero_filled() {
        let wasm = |text: &str| wat::parse_str(text).expect("the test's text is right");
        assert!(defines_memory(&wasm("(module (memory 1))")));
        assert!(!defines_memory(&wasm(
            r#"(module (import "a" "b" (memory 1)))"#
        )));
        assert!(!defines_memory(&wasm(
            r#"(module (import "a" "b" (memory 1)) (memory 1))"#
        )));
        assert!(!defines_memory(&wasm("(module)")));
    }
}
