//! A whole file: its core modules in parallel, then put back together and validated.

use super::changing;
use super::error::OptimizeError;
use super::exports::Reduced;
use super::fixpoint::{Fixpoint, Round};
use super::malformed::is_unknown_proposal;
use super::module::{Finished, optimize_module, reason_to_keep, untouched};
use super::panics::Trapped;
use super::settings::{Effort, Event, Settings};
use crate::wasm_opt::WasmOpt;
use heft_data::record::{FileRecord, Outcome, RECORD_SCHEMA, Record, Step, StepRecord};
use heft_wasm::binary::{BinaryError, Kind, kind};
use heft_wasm::bytes::Bytes;
use heft_wasm::component::{check_subtype, plan, prune_imports, share, shorten_names};
use heft_wasm::core_modules::{CoreModule, IndexPath, core_modules, rebuild};
use heft_wasm::custom_sections::{Names, keeps_in_component};
use heft_wasm::features::minimal;
use heft_wasm::interface::UnusedImports;
use heft_wasm::producers;
use heft_wasm::validate::validate;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};
use wasmparser::WasmFeatures;

/// A file after the work.
#[derive(Clone, Debug)]
pub struct Optimized {
    /// The artifact.
    pub output: Vec<u8>,
    /// The same code with its names, those between the core modules of a component too.
    pub symbols: Vec<u8>,
    /// What was done.
    pub record: Record,
}

impl Optimized {
    /// Writes into the record what its files are called.
    pub fn name_files(&mut self, artifact: &str, symbols: Option<&str>) {
        artifact.clone_into(&mut self.record.output.name);
        self.record.symbols = symbols.map(|name| FileRecord::of(name, &self.symbols));
    }

    /// Takes from the artifact and from its symbols file the imports that nothing calls.
    fn prune_imports(&mut self) -> Result<(), String> {
        let pruned = prune_imports(&self.output)?;
        self.symbols = prune_imports(&self.symbols)?.bytes;
        self.output = pruned.bytes;
        self.record.pruned_imports = pruned.gone;
        Ok(())
    }

    /// Stores once what the component holds twice, in the artifact and in its symbols file.
    fn store_once(&mut self) -> Result<(), BinaryError> {
        // NB: one plan for both, so that each core module has the same place in both.
        let plan = match plan(&self.output) {
            Ok(plan) => plan,
            Err(why) => {
                let warning = format!("what it holds twice is stored twice: {why}");
                self.record.warnings.push(warning);
                return Ok(());
            }
        };
        let before = Bytes::of(&self.output);
        self.output = share(&self.output, &plan)?;
        self.symbols = share(&self.symbols, &plan)?;
        let record = &mut self.record;
        record.shared_bytes = Bytes(before.0 - Bytes::of(&self.output).0);
        for module in &mut record.modules {
            module.same_as = plan.stored_for(&module.index);
        }
        Ok(())
    }

    /// Shortens the names between the core modules of the artifact. The symbols file keeps the long
    /// ones. The artifact stays as it is if its new form is not valid with `features`. Returns whether it is.
    fn shorten_names(&mut self, features: WasmFeatures) -> Result<bool, BinaryError> {
        // Of a module that another tool has yet to read, that tool may look for the names.
        let keeps = |module: &[u8]| !matches!(reason_to_keep(module), Ok(None));
        let short = shorten_names(&self.output, keeps).and_then(|short| {
            let valid = validate(&short, features);
            valid.map(|_| short).map_err(|err| err.message().to_owned())
        });
        let short = match short {
            Ok(short) => short,
            Err(why) => {
                let warning = format!("names between its core modules stay long: {why}");
                self.record.warnings.push(warning);
                return Ok(false);
            }
        };
        let before = core_modules(&self.output)?;
        let after = core_modules(&short)?;
        let mut by_index = HashMap::new();
        let mut by_size = BTreeMap::new();
        for (old, new) in before.iter().zip(&after) {
            let size = Bytes::of(old.bytes);
            by_index.insert((&old.index, size.0), Bytes::of(new.bytes));
            by_size.entry(size).or_insert(Bytes::of(new.bytes));
        }
        for module in &mut self.record.modules {
            // NB: what was moved has another place now, and is found by its size.
            let stored = module.same_as.as_ref().unwrap_or(&module.index);
            let size = module.output_bytes;
            let new = (by_index.get(&(stored, size.0))).or_else(|| by_size.get(&size));
            module.output_bytes = new.copied().unwrap_or(size);
        }
        self.output = short;
        Ok(true)
    }

