//! `wasm-heft build`

use crate::error::Error;
use crate::plan::{MIN, Plan, Step, Surroundings, plan};
use crate::project::{Project, Target};
use crate::run::{Event, Optimizer, Outcome, run};
use crate::{ReadText, find, load, metadata};
use heft_data::bytes::Bytes;
use heft_data::escape;
use heft_data::table::{Style, Table};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const AFTER_HELP: &str = "\
Compiles every form of every artifact in heft.toml with cargo, one after another, and optimizes what
comes out beside it. Written to the file's `output` folder, NAME.wasm is the artifact, NAME.names.wasm
the same code with its names, NAME.json the record. What was made from the same input with the same
settings and tools is left as it is.

The profile release-wasm needs no entry in Cargo.toml: it is the release profile with opt-level \"z\", fat
LTO, one codegen unit and aborting panics, unstripped. Source paths in panic messages are shortened, so
that sizes do not depend on where the sources are.

Examples:
    wasm-heft build
    wasm-heft build '*-wasip1'
    wasm-heft build -- --offline

Exit status:
  0  everything is built
  2  something cannot be built; one line on standard error says what to do";

/// Compile and optimize the artifacts of heft.toml
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Only artifacts of these names; `*` stands for any text
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// The file to read, in place of the nearest heft.toml here or above
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,

    /// Optimize again what has not changed
    #[arg(long)]
    force: bool,

    /// Print cargo's commands and run nothing
    #[arg(long)]
    dry_run: bool,

    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,

    /// Further arguments for cargo
    #[arg(last = true, value_name = "CARGO-ARGUMENT")]
    cargo_arguments: Vec<String>,
}

impl Args {
    /// Builds. Returns what to print on standard output; `progress` gets lines of progress.
    ///
    /// # Errors
    ///
    /// When something cannot be read, compiled or optimized.
    pub fn run(
        &self,
        optimizer: &dyn Optimizer,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<String, Error> {
        let project = self.project(&|path| optimizer.text(path))?;
        let plan = plan(&project, &self.surroundings(&project), &self.names)?;
        if self.dry_run {
            return Ok(commands(&plan));
        }
        refuse_without_std(&project.root, &plan)?;
        let outcomes = run(&project, &plan, optimizer, self.force, &|event| {
            progress(&line(event));
        })?;
        Ok(self.show(&project, &outcomes))
    }

    /// The project that is named, or the nearest one.
    fn project(&self, text: ReadText<'_>) -> Result<Project, Error> {
        let absolute =
            |path: &Path| std::path::absolute(path).map_err(|why| Error::reading(path, why));
        match &self.project {
            Some(path) => load(&absolute(path)?, text),
            None => find(&absolute(Path::new("."))?, text),
        }
    }

    fn surroundings(&self, project: &Project) -> Surroundings {
        let home = || Some(std::env::home_dir()?.join(".cargo"));
        let cargo_home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(home);
        Surroundings {
            // Without it paths stay as they are; what is wrong with the crate, cargo will say.
            workspace: metadata::read(&project.root)
                .ok()
                .map(|found| found.workspace_root),
            cargo_home,
            sysroot: rustc(&project.root, &["--print", "sysroot"]),
            rustflags: std::env::var("RUSTFLAGS").ok(),
            cargo_arguments: self.cargo_arguments.clone(),
        }
    }

    fn show(&self, project: &Project, outcomes: &[Outcome]) -> String {
        if self.json {
            let document = serde_json::json!({ "schema": 1, "artifacts": outcomes });
            return format!("{document:#}\n");
        }
        let mut out = table(outcomes);
        if project.accepted().is_none() {
            let baseline = &project.baseline;
            let short = baseline.strip_prefix(&project.root).unwrap_or(baseline);
            let _ = writeln!(
                out,
                "\nno sizes were accepted yet: `wasm-heft accept` writes `{}`",
                escape::line(&short.display().to_string())
            );
        }
        out
    }
}

/// What rustc prints, as a path.
fn rustc(folder: &Path, arguments: &[&str]) -> Option<PathBuf> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc)
        .args(arguments)
        .current_dir(folder)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

/// Said before cargo says it of every crate. Where rustc does not tell, cargo will.
fn refuse_without_std(folder: &Path, plan: &Plan) -> Result<(), Error> {
    for target in Target::ALL {
        // A profile that compiles std needs none.
        let needs = |step: &Step| step.variant.target == target && step.variant.profile != MIN;
        if !plan.steps.iter().any(needs) {
            continue;
        }
        let triple = target.triple();
        let libraries = rustc(folder, &["--print", "target-libdir", "--target", triple]);
        if libraries.is_some_and(|libraries| !libraries.is_dir()) {
            return Err(Error::NoStd { triple });
        }
    }
    Ok(())
}

fn commands(plan: &Plan) -> String {
    let lines = plan.steps.iter();
    let lines = lines.map(|step| format!("{}: {}", step.variant.name, step.command.display()));
    lines.map(|line| escape::line(&line) + "\n").collect()
}

fn line(event: &Event<'_>) -> String {
    match event {
        Event::Compiling {
            variant,
            number,
            of,
        } => format!("[{number}/{of}] {}: compiling", variant.name),
        Event::Optimizing(variant) => format!("{}: optimizing", variant.name),
        Event::Done(outcome) if outcome.unchanged => format!("{}: not changed", outcome.name),
        Event::Done(outcome) => format!("{}: done", outcome.name),
    }
}

/// One row a variant.
fn table(outcomes: &[Outcome]) -> String {
    let mut table = Table::new(&["artifact", ">compiled", ">optimized", ""]);
    for outcome in outcomes {
        table.row([
            outcome.name.clone(),
            Bytes(outcome.before_bytes).to_string(),
            Bytes(outcome.bytes).to_string(),
            if outcome.unchanged { "not changed" } else { "" }.to_owned(),
        ]);
    }
    table.render(Style::Text)
}
