//! `wasm-heft optimize`

use super::optimizing::{self, Input};
use super::options::{EXIT_STATUS, Format, Verdict};
use super::output::{self, Painter};
use super::refusal::coded;
use super::ticker::Ticker;
use clap::ValueEnum;
#[cfg(feature = "analysis")]
use heft_data::measure::Measure;
use heft_data::record::{Outcome, Record};
use heft_data::{escape, table};
use heft_optimize::{Optimized, Settings, codes};
use heft_wasm::binary::Kind;
use heft_wasm::bytes::Bytes;
use heft_wasm::core_modules::has_function_names;
use heft_wasm::custom_sections::{COMPONENT_DEBUGGING, DEBUGGING};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wasm_heft::files::{self, Outputs};

/// With `--check`, a file that would shrink by more than this share of its size is not optimized.
///
/// Another round over files that this command wrote saved at most 0.04 % (14 files of 3 kB to 2.5 MB,
/// binaryen 131), so 1 % leaves room for other versions. Unstripped or unoptimized files are far
/// above it, unless they went through wasm-opt elsewhere: then there is little to win.
const CHECK_PERCENT: u64 = 1;

/// Options of wasm-opt that keep it from writing one module where it is told to, and nothing elsewhere.
const NOT_PASSED_ON: &[&str] = &[
    "--symbolmap",
    "--separate-data-segments",
    "--emit-js-wrapper",
    "-ejw",
    "--emit-spec-wrapper",
    "--emit-wasm2c-wrapper",
    "-esw",
    "--input-source-map",
    "-ism",
    "--output-source-map",
    "-osm",
    "--output-source-map-url",
    "-osu",
    "-o",
    "--output",
    "-S",
    "--emit-text",
    "-h",
    "--help",
    "--version",
    "-ttf",
    "--translate-to-fuzz",
];

const AFTER_HELP: &str = "\
What it does:
  1. finds the core modules in IN: IN itself, or those in a component at any depth
  2. finds the proposals each one's code needs, and runs wasm-opt with exactly those, in parallel
  3. drops sections that only debuggers and tools read: DEBUGGING; in components OF-COMPONENTS.
     Every other section stays, so loaders and later tools find what they look for. A module that goes
     on to a linking tool keeps what that tool reads: producers and target_features beside dylink.0 or
     component-type, and beside the latter the names of globals; all of it where wasm-bindgen comes next
  4. in a component: drops the exports of core modules that nothing in it uses, and optimizes those
     modules again; stores once what is in it twice, core modules and nested components; shortens
     the names between its core modules, which the symbols file has as they were
  5. validates the result with the features of IN

  Step 4 changes nothing that anybody can see: who uses an export of a core module in a component
  says so in the component itself. A core module that the component exports, or gives to another
  component, keeps all its exports and names. With --no-cross-module step 4 is left out.

  With --prune-imports a component also loses its own imports that nothing in it calls, and of the
  interfaces it still imports the functions that nothing calls. It asks its host for less, so every
  host that could run IN can run OUT; but its WIT is another one, a subtype of IN's. That it is one
  is checked; if it would not be, the imports stay and a warning says why.

  With --keep-exports a core module loses all other exports, and what only they needed: rustc exports
  whatever is #[no_mangle], C's malloc for one. Only you know what its host uses; one of WASI 0.1 uses
  _start and memory of a command. In a component it is known who uses what, see step 4, so there this
  changes nothing.

  With --panics trap, before all that, the functions of Rust's standard library that panic become
  traps, in whatever core module has them: a panic ends the program on the spot, as it does with
  panic=abort, but prints nothing and calls no hook, and what only its message needed is gone. They
  are found by name, so IN must have its names; a function that may return is left alone. Memory
  that ran out counts as a panic. A module that handles exceptions is refused: it may catch panics.

  With --effort max each core module is optimized in several ways, in parallel: with the passes,
  with --flatten --rereloop before them, and with --reorder-functions after both. The smallest valid
  result is kept, of equal ones the first; the record says what each made (recipes). --smallest says
  what is small. What --time-limit ends, or what is not valid, is not kept.

  The result is never larger than IN, its imports and exports are those of IN (but for what
  --prune-imports and --keep-exports take), and it needs no
  proposal that IN does not need. A core module for which that is not possible keeps its code: a
  warning and the record say why, and with --strict the exit status is 1. An object file stays as
  it is. A pass in --opt-args that changes what a module does, such as --asyncify, runs once and
  before all others; what it makes is then IN, also for its size. Something imported twice may be
  imported once. Inside a component, core modules may lose imports they no longer use; the
  component's own imports and exports stay, but for --prune-imports.

