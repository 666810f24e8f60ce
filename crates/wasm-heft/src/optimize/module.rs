//! One core module: what wasm-opt is given, and whether what it gives back may be used.

use super::accept::Contract;
use super::file::OptimizeError;
use super::record::{ModuleRecord, Outcome};
use super::settings::{Converge, Event, SMALL_ENOUGH_TO_CONVERGE, Settings};
use crate::binary::{BinaryError, sections};
use crate::bytes::Bytes;
use crate::features::{minimal, wasm_opt_names, words};
use crate::interface::{UnusedImports, interface};
use crate::keep_imports::export_imports;
use crate::strip::{Names, filter, keeps_in_module, strip};
use crate::target_features::declared_features;
use crate::tree::CoreModule;
use crate::wasm_opt::{RunError, WasmOpt};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use wasmparser::WasmFeatures;

const MEMORY_SECTION: u8 = 5;

/// Code hints that wasm-opt reads and writes again at their new offsets. Other `metadata.code.*`
/// sections would point at the wrong instructions after optimising.
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
    /// Whether a person should hear why it was kept.
    pub(super) warn: bool,
}

/// Why a module keeps its old code.
enum Kept {
    /// By its nature, or because wasm-opt went wrong: worth a warning.
    Because(String),
    /// There was nothing to win.
    NoSmaller,
}

/// Why a module has no new code: it keeps its own, or the machine is in the way of the whole work.
enum Stop {
    Keep(Kept),
    Machine(RunError),
}

impl From<Kept> for Stop {
    fn from(kept: Kept) -> Self {
        Self::Keep(kept)
    }
}

