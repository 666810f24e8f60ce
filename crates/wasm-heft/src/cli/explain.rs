//! `wasm-heft explain`

use super::options::{EXIT_STATUS, Verdict};
use super::output;
use anyhow::bail;
use heft_data::code::Code;
use heft_gate::codes as gate;
use heft_optimize::codes as optimize;

const AFTER_HELP: &str = "\
What `gate` and `optimize` refuse ends with a code such as heft-0002. A code keeps its meaning. The pages are
docs/explain.md, too.

Examples:
    wasm-heft explain
    wasm-heft explain heft-0002";

/// Say more about a refusal: what it means and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_STATUS}"))]
pub(crate) struct Args {
    /// Codes, as the messages have them; without any, all of them are listed
    #[arg(value_name = "CODE")]
    codes: Vec<String>,
}

/// How many codes near an unknown one are named: of those that differ in one digit there may be ten.
const NAMED: usize = 3;

/// What is said about a code.
struct Page {
    code: Code,
    /// Markdown: a heading with the code and a title, then text.
    text: &'static str,
}

const fn page(code: Code, text: &'static str) -> Page {
    Page { code, text }
}

const PAGES: &[Page] = &[
    page(gate::OVER_BUDGET, include_str!("explain/heft-0001.md")),
    page(gate::GREW, include_str!("explain/heft-0002.md")),
    page(gate::NOT_ACCEPTED, include_str!("explain/heft-0003.md")),
    page(gate::NOT_GIVEN, include_str!("explain/heft-0004.md")),
    page(gate::BETTER, include_str!("explain/heft-0005.md")),
    page(gate::WORSE, include_str!("explain/heft-0006.md")),
    page(gate::BROKE, include_str!("explain/heft-0007.md")),
    page(gate::RATIO, include_str!("explain/heft-0008.md")),
    page(gate::UNSOUND, include_str!("explain/heft-0009.md")),
    page(gate::NOT_HELD, include_str!("explain/heft-0010.md")),
    page(gate::NO_BASELINE, include_str!("explain/heft-0011.md")),
    page(gate::BUDGETS, include_str!("explain/heft-0012.md")),
    page(gate::NO_RATIO, include_str!("explain/heft-0013.md")),
    page(gate::FILE, include_str!("explain/heft-0014.md")),
    page(gate::RECORD, include_str!("explain/heft-0015.md")),
    page(optimize::NOT_WASM, include_str!("explain/heft-0101.md")),
    page(optimize::INVALID, include_str!("explain/heft-0102.md")),
    page(optimize::OPTIONS, include_str!("explain/heft-0103.md")),
    page(optimize::CHANGING, include_str!("explain/heft-0104.md")),
    page(optimize::MACHINE, include_str!("explain/heft-0105.md")),
    page(optimize::DEFECT, include_str!("explain/heft-0106.md")),
    page(optimize::NO_WASM_OPT, include_str!("explain/heft-0107.md")),
    page(optimize::NOT_A_PASS, include_str!("explain/heft-0108.md")),
    page(optimize::KEPT, include_str!("explain/heft-0109.md")),
    page(
        optimize::NOT_OPTIMIZED,
        include_str!("explain/heft-0110.md"),
    ),
    page(optimize::NO_NAMES, include_str!("explain/heft-0111.md")),
    page(optimize::CAUGHT, include_str!("explain/heft-0112.md")),
    page(optimize::NO_EXPORT, include_str!("explain/heft-0113.md")),
];

impl Args {
    pub(crate) fn run(&self) -> anyhow::Result<Verdict> {
        let text = if self.codes.is_empty() {
            PAGES
                .iter()
                .map(|page| format!("{}\n", page.title()))
                .collect()
        } else {
            let pages = self.codes.iter().map(|code| find(code));
            let pages: Vec<&Page> = pages.collect::<anyhow::Result<_>>()?;
            let texts: Vec<&str> = pages.iter().map(|page| page.text).collect();
            texts.join("\n")
        };
        output::print(&text)?;
        Ok(Verdict::Pass)
    }
}

impl Page {
    /// The code and a few words.
    fn title(&self) -> &'static str {
        let line = self.text.lines().next().unwrap_or_default();
        line.trim_start_matches("# ")
    }
}

fn find(code: &str) -> anyhow::Result<&'static Page> {
    if let Some(page) = PAGES.iter().find(|page| page.code.0 == code) {
        return Ok(page);
    }
    let known: Vec<&str> = PAGES.iter().map(|page| page.code.0).collect();
    let near = heft_project::near(code, &known);
    let near = near.get(..NAMED).unwrap_or(&near);
    let hint = match near {
        [] => String::new(),
        _ => format!("near it are {}; ", near.join(", ")),
    };
    bail!("there is no code `{code}`; {hint}`wasm-heft explain` lists all")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_page_and_every_page_a_refusal() {
        let refusals: Vec<Code> = [&gate::ALL[..], &optimize::ALL[..]].concat();
        let pages: Vec<Code> = PAGES.iter().map(|page| page.code).collect();
        assert_eq!(pages, refusals);
        for page in PAGES {
            assert!(page.text.starts_with(&format!("# {}: ", page.code.0)));
            assert!(page.text.contains("What to do:"), "{}", page.code.0);
        }
    }

    #[test]
    fn no_code_is_given_twice() {
        let codes: Vec<&str> = PAGES.iter().map(|page| page.code.0).collect();
        assert!(codes.is_sorted_by(|one, next| one < next), "{codes:?}");
    }
}