Examples:
    wasm-heft optimize app.wasm -o app.wasm
    wasm-heft optimize app.wasm -o small.wasm --names named.wasm --record small.json
    curl -s https://example.com/app.wasm | wasm-heft optimize - -o - >app.wasm
    wasm-heft optimize app.wasm --check

Environment:
  WASM_OPT        the wasm-opt to run, as --wasm-opt
  BINARYEN_CORES  threads of each wasm-opt; without it the machine's cores are shared out";

fn explained() -> String {
    AFTER_HELP
        .replace("DEBUGGING", &DEBUGGING.join(", "))
        .replace("OF-COMPONENTS", &COMPONENT_DEBUGGING.join(", "))
}

/// Optimize a core module or component: wasm-opt, then strip, then validate
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{}\n\n{EXIT_STATUS}", explained()))]
pub(crate) struct Args {
    /// Module or component to optimize; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where to write the result; `-` is standard output; may be IN
    #[arg(short, long, value_name = "OUT", required_unless_present = "check")]
    output: Option<PathBuf>,

    /// Also write the symbols file: the same code with its names, to explain the result with
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,

    /// Also write what was done as JSON: sizes after each step, modules, tools, fingerprint
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Add a pair to the record's fingerprint, e.g. std=optimize_for_size
    #[arg(long, value_name = "KEY=VALUE", value_parser = super::options::key_value)]
    fingerprint: Vec<(String, String)>,

