//! All core modules of a file, optimized until none has an export that nothing uses.
//!
//! In a component wasm-opt may lose imports, and then whoever provided them has one use less. So the
//! exports that nothing uses are looked for again after each round; modules that lose some go through
//! wasm-opt once more. This ends, since nothing gets an export or import back.

use super::error::OptimizeError;
use super::module::{Finished, reason_to_keep};
use heft_data::record::Outcome;
use heft_wasm::bytes::Bytes;
use heft_wasm::component::{Used, prune_imports, used_exports, without_dead_slots};
use heft_wasm::core_modules::{CoreModule, IndexPath, rebuild};
use heft_wasm::exports::drop_exports;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How often a module has been optimized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// Never.
    First,
    /// Before, with exports that have turned out to be unused.
    Again,
}

/// The core modules of a component, and what is known of all of them together.
pub(super) struct Fixpoint<'a> {
    file: &'a [u8],
    modules: &'a [CoreModule<'a>],
    /// For each module the first one with the same bytes. They stay the same, so that they can be
    /// stored once in the end: each keeps what any of them needs.
    first: Vec<usize>,
    /// Whether what only the component's unused imports need goes, too.
    prune_imports: bool,
}

impl<'a> Fixpoint<'a> {
    pub(super) fn new(file: &'a [u8], modules: &'a [CoreModule<'a>], prune_imports: bool) -> Self {
        let mut seen = BTreeMap::new();
        let first = modules
            .iter()
            .enumerate()
            .map(|(i, module)| *seen.entry(module.bytes).or_insert(i))
            .collect();
        Self {
            file,
            modules,
            first,
            prune_imports,
        }
    }

    /// Calls `optimize` on all modules that differ, as often as it helps. Returns one result for
    /// each module of the file, in file order, and what a person should know.
    pub(super) fn run(
        &self,
        optimize: impl Fn(&[CoreModule<'_>], Round) -> Result<Vec<Finished>, OptimizeError>,
    ) -> Result<(Vec<Finished>, Vec<String>), OptimizeError> {
        let mut warnings = Vec::new();
        let originals: Vec<usize> = (0..self.modules.len())
            .filter(|i| self.first[*i] == *i)
            .collect();
        let mut reduced = Vec::new();
        let mut used = self.used(&self.pruned(self.file), &mut warnings);
        for &i in &originals {
            let module = &self.modules[i];
            reduced.push(match reason_to_keep(module.bytes)? {
                Some(_) => (module.bytes.to_vec(), Vec::new()),
                None => reduce(module.bytes, used.get(&i))?,
            });
        }
        let inputs: Vec<CoreModule<'_>> = originals
            .iter()
            .zip(&reduced)
            .map(|(i, (bytes, _))| with_bytes(&self.modules[*i], bytes))
            .collect();
        let mut done: BTreeMap<usize, Finished> = BTreeMap::new();
        for ((i, result), (_, dropped)) in originals
            .iter()
            .zip(optimize(&inputs, Round::First)?)
            .zip(&reduced)
        {
            let mut result = result;
            result.record.input_bytes = Bytes::of(self.modules[*i].bytes);
            result.record.dropped_exports.clone_from(dropped);
            done.insert(*i, result);
        }
        loop {
            let now = self.assemble(&done)?;
            let now = self.pruned(&now);
            used = self.used(&now, &mut warnings);
            let mut fewer_slots = self.without_dead_slots(&now);
            let mut again = Vec::new();
            for (&i, result) in &mut done {
                if result.record.outcome == Outcome::Untouched || result.out_of_time {
                    continue;
                }
                let named = fewer_slots.remove(&i);
                let changed = named.is_some();
                let named = named.as_ref().unwrap_or(&result.named);
                let (bytes, dropped) = reduce(named, used.get(&i))?;
                if changed || !dropped.is_empty() {
                    result.record.dropped_exports.extend(dropped);
                    again.push((i, bytes));
                }
            }
            if again.is_empty() {
                break;
            }
            let inputs: Vec<CoreModule<'_>> = again
                .iter()
                .map(|(i, bytes)| with_bytes(&self.modules[*i], bytes))
                .collect();
            for ((i, _), new) in again.iter().zip(optimize(&inputs, Round::Again)?) {
                let result = done.get_mut(i).expect("was done in the first round");
                let had_failed = result.record.outcome == Outcome::Failed;
                result.out_of_time = new.out_of_time;
                result.named = new.named;
                result.stripped = new.stripped;
                result.features = new.features;
                result.record.output_bytes = new.record.output_bytes;
                match new.record.outcome {
                    Outcome::Optimized => {
                        result.record.outcome = Outcome::Optimized;
                        result.record.why = None;
                        result.notes.extend(new.notes);
                    }
                    Outcome::Failed if !had_failed => {
                        result.failed_again = true;
                        result.record.outcome = Outcome::Failed;
                        result.record.why = new.record.why.map(|why| {
                            format!("is not optimized again without its unused exports: {why}")
                        });
                    }
                    Outcome::Kept | Outcome::Untouched | Outcome::Failed => {}
                }
            }
        }
        Ok((self.all(&done), warnings))
    }

    /// The component without the imports that nothing calls, if those are to go. What can't be pruned stays.
    fn pruned<'f>(&self, file: &'f [u8]) -> Cow<'f, [u8]> {
        if self.prune_imports
            && let Ok(pruned) = prune_imports(file)
        {
            return Cow::Owned(pruned.bytes);
        }
        Cow::Borrowed(file)
    }

    /// The modules that fill table entries which nobody calls, without those, if unused imports are to go:
    /// only such a module still imports them.
    fn without_dead_slots(&self, file: &[u8]) -> BTreeMap<usize, Vec<u8>> {
        if !self.prune_imports {
            return BTreeMap::new();
        }
        let found = without_dead_slots(file).unwrap_or_default();
        let copies = |i: usize| self.first.iter().filter(|first| **first == i).count();
        let places = (0..self.modules.len()).filter(|i| self.first[*i] == *i && copies(*i) == 1);
        places
            .filter_map(|i| Some((i, found.get(&self.modules[i].index)?.clone())))
            .collect()
    }

    /// What is used of each first module, by it or one of its copies. Nothing is in here when the
    /// component can't be read.
    fn used(&self, file: &[u8], warnings: &mut Vec<String>) -> BTreeMap<usize, Used> {
        let found = match used_exports(file) {
            Ok(found) => found,
            Err(why) => {
                warnings.push(format!("unused exports stay: {why}"));
                return BTreeMap::new();
            }
        };
        let mut used: BTreeMap<usize, Used> = BTreeMap::new();
        for (module, first) in self.modules.iter().zip(&self.first) {
            let of_one = found.get(&module.index).unwrap_or(&Used::All);
            used.entry(*first).or_default().merge(of_one);
        }
        used
    }

    /// The component with the modules as they are now.
    fn assemble(&self, done: &BTreeMap<usize, Finished>) -> Result<Vec<u8>, OptimizeError> {
        let places: BTreeMap<&IndexPath, usize> = self
            .modules
            .iter()
            .zip(&self.first)
            .map(|(module, first)| (&module.index, *first))
            .collect();
        let module = |index: &IndexPath| &done[&places[index]].named[..];
        Ok(rebuild(self.file, module, |_| true)?)
    }

    /// A result for each module of the file.
    fn all(&self, done: &BTreeMap<usize, Finished>) -> Vec<Finished> {
        let of_one = |(module, first): (&CoreModule<'_>, &usize)| {
            let mut result = done[first].clone();
            result.record.index = module.index.clone();
            result
        };
        self.modules.iter().zip(&self.first).map(of_one).collect()
    }
}

fn with_bytes<'b>(module: &CoreModule<'_>, bytes: &'b [u8]) -> CoreModule<'b> {
    CoreModule {
        index: module.index.clone(),
        offset: module.offset,
        bytes,
    }
}

/// The module without the exports that are not in `used`, and their names.
fn reduce(module: &[u8], used: Option<&Used>) -> Result<(Vec<u8>, Vec<String>), OptimizeError> {
    let is_used = |name: &str| used.is_none_or(|used| used.contains(name));
    Ok(drop_exports(module, is_used)?)
}
