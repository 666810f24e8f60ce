//! `wasm-heft plot`

use super::options::{EXIT_STATUS, Verdict};
use super::{output, read};
use anyhow::{anyhow, bail};
use clap::ValueEnum;
use heft_data::escape;
use heft_report::plot::{self, Picture};
use std::path::PathBuf;
use wasm_heft::files::{self, Outputs};

const AFTER_HELP: &str = "\
What is drawn:
  size-fuel  raw size against fuel (geometric mean over all cases, by the reference's), with the line
             of those that no other one beats in both
  pages      pages grown, a row for each allocator and a column for each case, in colors by the
             reference's
  memory     pages over time in one case; the bench has to be run with --curve

  A picture holds the modules of one group: those whose names say the same target and form. The name
  `talc-wasip2-plain` is `talc` in the group `wasip2-plain`.

  Text stays text, nothing is loaded, colors follow the reader's choice of light or dark, and the
  same numbers give the same bytes.

Examples:
    wasm-heft plot size-fuel --bench bench.json --group wasip1 -o size-fuel.svg
    wasm-heft plot memory --bench bench.json --group wasip2 --case longrun -o memory.svg";

/// What is 1 unless somebody says otherwise: then the first one, where it is not there.
const REFERENCE: &str = "dlmalloc";

/// Draw a bench's numbers as SVG
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// What to draw
    #[arg(value_enum)]
    kind: Kind,

    /// What `wasm-heft bench --format json` measured; `-` is standard input
    #[arg(long, value_name = "FILE")]
    bench: PathBuf,

    /// The group to draw; the first one if not said
    #[arg(long, value_name = "NAME")]
    group: Option<String>,

    /// The allocator that is 1
    #[arg(long, value_name = "NAME", default_value = REFERENCE)]
    reference: String,

    /// The case of `memory`
    #[arg(long, value_name = "NAME", default_value = "longrun")]
    case: String,

    /// The file to write; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Size against fuel
    SizeFuel,
    /// Pages for each case
    Pages,
    /// Pages over time
    Memory,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        Outputs::check(&self.output)?;
        let bench = read::bench(&self.bench)?;
        let picture = self.draw(&plot::groups(&bench))?;
        let mut outputs = Outputs::default();
        outputs.add(&self.output, picture.to_file().as_bytes())?;
        outputs.commit()?;
        if !files::is_stdout(&self.output) {
            output::print(&format!(
                "{}\n",
                escape::line(&format!("{}: {}", picture.title, picture.caption))
            ))?;
        }
        Ok(Verdict::Pass)
    }

    fn draw(&self, groups: &[plot::Group<'_>]) -> anyhow::Result<Picture> {
        let group = match &self.group {
            None => groups.first(),
            Some(name) => groups.iter().find(|group| group.name == *name),
        };
        let group = group.ok_or_else(|| {
            let bench = self.bench.display();
            let names: Vec<&str> = groups.iter().map(option_text).collect();
            match &self.group {
                _ if names.is_empty() => anyhow!("`{bench}` has no modules to draw"),
                group => anyhow!(
                    "`{bench}` has no group `{}`; there are: {}",
                    group.as_deref().unwrap_or_default(),
                    names.join(", ")
                ),
            }
        })?;
        let labels = || group.members.iter().map(|member| member.label.as_str());
        if self.reference != REFERENCE && labels().all(|label| label != self.reference) {
            bail!(
                "--reference: the group has no `{}`; there are: {}",
                self.reference,
                labels().collect::<Vec<_>>().join(", ")
            );
        }
        Ok(match self.kind {
            Kind::SizeFuel => plot::size_fuel(group, &self.reference),
            Kind::Pages => plot::pages(group, &self.reference),
            Kind::Memory => plot::memory(group, &self.case),
        }?)
    }
}

/// The name of a group as `--group` takes it.
fn option_text<'a>(group: &'a plot::Group<'_>) -> &'a str {
    if group.name.is_empty() {
        return "\"\" (modules whose names say no target)";
    }
    &group.name
}