    /// Passes and options for wasm-opt, without feature flags
    #[arg(
        long,
        value_name = "ARGS",
        default_value = "-Oz",
        allow_hyphen_values = true
    )]
    opt_args: String,

    /// Repeat the passes until nothing gets smaller; auto: for core modules up to 2 MiB
    #[arg(long, value_enum, default_value_t = Converge::Auto, value_name = "WHEN")]
    converge: Converge,

    /// How much to try: fast runs the passes once, max tries several recipes and keeps the smallest
    #[arg(long, value_enum, default_value_t = Effort::Normal, value_name = "EFFORT")]
    effort: Effort,

    /// By which size --effort max finds the smallest
    #[arg(long, value_enum, default_value_t = Smallest::Raw, value_name = "SIZE")]
    smallest: Smallest,

    /// Leave each core module of a component all its exports, and what is in it twice
    #[arg(long)]
    no_cross_module: bool,

    /// Drop a component's own imports that nothing in it calls; its WIT becomes a subtype
    #[arg(long, conflicts_with = "no_cross_module")]
    prune_imports: bool,

    /// Drop a core module's exports but these, separated by commas; `_start,memory` for a command of WASI 0.1
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    keep_exports: Option<Vec<String>>,

    /// What a panic of Rust's does; trap: nothing but end the program, and its text and formatting go
    #[arg(long, value_enum, default_value_t = Panics::Keep, value_name = "WHAT")]
    panics: Panics,

    /// The longest one wasm-opt may run; a core module that takes longer keeps its code
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time_limit: Option<Duration>,

    /// The wasm-opt to run; without it the one in PATH
    #[arg(long, value_name = "PATH", env = "WASM_OPT", hide_env_values = true)]
    wasm_opt: Option<PathBuf>,

    /// Write nothing; exit with 1 when more than 1 % could be saved, or that could not be found out
    #[arg(long, conflicts_with_all = ["output", "names", "record"])]
    check: bool,

    /// Exit with 1 when a core module keeps its code because wasm-opt failed or took too long
    #[arg(long)]
    strict: bool,

    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Effort {
    Fast,
    Normal,
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Smallest {
    Raw,
    #[cfg(feature = "analysis")]
    Gzip,
    #[cfg(feature = "analysis")]
    Brotli,
}

impl Smallest {
    fn measure(self) -> heft_optimize::Smallest {
        match self {
            Self::Raw => heft_optimize::Smallest::RAW,
            #[cfg(feature = "analysis")]
            Self::Gzip => smallest(Measure::Gzip),
            #[cfg(feature = "analysis")]
            Self::Brotli => smallest(Measure::Brotli),
        }
    }
}

/// How a result that is the smallest by this measure is found.
#[cfg(feature = "analysis")]
pub(super) fn smallest(by: Measure) -> heft_optimize::Smallest {
    let (name, size): (_, fn(&[u8]) -> Bytes) = match by {
        Measure::Raw => return heft_optimize::Smallest::RAW,
        Measure::Gzip => ("gzip", heft_data::compress::gzip),
        Measure::Brotli => ("brotli", heft_data::compress::brotli),
    };
    heft_optimize::Smallest { name, size }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Panics {
    Keep,
    // NB: where no name is demangled, no function that panics is found.
    #[cfg(feature = "panics")]
    Trap,
}

impl Panics {
    fn setting(self) -> Option<heft_optimize::Panics> {
        match self {
            Self::Keep => None,
            #[cfg(feature = "panics")]
            Self::Trap => Some(heft_optimize::Panics {
                readable: heft_size::attribution::folded_name,
            }),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Converge {
    Auto,
    Always,
    Never,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self, painter: Painter) -> anyhow::Result<Verdict> {
        self.check_paths()?;
        self.check_options()?;
        let input = {
            let _reading = Ticker::start("reading", 1);
            files::read(&self.input)?
        };
        let optimized = self.optimize(&input, painter)?;
        if self.check {
            return self.verdict(&optimized);
        }
        let failed = count(&optimized.record, Outcome::Failed);
        let all = optimized.record.modules.len();
        self.write(optimized, painter)?;
        if self.strict && failed > 0 {
            output::say(&format!(
                "error: `{}`: {failed} of {all} core modules could not be optimized; the warnings say why {}",
                self.input.display(),
                codes::KEPT
            ));
            return Ok(Verdict::No);
        }
        Ok(Verdict::Pass)
    }

    /// Whether all paths can be what they are given for, and are different files.
    fn check_paths(&self) -> anyhow::Result<()> {
        let outputs = [
            ("-o", &self.output),
            ("--names", &self.names),
            ("--record", &self.record),
        ];
        let outputs: Vec<(&str, &Path)> = outputs
            .into_iter()
            .filter_map(|(option, path)| Some((option, path.as_deref()?)))
            .collect();
        for (_, path) in &outputs {
            Outputs::check(path)?;
        }
        let inputs = [("IN", self.input.as_path())];
        files::distinct(&outputs, &["--names", "--record"], &inputs)?;
        Ok(())
    }

    /// Refuses what would make wasm-opt write elsewhere, or something else than a module.
    fn check_options(&self) -> anyhow::Result<()> {
        let not_taken = |word: &&str| {
            let name = word.split_once('=').map_or(*word, |(name, _)| name);
            NOT_PASSED_ON.contains(&name)
        };
        if let Some(word) = self.opt_args.split_whitespace().find(not_taken) {
            let words = format!(
                "--opt-args: `{word}` is not for passes; leave it out, this command says where wasm-opt reads and writes"
            );
            return Err(coded(words, codes::NOT_A_PASS));
        }
        Ok(())
    }

    fn optimize(&self, content: &[u8], painter: Painter) -> anyhow::Result<Optimized> {
        let input = Input {
            path: &self.input,
            content,
            label: None,
        };
        let wasm_opt = self.wasm_opt.as_deref();
        let mut optimized = optimizing::optimize(&input, wasm_opt, &self.settings(), painter)?;
        let [artifact, names] =
            [&self.output, &self.names].map(|it| it.as_deref().map(files::name_of));
        optimized.name_files(&artifact.unwrap_or_default(), names.as_deref());
        Ok(optimized)
    }

    fn settings(&self) -> Settings {
        Settings {
            arguments: self
                .opt_args
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            converge: match self.converge {
                Converge::Auto => heft_optimize::Converge::Auto,
                Converge::Always => heft_optimize::Converge::Always,
                Converge::Never => heft_optimize::Converge::Never,
            },
            effort: match self.effort {
                Effort::Fast => heft_optimize::Effort::Fast,
                Effort::Normal => heft_optimize::Effort::Normal,
                Effort::Max => heft_optimize::Effort::Max,
            },
            smallest: self.smallest.measure(),
            time_limit: self.time_limit,
            cross_module: !self.no_cross_module,
            prune_imports: self.prune_imports,
            keep_exports: self.keep_exports.clone(),
            panics: self.panics.setting(),
            fingerprint: self.fingerprint.clone(),
        }
    }

    fn verdict(&self, optimized: &Optimized) -> anyhow::Result<Verdict> {
        let record = &optimized.record;
        let (now, best) = (record.input.bytes, record.output.bytes);
        if self.format == Format::Json {
            output::print(&output::json(record)?)?;
        }
        let saved = now.0.saturating_sub(best.0);
        if saved * 100 > now.0 * CHECK_PERCENT {
            output::say(&format!(
                "error: `{}` is not optimized: {now} could be {best}, {} or {:.1} % less (more than {CHECK_PERCENT} %); run `wasm-heft optimize` {}",
                self.input.display(),
                Bytes(saved),
                percent(saved, now.0),
                codes::NOT_OPTIMIZED,
            ));
            return Ok(Verdict::No);
        }
        let unknown = count(record, Outcome::Failed) + count(record, Outcome::Untouched);
        if unknown > 0 {
            output::say(&format!(
                "error: `{}`: whether it is optimized can't be told of {unknown} of {} core modules; the warnings say why {}",
                self.input.display(),
                record.modules.len(),
                codes::NOT_OPTIMIZED,
            ));
            return Ok(Verdict::No);
        }
        if self.format == Format::Json {
            return Ok(Verdict::Pass);
        }
        let said = format!(
            "`{}` is optimized: {now}; another round would save {} ({:.1} %, allowed is {CHECK_PERCENT} %)",
            self.input.display(),
            Bytes(saved),
            percent(saved, now.0),
        );
        output::print(&(escape::line(&said) + "\n"))?;
        Ok(Verdict::Pass)
    }

    fn write(&self, optimized: Optimized, painter: Painter) -> anyhow::Result<()> {
        let Optimized {
            output,
            symbols,
            record,
        } = optimized;
        let mut outputs = Outputs::default();
        if let Some(path) = &self.names {
            if !has_function_names(&symbols) {
                painter.warn(&format!(
                    "`{}` names no functions, so `{}` doesn't either, and no command can use it",
                    self.input.display(),
                    path.display()
                ));
            }
            outputs.add(path, &symbols)?;
        }
        let json = output::json(&record)?;
        if let Some(path) = &self.record {
            outputs.add(path, json.as_bytes())?;
        }
        let path = self.output.as_deref().unwrap_or(Path::new(files::STDIO));
        outputs.replace(path, &output)?;
        outputs.commit()?;
        // Standard output is taken where a file goes to it.
        let taken = [&self.output, &self.names, &self.record];
        if !taken
            .into_iter()
            .flatten()
            .any(|path| files::is_stdout(path))
        {
            output::print(&match self.format {
                Format::Json => json,
                Format::Text => summary(&record, table::Style::Text),
                Format::Markdown => summary(&record, table::Style::Markdown),
            })?;
        }
        Ok(())
    }
}

/// How many core modules had this outcome.
fn count(record: &Record, outcome: Outcome) -> usize {
    let modules = record.modules.iter();
    modules.filter(|module| module.outcome == outcome).count()
}

/// One row per core module, then one for the file.
fn summary(record: &Record, style: table::Style) -> String {
    let mut table = table::Table::new(&["core module", "<code", ">before", ">after", ">change"]);
    for module in &record.modules {
        let change = module.output_bytes.minus(module.input_bytes);
        table.row([
            module.index.to_string(),
            match &module.same_as {
                Some(stored) => format!("as {stored}"),
                None => format!("{:?}", module.outcome).to_lowercase(),
            },
            module.input_bytes.to_string(),
            module.output_bytes.to_string(),
            change.to_string(),
        ]);
    }
    table.row([
        record.kind.to_string(),
        String::new(),
        record.input.bytes.to_string(),
        record.output.bytes.to_string(),
        record.output.bytes.minus(record.input.bytes).to_string(),
    ]);
    let dropped: usize = record.modules.iter().map(|m| m.dropped_exports.len()).sum();
    let shared = record
        .modules
        .iter()
        .filter(|m| m.same_as.is_some())
        .count();
    let mut text = table.render(style);
    let exports = match record.kind {
        Kind::Module => [
            "export that is not to be kept is gone",
            "exports that are not to be kept are gone",
        ],
        Kind::Component => [
            "export that nothing in the component uses is gone",
            "exports that nothing in the component uses are gone",
        ],
    };
    text += &counted(dropped, exports);
    text += &counted(
        record.pruned_imports.len(),
        [
            "import of the component that nothing in it calls is gone",
            "imports of the component that nothing in it calls are gone",
        ],
    );
    text += &counted(
        (record.modules.iter())
            .map(|m| m.trapped_functions.len())
            .sum(),
        [
            "function that panicked is a trap: a panic ends it without a message",
            "functions that panicked are traps: a panic ends it without a message",
        ],
    );
    if record.modules.iter().any(|module| module.imports_reordered) {
        text += "\nits imports are in another order; hosts find them by name\n";
    }
    if record.shared_bytes > Bytes(0) {
        let saved = record.shared_bytes;
        let modules = if shared == 1 {
            "core module that is the same as another"
        } else {
            "core modules that are the same as others"
        };
        text += &format!("\nstored once, for {shared} {modules}: -{saved}\n");
    }
    text
}

/// A line that says how many there are, in the words for one or for more; nothing for none.
fn counted(count: usize, [one, more]: [&str; 2]) -> String {
    match count {
        0 => String::new(),
        1 => format!("\n1 {one}\n"),
        _ => format!("\n{count} {more}\n"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn percent(part: u64, whole: u64) -> f64 {
    part as f64 * 100.0 / (whole.max(1)) as f64
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number of seconds above 0, e.g. 600".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|d| !d.is_zero())
        .ok_or_else(wrong)
}
