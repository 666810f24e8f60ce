//! A whole file: its core modules in parallel, then put back together and validated.

use super::module::{Result_, optimize_module};
use super::record::{FileRecord, Outcome, Record, Step, StepRecord};
use super::settings::{Event, Settings};
use crate::binary::{BinaryError, CoreModule, IndexPath, Kind, core_modules, kind, rebuild};
use crate::bytes::Bytes;
use crate::features::minimal;
use crate::interface::UnusedImports;
use crate::producers;
use crate::strip::{Names, filter, keeps_in_component};
use crate::validate::validate;
use crate::wasm_opt::WasmOpt;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};
use wasmparser::WasmFeatures;

/// Why a file can't be optimised at all.
#[derive(Debug, thiserror::Error)]
pub enum OptimizeError {
    /// It is not WebAssembly, or cut off.
    #[error(transparent)]
    Binary(#[from] BinaryError),
    /// It is WebAssembly by its outside only.
    #[error("it is not valid WebAssembly: {message} at offset {offset:#x}; build it again")]
    Invalid {
        /// The validator's words.
        message: String,
        /// Where in the file.
        offset: u64,
    },
    /// The result would not be valid, even with all old code: a defect of this program.
    #[error("the stripped file would not be valid: {0}; please report this with the file")]
    Defect(String),
}

/// A file after the work.
#[derive(Clone, Debug)]
pub struct Optimized {
    /// The artefact.
    pub output: Vec<u8>,
    /// The same code with its names.
    pub twin: Vec<u8>,
    /// What was done.
    pub record: Record,
}

/// Optimises a core module or component. `name` is the input's name in the record.
///
/// # Errors
///
/// When `input` is not a valid module or component. What wasm-opt does wrong is no error: see
/// [`Record::warnings`].
pub fn optimize(
    name: &str,
    input: &[u8],
    tool: &WasmOpt,
    settings: &Settings,
    progress: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Optimized, OptimizeError> {
    let modules = core_modules(input)?;
    let kind = kind(input)?;
    if let Err(err) = validate(input, WasmFeatures::all()) {
        return keep_unknown(name, input, kind, tool, settings, &err);
    }
    let unused = match kind {
        Kind::Module => UnusedImports::Stay,
        Kind::Component => UnusedImports::MayGo,
    };
    let done = in_parallel(&modules, |module, threads| {
        optimize_module(module, unused, threads, tool, settings, progress)
    })?;
    let needs = done
        .iter()
        .fold(WasmFeatures::empty(), |all, one| all.union(one.features));
    let (output, twin) = assemble(input, &done)?;
    let valid = minimal(input, needs)
        .and_then(|features| validate(&output, features).and_then(|_| validate(&twin, features)));
    if let Err(err) = valid {
        return keep_all(name, input, kind, tool, settings, done, &err);
    }
    Ok(finish(
        name,
        input,
        kind,
        tool,
        settings,
        &done,
        output,
        twin,
        Vec::new(),
    ))
}

/// Runs `work` on all modules, largest first, each with its share of the machine's threads.
/// Returns the results in file order.
fn in_parallel<'m, T: Send, E: Send>(
    modules: &[CoreModule<'m>],
    work: impl Fn(&CoreModule<'m>, usize) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let cores = available_parallelism().map_or(1, NonZeroUsize::get);
    let total: usize = modules.iter().map(|m| m.bytes.len()).sum();
    let mut order: Vec<usize> = (0..modules.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(modules[*i].bytes.len()));
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut mine = Vec::new();
        while let Some(&i) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            // A module that makes up most of the file decides the time: it gets every core, since
            // the small ones beside it are soon done.
            let large = modules[i].bytes.len() * 2 > total;
            mine.push((i, work(&modules[i], if large { cores } else { 1 })));
        }
        mine
    };
    // NB: threads of our own and not rayon's: those would pick up a whole module while they wait
    // for a function body to be validated.
    let mut done: Vec<(usize, Result<T, E>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores.min(modules.len()))
            .map(|_| scope.spawn(take_turns))
            .collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

fn assemble(input: &[u8], done: &[Result_]) -> Result<(Vec<u8>, Vec<u8>), BinaryError> {
    let by_index: HashMap<&IndexPath, &Result_> = done
        .iter()
        .map(|result| (&result.record.index, result))
        .collect();
    let output = rebuild(
        input,
        |index| &by_index[index].stripped,
        |name| keeps_in_component(name, Names::Drop),
    )?;
    let twin = rebuild(
        input,
        |index| &by_index[index].named,
        |name| keeps_in_component(name, Names::Keep),
    )?;
    Ok((output, twin))
}

/// The component does not accept its new modules: every module keeps its old code.
fn keep_all(
    name: &str,
    input: &[u8],
    kind: Kind,
    tool: &WasmOpt,
    settings: &Settings,
    mut done: Vec<Result_>,
    err: &wasmparser::Error,
) -> Result<Optimized, OptimizeError> {
    let modules = core_modules(input)?;
    for (result, module) in done.iter_mut().zip(&modules) {
        result.named = crate::strip::strip(module.bytes, Names::Keep)?;
        result.stripped = crate::strip::strip(module.bytes, Names::Drop)?;
        result.record.output_bytes = Bytes::of(&result.stripped);
        if result.record.outcome == Outcome::Optimised {
            result.record.outcome = Outcome::Kept;
            result.record.why = Some("the file around it would no longer be valid".to_owned());
        }
        result.warn = false;
    }
    let (output, twin) = assemble(input, &done)?;
    for file in [&output, &twin] {
        validate(file, WasmFeatures::all())
            .map_err(|err| OptimizeError::Defect(err.to_string()))?;
    }
    let warning = format!(
        "all modules keep their code: the optimised file is not valid with the features of the input: {}",
        err.message()
    );
    Ok(finish(
        name,
        input,
        kind,
        tool,
        settings,
        &done,
        output,
        twin,
        vec![warning],
    ))
}

/// The validator does not know the file's proposals, or the file is corrupt: wasm-opt, which knows
/// other proposals, is asked. What both refuse is invalid; the rest keeps its code.
fn keep_unknown(
    name: &str,
    input: &[u8],
    kind: Kind,
    tool: &WasmOpt,
    settings: &Settings,
    err: &wasmparser::Error,
) -> Result<Optimized, OptimizeError> {
    let reads = |features: &str| {
        tool.run(
            input,
            &[features.to_owned()],
            1,
            settings.time_limit,
            &|_| {},
        )
        .is_ok()
    };
    if kind == Kind::Component || !reads("--all-features") {
        return Err(OptimizeError::Invalid {
            message: err.message().lines().collect::<Vec<_>>().join("; "),
            offset: err.offset(),
        });
    }
    let output = filter(input, |name| {
        crate::strip::keeps_in_module(name, Names::Drop)
    })?;
    let twin = filter(input, |name| {
        crate::strip::keeps_in_module(name, Names::Keep)
    })?;
    let why = format!(
        "it uses a proposal that this program can't check ({} at offset {:#x})",
        err.message(),
        err.offset()
    );
    let done = [Result_ {
        named: twin.clone(),
        stripped: output.clone(),
        record: super::record::ModuleRecord {
            index: IndexPath(vec![0]),
            features: Vec::new(),
            wasm_opt_args: Vec::new(),
            input_bytes: Bytes::of(input),
            output_bytes: Bytes::of(&output),
            outcome: Outcome::Kept,
            why: Some(why),
        },
        features: WasmFeatures::empty(),
        warn: true,
    }];
    Ok(finish(
        name,
        input,
        kind,
        tool,
        settings,
        &done,
        output,
        twin,
        Vec::new(),
    ))
}

#[expect(
    clippy::too_many_arguments,
    reason = "the three endings of `optimize` share it, nobody else"
)]
fn finish(
    name: &str,
    input: &[u8],
    kind: Kind,
    tool: &WasmOpt,
    settings: &Settings,
    done: &[Result_],
    output: Vec<u8>,
    twin: Vec<u8>,
    mut warnings: Vec<String>,
) -> Optimized {
    for result in done.iter().filter(|result| result.warn) {
        let why = result.record.why.as_deref().unwrap_or_default();
        warnings.push(format!(
            "core module {} keeps its code: {why}",
            result.record.index
        ));
    }
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let tools = BTreeMap::from([
        ("wasm-heft".to_owned(), version),
        ("wasm-opt".to_owned(), tool.version().to_owned()),
    ]);
    let mut fingerprint = BTreeMap::from([
        ("wasm-opt".to_owned(), tool.version().to_owned()),
        ("wasm-opt-args".to_owned(), settings.arguments.join(" ")),
    ]);
    if let Some(rustc) = producers::rustc(input) {
        fingerprint.insert("rustc".to_owned(), rustc);
    }
    fingerprint.extend(settings.fingerprint.iter().cloned());
    let steps = [
        (Step::Input, Bytes::of(input)),
        (Step::Optimised, Bytes::of(&twin)),
        (Step::Stripped, Bytes::of(&output)),
    ];
    let record = Record {
        schema: 1,
        kind,
        input: FileRecord::of(name, input),
        output: FileRecord::of("", &output),
        twin: None,
        steps: steps.map(|(step, bytes)| StepRecord { step, bytes }).into(),
        modules: done.iter().map(|result| result.record.clone()).collect(),
        warnings,
        tools,
        fingerprint,
    };
    Optimized {
        output,
        twin,
        record,
    }
}