/// Optimises one module. Never fails on what wasm-opt does: the module keeps its code then.
pub(super) fn optimize_module(
    module: &CoreModule<'_>,
    unused: UnusedImports,
    threads: usize,
    tool: &WasmOpt,
    settings: &Settings,
    progress: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Finished, OptimizeError> {
    let start = Instant::now();
    let bytes = module.bytes;
    let features = minimal(bytes, WasmFeatures::empty()).unwrap_or(WasmFeatures::all());
    let kept_named = strip(bytes, Names::Keep)?;
    let kept = strip(bytes, Names::Drop)?;

    let mut arguments = Vec::new();
    let waiting = |elapsed: Duration| {
        progress(Event::Running {
            index: &module.index,
            size: Bytes::of(bytes),
            elapsed,
        });
    };
    let attempt = match reason_to_keep(bytes)? {
        Some(why) => Err(Stop::Keep(Kept::Because(why))),
        None => Job {
            bytes,
            features,
            unused,
            threads,
            tool,
            settings,
            waiting: &waiting,
        }
        .run(&mut arguments)
        .and_then(|named| {
            let stripped = strip(&named, Names::Drop)
                .map_err(|err| Kept::Because(format!("wasm-opt's output is broken: {err}")))?;
            if stripped.len() < kept.len() {
                Ok((named, stripped))
            } else {
                Err(Stop::Keep(Kept::NoSmaller))
            }
        }),
    };
    let (named, stripped, outcome, why, warn) = match attempt {
        Ok((named, stripped)) => (named, stripped, Outcome::Optimised, None, false),
        Err(Stop::Machine(failure)) => return Err(OptimizeError::Machine(failure)),
        Err(Stop::Keep(Kept::Because(why))) => (kept_named, kept, Outcome::Kept, Some(why), true),
        Err(Stop::Keep(Kept::NoSmaller)) => {
            let why = "wasm-opt does not make it smaller".to_owned();
            (kept_named, kept, Outcome::Kept, Some(why), false)
        }
    };
    progress(Event::Done {
        index: &module.index,
        before: Bytes::of(bytes),
        after: Bytes::of(&stripped),
        elapsed: start.elapsed(),
    });
    let record = ModuleRecord {
        index: module.index.clone(),
        features: words(features),
        wasm_opt_args: arguments,
        input_bytes: Bytes::of(bytes),
        output_bytes: Bytes::of(&stripped),
        outcome,
        why,
        dropped_exports: Vec::new(),
        same_as: None,
    };
    Ok(Finished {
        named,
        stripped,
        record,
        features,
        warn,
    })
}

/// Why this module must not be given to wasm-opt, if so.
pub(super) fn reason_to_keep(bytes: &[u8]) -> Result<Option<String>, BinaryError> {
    for section in sections(bytes, 0)?.1 {
        let Some((name, _)) = section.custom() else {
            continue;
        };
        if name == "linking" || name.starts_with("reloc.") {
            return Ok(Some(format!(
                "it is an object file for a linker (section `{name}`); link it first"
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
struct Job<'a> {
    bytes: &'a [u8],
    features: WasmFeatures,
    unused: UnusedImports,
    threads: usize,
    tool: &'a WasmOpt,
    settings: &'a Settings,
    waiting: &'a dyn Fn(Duration),
}

impl Job<'_> {
    /// Returns the optimised module with names, or why there is none.
    ///
    /// wasm-opt gets the features the code needs. When it refuses, because it ties features together
    /// or has its own idea of what an instruction needs, it gets those it asked for as well, and in
    /// the end those that the module declares. The result must do with what the code needs anyway.
    fn run(&self, used: &mut Vec<String>) -> Result<Vec<u8>, Stop> {
        let broken = |err: BinaryError| Kept::Because(err.to_string());
        let prepared = filter(self.bytes, |name| {
            keeps_in_module(name, Names::Keep)
                && (!name.starts_with("metadata.code.") || MOVED_HINTS.contains(&name))
        })
        .map_err(broken)?;
        let exported = match self.unused {
            UnusedImports::Stay => export_imports(&prepared, self.features),
            UnusedImports::MayGo => None,
        };
        let contract =
            Contract::of(self.bytes, self.features, self.unused).map_err(Kept::Because)?;

        let known = |name: &str| self.tool.knows(name);
        let mut flags: BTreeSet<String> = wasm_opt_names(self.features, known)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let mut declared = Some(declared_features(self.bytes));
        loop {
            *used = self.arguments(&flags);
            let input = exported.as_deref().unwrap_or(&prepared);
            let failure = match self.tool.run(
                input,
                used,
                self.threads,
                self.settings.time_limit,
                self.waiting,
            ) {
                Ok(output) => match contract.accept(&output, exported.is_some()) {
                    Ok(module) => return Ok(module),
                    // More features only make wasm-opt freer: no point in trying again.
                    Err(why) => return Err(Kept::Because(why).into()),
                },
                Err(failure @ RunError::Machine(_)) => return Err(Stop::Machine(failure)),
                Err(failure) => failure,
            };
            let RunError::Failed { wanted, .. } = &failure else {
                return Err(Kept::Because(failure.to_string()).into());
            };
            let mut more: BTreeSet<String> = wanted
                .iter()
                .filter(|name| known(name) && !flags.contains(*name))
                .cloned()
                .collect();
            if more.is_empty() {
                more = declared.take().unwrap_or_default();
                more.retain(|name| known(name) && !flags.contains(name));
            }
            if more.is_empty() {
                return Err(Kept::Because(failure.to_string()).into());
            }
            flags.append(&mut more);
        }
    }

    fn arguments(&self, flags: &BTreeSet<String>) -> Vec<String> {
        let settings = self.settings;
        let mut arguments = settings.arguments.clone();
        let converge = match settings.converge {
            Converge::Auto => Bytes::of(self.bytes) <= SMALL_ENOUGH_TO_CONVERGE,
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
        // Names stay in, so that the code is the same with and without a named twin.
        add("-g".to_owned());
        add("--mvp-features".to_owned());
        for flag in flags {
            add(format!("--enable-{flag}"));
        }
        arguments
    }
}

/// Whether the module has a memory of its own and imports none.
fn defines_memory(bytes: &[u8]) -> bool {
    let Ok((_, sections)) = sections(bytes, 0) else {
        return false;
    };
    let defined = sections.iter().any(|s| s.id == MEMORY_SECTION);
    let imported = interface(bytes, WasmFeatures::all())
        .is_ok_and(|it| it.imports.iter().any(|import| import.contains(" memory ")));
    defined && !imported
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