    /// Writes into the record what there was, which is `input`, and what there is now.
    fn measure(&mut self, name: &str, input: &[u8]) {
        let steps = [
            (Step::Input, input),
            (Step::Optimized, &self.symbols[..]),
            (Step::Stripped, &self.output[..]),
        ];
        let record = &mut self.record;
        record.steps = steps
            .map(|(step, file)| StepRecord {
                step,
                bytes: Bytes::of(file),
            })
            .into();
        record.input = FileRecord::of(name, input);
        record.output = FileRecord::of("", &self.output);
    }
}

/// Optimizes a core module or component. `name` is the input's name in the record.
///
/// # Errors
///
/// When `input` is not a valid module or component. What wasm-opt does wrong is not an error: see
/// [`Record::warnings`].
pub fn optimize(
    name: &str,
    input: &[u8],
    tool: &WasmOpt,
    settings: &Settings,
    progress: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Optimized, OptimizeError> {
    let mut optimized = optimize_changed(input, tool, settings, progress)?;
    optimized.measure(name, input);
    Ok(optimized)
}

/// The same with the panics and exports that it shall have. Files in the record have no sums yet.
fn optimize_changed(
    input: &[u8],
    tool: &WasmOpt,
    settings: &Settings,
    progress: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Optimized, OptimizeError> {
    let used = (settings.keep_exports.as_ref()).filter(|_| kind(input) == Ok(Kind::Module));
    if settings.panics.is_none() && used.is_none() {
        return optimize_all(input, tool, settings, progress);
    }
    if let Err(err) = validate(input, WasmFeatures::all()) {
        let mut optimized = optimize_all(input, tool, settings, progress)?;
        let what = match (settings.panics, used) {
            (Some(_), Some(_)) => "panics and exports",
            (Some(_), None) => "panics",
            (None, _) => "exports",
        };
        let why = format!("its {what} are as they were: {}", message(err));
        optimized.record.warnings.push(why);
        return Ok(optimized);
    }
    let trapped = (settings.panics.as_ref()).map(|panics| Trapped::new(input, panics));
    let trapped = trapped.transpose()?;
    let file = trapped.as_ref().map_or(input, |trapped| &trapped.file);
    let reduced = used.map(|used| Reduced::new(file, used)).transpose()?;
    let file = reduced.as_ref().map_or(file, |reduced| &reduced.file);
    let mut optimized = optimize_all(file, tool, settings, progress)?;
    if let Some(reduced) = reduced {
        reduced.record_in(&mut optimized.record);
    }
    if let Some(trapped) = trapped {
        trapped.record_in(&mut optimized.record);
    }
    let before = core_modules(input)?;
    for module in &mut optimized.record.modules {
        if let Some(before) = before.iter().find(|before| before.index == module.index) {
            module.input_bytes = Bytes::of(before.bytes);
        }
    }
    Ok(optimized)
}

/// The same for a file whose panics are as they shall be.
fn optimize_all(
    input: &[u8],
    tool: &WasmOpt,
    settings: &Settings,
    progress: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Optimized, OptimizeError> {
    let modules = core_modules(input)?;
    let file = File {
        input,
        kind: kind(input)?,
        tool,
        settings,
    };
    if let Err(err) = validate(input, WasmFeatures::all()) {
        return file.keep_unknown(&modules, &err);
    }
    let unused = match file.kind {
        Kind::Module => UnusedImports::Stay,
        Kind::Component => UnusedImports::MayGo,
    };
    let again = Settings {
        arguments: changing::without(&settings.arguments),
        ..settings.clone()
    };
    let optimize_modules = |modules: &[CoreModule<'_>], round| {
        let settings = match round {
            Round::First => settings,
            Round::Again => &again,
        };
        in_parallel(modules, |module, threads| {
            optimize_module(module, unused, threads, tool, settings, progress)
        })
    };
    let cross_module = settings.cross_module && file.kind == Kind::Component;
    let (done, warnings) = if cross_module {
        Fixpoint::new(input, &modules, settings.prune_imports).run(optimize_modules)?
    } else {
        (optimize_modules(&modules, Round::First)?, Vec::new())
    };
    let mut optimized = file.assemble(&done, warnings)?;
    let features = match file.allowed(&done) {
        Ok(features) => features,
        Err(err) => return file.keep_all(done, &err),
    };
    let prunes = cross_module && settings.prune_imports;
    if prunes {
        let pruned = optimized.prune_imports();
        // NB: what only they needed is gone already, so all else has to be done anew.
        if let Err(why) = pruned.and_then(|()| check_subtype(&optimized.output, input)) {
            return file.without_pruning(&why, progress);
        }
    }
    if cross_module {
        optimized.store_once()?;
    }
    // NB: only what ships is validated: with short names, where it can have them.
    let valid = cross_module && optimized.shorten_names(features)?;
    let output = (!valid).then_some(&optimized.output);
    for file_of_two in output.into_iter().chain([&optimized.symbols]) {
        match validate(file_of_two, features) {
            Ok(_) => {}
            Err(err) if prunes => return file.without_pruning(&message(err), progress),
            Err(err) => return file.keep_all(done, &err),
        }
    }
    Ok(optimized)
}

fn message(err: wasmparser::Error) -> String {
    err.message().to_owned()
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

/// The file at work.
struct File<'a> {
    input: &'a [u8],
    kind: Kind,
    tool: &'a WasmOpt,
    settings: &'a Settings,
}

impl File<'_> {
    /// What the input needs, and its new form may.
    fn allowed(&self, done: &[Finished]) -> wasmparser::Result<WasmFeatures> {
        let seed = done
            .iter()
            .fold(WasmFeatures::empty(), |all, one| all.union(one.features));
        Ok(match self.kind {
            // NB: it is the file, and its needs were found out before.
            Kind::Module if !self.changes() => seed,
            _ if self.changes() => minimal(self.input, seed)?.union(seed),
            _ => minimal(self.input, seed)?,
        })
    }

    /// Whether wasm-opt is to change what the modules do.
    fn changes(&self) -> bool {
        !changing::split(&self.settings.arguments).0.is_empty()
    }

    /// Optimizes the file with all its imports, since it can't do without some.
    fn without_pruning(
        &self,
        why: &str,
        progress: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Optimized, OptimizeError> {
        let settings = Settings {
            prune_imports: false,
            ..self.settings.clone()
        };
        let mut optimized = optimize_all(self.input, self.tool, &settings, progress)?;
        let record = &mut optimized.record;
        record.fingerprint = self.fingerprint();
        record
            .warnings
            .push(format!("imports that nothing calls stay: {why}"));
        Ok(optimized)
    }

    /// The component does not accept its new modules: every module keeps its old code.
    fn keep_all(
        &self,
        mut done: Vec<Finished>,
        err: &wasmparser::Error,
    ) -> Result<Optimized, OptimizeError> {
        if self.changes() {
            let (first, _) = changing::split(&self.settings.arguments);
            return Err(OptimizeError::Changing {
                index: "0".to_owned(),
                passes: first.join(" "),
                why: format!("the file around it would not be valid: {}", err.message()),
            });
        }
        for (result, module) in done.iter_mut().zip(&core_modules(self.input)?) {
            result.restore(module.bytes)?;
            result.record.dropped_exports = Vec::new();
            result.notes.clear();
            if result.record.outcome == Outcome::Optimized {
                result.record.outcome = Outcome::Failed;
                result.record.why = Some("the file around it would no longer be valid".to_owned());
            }
        }
        let warning = format!(
            "all modules keep their code: the optimized file is not valid with the features of the input: {}",
            err.message()
        );
        let optimized = self.assemble(&done, vec![warning])?;
        for file in [&optimized.output, &optimized.symbols] {
            validate(file, WasmFeatures::all())
                .map_err(|err| OptimizeError::Defect(err.to_string()))?;
        }
        Ok(optimized)
    }

    /// The validator refuses the file: it is malformed, or uses a proposal that only wasm-opt knows.
    /// Then it keeps its code.
    fn keep_unknown(
        &self,
        modules: &[CoreModule<'_>],
        err: &wasmparser::Error,
    ) -> Result<Optimized, OptimizeError> {
        let limit = self.settings.time_limit;
        let invalid = || OptimizeError::Invalid {
            message: err.message().lines().collect::<Vec<_>>().join("; "),
            offset: err.offset(),
        };
        // NB: a component may hold no core module at all.
        let (Kind::Module, [module]) = (self.kind, modules) else {
            return Err(invalid());
        };
        if !is_unknown_proposal(self.input, self.tool, limit) {
            return Err(invalid());
        }
        let mut done = untouched(module)?;
        done.features = WasmFeatures::empty();
        done.record.features = Vec::new();
        done.record.outcome = Outcome::Untouched;
        done.record.why = Some(format!(
            "it uses a proposal that this program can't check ({} at offset {:#x})",
            err.message(),
            err.offset()
        ));
        Ok(self.assemble(&[done], Vec::new())?)
    }

    /// Puts the modules back into the file, with names and without, and writes the record.
    fn assemble(
        &self,
        done: &[Finished],
        mut warnings: Vec<String>,
    ) -> Result<Optimized, BinaryError> {
        let by_index: HashMap<&IndexPath, &Finished> = done
            .iter()
            .map(|result| (&result.record.index, result))
            .collect();
        let component = |names| move |section: &str| keeps_in_component(section, names);
        let output = rebuild(
            self.input,
            |index| &by_index[index].stripped,
            component(Names::Drop),
        )?;
        let symbols = rebuild(
            self.input,
            |index| &by_index[index].named,
            component(Names::Keep),
        )?;
        for result in done {
            let index = &result.record.index;
            if let Some(problem) = result.problem() {
                warnings.push(format!("core module {index} {problem}"));
            }
            let notes = result.notes.iter();
            warnings.extend(notes.map(|note| format!("core module {index}: {note}")));
        }
        let wasm_opt = self.tool.version().to_owned();
        let wasm_heft = env!("CARGO_PKG_VERSION").to_owned();
        let record = Record {
            schema: RECORD_SCHEMA,
            kind: self.kind,
            // NB: what is told of whole files is measured when all is done.
            input: FileRecord::default(),
            output: FileRecord::default(),
            symbols: None,
            steps: Vec::new(),
            modules: done.iter().map(|result| result.record.clone()).collect(),
            shared_bytes: Bytes(0),
            pruned_imports: Vec::new(),
            warnings,
            tools: [
                ("wasm-heft".to_owned(), wasm_heft),
                ("wasm-opt".to_owned(), wasm_opt),
            ]
            .into(),
            fingerprint: self.fingerprint(),
        };
        Ok(Optimized {
            output,
            symbols,
            record,
        })
    }

    fn fingerprint(&self) -> BTreeMap<String, String> {
        let mut pairs = BTreeMap::from([
            ("wasm-opt".to_owned(), self.tool.version().to_owned()),
            (
                "wasm-opt-args".to_owned(),
                self.settings.arguments.join(" "),
            ),
            (
                "wasm-opt-converge".to_owned(),
                self.settings.converge.to_string(),
            ),
        ]);
        // NB: only when it is off: sizes from before this could be chosen stay comparable.
        if !self.settings.cross_module {
            pairs.insert("cross-module".to_owned(), "off".to_owned());
        }
        // NB: and these only when they are on.
        if self.settings.prune_imports {
            pairs.insert("prune-imports".to_owned(), "on".to_owned());
        }
        if let Some(used) = &self.settings.keep_exports
            && self.kind == Kind::Module
        {
            pairs.insert("keep-exports".to_owned(), used.join(" "));
        }
        if self.settings.panics.is_some() {
            pairs.insert("panics".to_owned(), "trap".to_owned());
        }
        // NB: and these only when they are not the usual ones.
        if self.settings.effort != Effort::Normal {
            pairs.insert("effort".to_owned(), self.settings.effort.to_string());
        }
        if self.settings.effort == Effort::Max {
            let smallest = self.settings.smallest.name.to_owned();
            pairs.insert("smallest".to_owned(), smallest);
        }
        if let Some(rustc) = producers::rustc(self.input) {
            pairs.insert("rustc".to_owned(), rustc);
        }
        pairs.extend(self.settings.fingerprint.iter().cloned());
        pairs
    }
}
