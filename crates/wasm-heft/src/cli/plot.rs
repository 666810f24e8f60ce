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

    /// The allocator that is 1; the first one that has numbers if not said
    #[arg(long, value_name = "NAME")]
    reference: Option<String>,

    /// The case of `memory`; if not said the one that any module ends with the most pages
    #[arg(long, value_name = "NAME")]
    case: Option<String>,

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
        let reference = self.reference.as_deref();
        check_reference(reference, std::slice::from_ref(group), "group")?;
        Ok(match self.kind {
            Kind::SizeFuel => plot::size_fuel(group, reference),
            Kind::Pages => plot::pages(group, reference),
            Kind::Memory => plot::memory(group, self.case.as_deref()),
        }?)
    }
}

/// Refuses a `--reference` that no module of the groups is called. `place` is what they are of.
pub(super) fn check_reference(
    reference: Option<&str>,
    groups: &[plot::Group<'_>],
    place: &str,
) -> anyhow::Result<()> {
    let Some(reference) = reference else {
        return Ok(());
    };
    let members = groups.iter().flat_map(|group| &group.members);
    let mut labels: Vec<&str> = Vec::new();
    for member in members {
        if !labels.contains(&member.label.as_str()) {
            labels.push(&member.label);
        }
    }
    if !labels.contains(&reference) {
        bail!(
            "--reference: the {place} has no `{reference}`; there are: {}",
            labels.join(", ")
        );
    }
    Ok(())
}

/// The name of a group as `--group` takes it.
fn option_text<'a>(group: &'a plot::Group<'_>) -> &'a str {
    if group.name.is_empty() {
        return "\"\" (modules whose names say no target)";
    }
    &group.name
}
